"""Lines of past briefs that name somebody who was forgotten."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from transom.apps.brief.leading import PERSON
from transom.apps.brief.models import BriefLine, Section
from transom.apps.brief.wording import shortened
from transom.apps.people.naming import Traces, is_named

AT_ONCE: Final = 1000
DELETED_AT_ONCE: Final = 200


def forget_in_lines(people: Collection[int], names: Traces, *, user_id: int | None) -> int:
    """Removes lines to know that lead to these people or name them, of one user or of all; how many.

    What the title of an article says stays, as others wrote it; so do lines about namesakes.
    """
    lines = BriefLine.objects.filter(section=Section.KNOW).exclude(text="")
    if user_id is not None:
        lines = lines.filter(brief__user=user_id)
    keys, last, many = {f"{PERSON}:{pk}" for pk in people}, 0, 0
    while some := list(lines.filter(pk__gt=last).select_related("item").order_by("pk")[:AT_ONCE]):
        gone = [line.pk for line in some if line.leads_to in keys or _names(line, names)]
        for start in range(0, len(gone), DELETED_AT_ONCE):
            BriefLine.objects.filter(pk__in=gone[start : start + DELETED_AT_ONCE]).delete()
        last, many = some[-1].pk, many + len(gone)
    return many


def _names(line: BriefLine, names: Traces) -> bool:
    if line.leads_to.startswith(f"{PERSON}:"):
        return False
    said = line.text
    if line.item:
        if is_named(line.item.author_name, names):
            return False
        said = said.replace(line.item.title, "").replace(shortened(line.item.title), "")
    return is_named(said, names)
