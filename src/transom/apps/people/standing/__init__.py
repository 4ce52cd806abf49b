"""Who the community listens to, for everybody and from where each user stands; and the map of it."""

from transom.apps.people.standing.chosen import choose_by
from transom.apps.people.standing.job import is_wanted, make_standing

__all__ = ["choose_by", "is_wanted", "make_standing"]
