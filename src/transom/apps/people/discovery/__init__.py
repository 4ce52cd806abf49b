"""Whom and what a user may want to follow, and why."""

from transom.apps.people.discovery.job_words import describe_job_by
from transom.apps.people.discovery.suggesting import following_of, suggest

__all__ = ["describe_job_by", "following_of", "suggest"]
