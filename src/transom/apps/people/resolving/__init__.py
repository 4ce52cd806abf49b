"""Making people of identities: a day's new ones, all of them, and one user's view."""

from transom.apps.people.resolving.everything import resolve_everything
from transom.apps.people.resolving.increment import absorb_identities
from transom.apps.people.resolving.view import refresh_view

__all__ = ["absorb_identities", "refresh_view", "resolve_everything"]
