"""Curated newsletters as endorsers: each outward link of an issue is a pick by its editor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count

from transom.apps.library.models import Endorsement, EndorsementKind, Identity, Item, Link
from transom.apps.library.store.records import add_endorsements
from transom.apps.sources.connectors.newsletters.mapping import VERSION, IssueLink, picks
from transom.apps.sources.models import Source
from transom.engine.core import addresses

CHANNEL = "newsletter"
RULE = "newsletter"
AT_ONCE = 50
SERVICE = "newsletter"


def note_picks(item_ids: Iterable[int]) -> int:
    """Stores what the editors of these issues picked, afresh where an issue changed; how many picks."""
    wanted = sorted(item_ids)
    noted = 0
    for start in range(0, len(wanted), AT_ONCE):
        rows = Item.objects.filter(pk__in=wanted[start : start + AT_ONCE], home__channel=CHANNEL)
        noted += sum(_note(issue) for issue in rows.select_related("home", "author"))
    return noted


def _note(issue: Item) -> int:
    source = issue.home
    assert source is not None
    chosen = picks(
        _links_of(issue), [source.host, addresses.host_of(source.site)], _issues_with(issue, source)
    )
    with transaction.atomic():
        editor = _editor(issue, source)
        old = Endorsement.objects.filter(within=issue, rule=RULE)
        old.exclude(target__in=[one.target for one in chosen], by=editor).delete()
        add_endorsements([_pick(one, issue, source, editor) for one in chosen], issue.owner_id)
    return len(chosen)


def _pick(link: IssueLink, issue: Item, source: Source, editor: Identity) -> Endorsement:
    return Endorsement(
        by=editor,
        owner_id=issue.owner_id,
        kind=EndorsementKind.PICK,
        target=link.target,
        at=issue.published_at,
        source=source,
        within=issue,
        text=link.text[:500],
        rule=RULE,
        rule_version=VERSION,
    )


def _links_of(issue: Item) -> list[IssueLink]:
    rows = Link.objects.filter(item=issue).order_by("pk")
    return [IssueLink(target, text) for target, text in rows.values_list("target", "text")]


def _issues_with(issue: Item, source: Source) -> dict[str, int]:
    """In how many of the newsletter's issues each of this one's links stands."""
    targets = list(Link.objects.filter(item=issue).values_list("target", flat=True))
    counts: dict[str, int] = defaultdict(int)
    for start in range(0, len(targets), 500):
        rows = Link.objects.filter(target__in=targets[start : start + 500], item__home=source)
        counts |= dict(rows.values_list("target").annotate(issues=Count("item", distinct=True)))
    return counts


def _editor(issue: Item, source: Source) -> Identity:
    """The issue's byline; the newsletter itself where it has none."""
    if issue.author is not None:
        return issue.author
    made, _ = Identity.objects.get_or_create(
        source=source,
        service=SERVICE,
        account=str(source.pk),
        defaults={
            "owner_id": source.owner_id,
            "name": str(source)[:200],
            "address": source.site or source.address,
            "is_person": False,
        },
    )
    return made
