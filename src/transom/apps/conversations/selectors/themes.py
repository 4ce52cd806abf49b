"""What rose and what faded over months, with articles of the user's own field that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from transom.apps.conversations.models import Theme, ThemeMonth
from transom.apps.library.models import Item, Sighting

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

SHOWN = 3


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One theme; ``items`` are articles that show it, from sources this user follows, the latest first."""

    theme: Theme
    items: Sequence[Item] = ()


@dataclass(frozen=True, slots=True)
class ThemePage:
    """The themes of the latest month looked at: ``labels`` are the months, ``sources`` how many published in each."""

    month: date | None = None
    labels: Sequence[str] = ()
    sources: Sequence[int] = ()
    rose: list[ThemeRow] = field(default_factory=list)
    faded: list[ThemeRow] = field(default_factory=list)


def themes_of(user: User) -> ThemePage:
    """Four queries, however large the library. A theme in which nothing the user follows takes part is left out."""
    of = ThemeMonth.objects.order_by("-month").first()
    if of is None:
        return ThemePage()
    themes = list(of.themes.order_by("place"))
    wanted = {pk for theme in themes for pk in theme.samples}
    seen = Sighting.objects.filter(item__in=wanted, source__subscriptions__user=user)
    followed = set(seen.values_list("item_id", flat=True))
    items = Item.objects.visible_to(user).select_related("home", "author").in_bulk(followed)
    page = ThemePage(of.month, of.labels, of.sources)
    for theme in themes:
        shown = [items[pk] for pk in theme.samples if pk in items][:SHOWN]
        if shown:
            (page.rose if theme.z > 0 else page.faded).append(ThemeRow(theme, shown))
    return page
