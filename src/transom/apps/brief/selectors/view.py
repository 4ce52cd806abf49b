"""A brief as values, for wherever it is shown: mail, terminal, feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transom.apps.accounts.models import profile_of
from transom.apps.brief import wording
from transom.apps.brief.days import zone_of
from transom.apps.brief.leading import pair_of
from transom.apps.brief.mail_links import question_link
from transom.apps.brief.models import Brief, BriefLine, BriefState, Edition, Section
from transom.apps.brief.waiting import nothing_came
from transom.apps.conversations.models import Event
from transom.apps.conversations.selectors import organisers
from transom.apps.participation.dates import event_when_text, when_text
from transom.apps.participation.mailto import mailto
from transom.apps.participation.models import Action, ActionState, Opportunity, OpportunityKind
from transom.apps.sources.models import Subscription

if TYPE_CHECKING:
    from transom.apps.accounts.models import User
    from transom.apps.library.models import Item


@dataclass(frozen=True, slots=True)
class Also:
    """What tells the story of a line too. ``address`` is the original's, empty where it has none."""

    title: str
    source: str
    address: str


@dataclass(frozen=True, slots=True)
class LineView:
    """One line. ``address`` is the original's, empty where it has none; ``do`` what is to be done, empty
    for things to read; ``mail`` a ``mailto:`` address for passing on."""

    id: int
    item_id: int | None
    title: str
    address: str = ""
    source: str = ""
    author: str = ""
    minutes: float = 0
    minutes_text: str = ""
    about: bool = False
    labels: Sequence[str] = ()
    why: Sequence[str] = ()
    against: str = ""
    summary: str = ""
    do: str = ""
    kind: str = ""
    opportunity_id: int | None = None
    deadline: datetime | None = None
    when: str = ""
    mail: str = ""
    done: bool = False
    also: Also | None = None


@dataclass(frozen=True, slots=True)
class BriefView:
    """Everything a brief shows, in words."""

    id: int
    day: date
    title: str
    over: str
    weekly: bool
    making: bool
    budget_minutes: float
    read: Sequence[LineView] = ()
    do: Sequence[LineView] = ()
    know: Sequence[LineView] = ()
    left_out: Sequence[LineView] = ()
    considered: int = 0
    left_out_text: str = ""
    network_down: bool = False
    away_days: int = 0
    follows: bool = True
    nothing_came: bool = False
    notes: Sequence[str] = field(default_factory=list)
    problems: Sequence[str] = field(default_factory=list)

    @property
    def read_minutes(self) -> float:
        return sum(line.minutes for line in self.read)

    @property
    def do_minutes(self) -> float:
        return sum(line.minutes for line in self.do)

    @property
    def empty(self) -> bool:
        return not (self.read or self.do or self.know)

    @property
    def considered_text(self) -> str:
        if not self.considered:
            return ""
        said = ngettext("Chosen from %(count)d thing.", "Chosen from %(count)d things.", self.considered)
        return said % {"count": self.considered}

    @property
    def minutes_text(self) -> str:
        return wording.minutes_text(self.read_minutes + self.do_minutes)

    @property
    def end_text(self) -> str:
        return _("That is all for this week.") if self.weekly else _("That is all for today.")

    @property
    def empty_text(self) -> str:
        if not self.follows:
            return _(
                "You follow nothing yet. Choose a starter pack, bring a list you have, or add an address; "
                "a minute later your first brief is here."
            )
        return wording.empty_text(
            weekly=self.weekly, network_down=self.network_down, nothing_came=self.nothing_came
        )


def view(brief: Brief, *, problems: Sequence[str] = ()) -> BriefView:
    """The brief in words: a few queries, however long it is."""
    rows = list(brief.lines.select_related("item__home", "also__home", "opportunity__event"))
    whose = organisers(brief.user, dates_of(rows))
    done, zone = _done(brief.user, rows), zone_of(profile_of(brief.user))
    parts: dict[str, list[LineView]] = {section: [] for section in Section.values}
    for row in rows:
        parts[row.section].append(_line(row, done, whose, zone, brief.day.year))
    weekly = brief.edition == Edition.WEEK
    notes = [wording.network_text()] if brief.network_down else []
    notes += [text] if (text := wording.away_text(brief.away_days)) else []
    return BriefView(
        id=brief.pk,
        day=brief.day,
        title=wording.edition_title(brief),
        over=wording.edition_days(brief),
        weekly=weekly,
        making=brief.state == BriefState.MAKING,
        budget_minutes=brief.budget_minutes,
        read=parts[Section.READ],
        do=parts[Section.DO],
        know=parts[Section.KNOW],
        left_out=parts[Section.LEFT_OUT],
        considered=brief.considered,
        left_out_text=wording.left_out_text(brief.left_out, brief.left_out_minutes),
        network_down=brief.network_down,
        away_days=brief.away_days,
        follows=bool(rows) or Subscription.objects.filter(user=brief.user_id).exists(),
        nothing_came=not rows and nothing_came(brief.user),
        notes=notes,
        problems=problems,
    )


def dates_of(rows: Iterable[BriefLine]) -> list[Event]:
    """The dates of the calendar among what there is to do."""
    offers = [row.opportunity for row in rows if row.opportunity is not None]
    return [offer.event for offer in offers if offer.event is not None]


def _line(
    row: BriefLine, done: frozenset[int], whose: Mapping[int, str], zone: tzinfo, year: int
) -> LineView:
    item, offer = row.item, row.opportunity
    if item is None and offer is not None and offer.event is not None:
        return _date(row, offer, offer.event, done, whose, zone, year)
    if item is None:
        return _told(row)
    reasons: list[dict[str, Any]] = [one for one in row.reasons if one.get("text")]
    return LineView(
        id=row.pk,
        item_id=item.pk,
        title=row.text or wording.title_of(item),
        address=item.address,
        source=str(item.home) if item.home else "",
        author=item.author_name,
        minutes=wording.whole_minutes(row.minutes) if row.minutes else 0,
        minutes_text=wording.minutes_text(row.minutes, about=row.about) if row.minutes else "",
        about=row.about,
        labels=wording.labels_of(item, returned=row.returned),
        why=[str(one["text"]) for one in reasons if not one.get("against")],
        against=next((str(one["text"]) for one in reasons if one.get("against")), ""),
        summary=item.summary,
        do=wording.doing_text(offer.kind) if offer else "",
        kind=offer.kind if offer else "",
        opportunity_id=offer.pk if offer else None,
        deadline=offer.deadline if offer else None,
        when=when_text(item, zone, year=year) if offer and offer.kind == OpportunityKind.CALENDAR else "",
        mail=_mail(row) if offer and offer.kind == OpportunityKind.PASS_ON else "",
        done=offer is not None and offer.pk in done,
        also=_also(row.also),
    )


def _told(row: BriefLine) -> LineView:
    """A line to know about no item; a question with the page that asks it, or else with where it is answered."""
    pair = pair_of(row.leads_to)
    if pair is None:
        return LineView(id=row.pk, item_id=None, title=row.text)
    address = question_link(pair)
    title = row.text if address else f"{row.text} {_('You can answer on the page of the brief in Transom.')}"
    return LineView(id=row.pk, item_id=None, title=title, address=address)


def _also(item: Item | None) -> Also | None:
    if item is None:
        return None
    return Also(wording.title_of(item), str(item.home) if item.home else "", item.address)


def _date(
    row: BriefLine,
    offer: Opportunity,
    event: Event,
    done: frozenset[int],
    whose: Mapping[int, str],
    zone: tzinfo,
    year: int,
) -> LineView:
    """A date of the community's calendar to be decided upon."""
    reasons = [one for one in row.reasons if one.get("text")]
    return LineView(
        id=row.pk,
        item_id=None,
        title=event.title,
        address=event.address,
        source=whose.get(event.pk, ""),
        minutes=wording.whole_minutes(row.minutes),
        minutes_text=wording.minutes_text(row.minutes),
        why=[str(one["text"]) for one in reasons if not one.get("against")],
        against=next((str(one["text"]) for one in reasons if one.get("against")), ""),
        do=wording.doing_text(offer.kind),
        kind=offer.kind,
        opportunity_id=offer.pk,
        deadline=offer.deadline,
        when=event_when_text(event, zone, now=row.brief.started_at, year=year),
        done=offer.pk in done,
    )


def _mail(row: BriefLine) -> str:
    """A mail to nobody yet: the reader names the people in their own program."""
    assert row.item is not None
    return mailto([], subject=row.item.title, body=f"\n\n{row.item.title}\n{row.item.address}")


def _done(user: User, rows: Sequence[BriefLine]) -> frozenset[int]:
    offered = [row.opportunity_id for row in rows if row.opportunity_id]
    if not offered:
        return frozenset()
    taken = Action.objects.filter(user=user, opportunity_id__in=offered).exclude(
        state__in=[ActionState.PLANNED, ActionState.DRAFTED]
    )
    return frozenset(pk for pk in taken.values_list("opportunity_id", flat=True) if pk is not None)
