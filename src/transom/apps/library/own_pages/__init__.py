"""What people say of themselves on their own pages, and whether those they name say the same of them.

`plan` says which pages are read, `visit` reads those that are due, `derive` makes links, names and places of work of
identities of it.
"""

from transom.apps.library.own_pages.derive import derive
from transom.apps.library.own_pages.forget import forget_told
from transom.apps.library.own_pages.plan import plan, tidy
from transom.apps.library.own_pages.visit import lists_told, visit_due

__all__ = ["derive", "forget_told", "lists_told", "plan", "tidy", "visit_due"]
