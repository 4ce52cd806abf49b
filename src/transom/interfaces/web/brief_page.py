"""A brief as its page shows it: every line with its words, what was said about it, and where it leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from transom.apps.brief import wording
from transom.apps.brief.leading import CONVERSATION, PERSON, QUESTION, keys_of, pair_of
from transom.apps.brief.models import Brief, BriefLine, BriefState, Edition, Feedback, Section, Signal
from transom.apps.brief.selectors.minutes import Minutes, minutes_for
from transom.apps.brief.selectors.view import dates_of
from transom.apps.conversations.models import Event
from transom.apps.conversations.selectors import organisers
from transom.apps.library.models import Item, ReadingState
from transom.apps.participation.dates import event_when_text, when_text
from transom.apps.participation.models import Action, ActionState, Opportunity, OpportunityKind
from transom.interfaces.web import event_words, words
from transom.interfaces.web.bylines import author_links
from transom.interfaces.web.who_is_who import Question, question_between

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

SAID = (Signal.LESS, Signal.MORE, Signal.WRONG_REASON)


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of "why this", and the name of what it speaks of, so that the user can say it is wrong."""

    feature: str
    text: str


@dataclass(frozen=True, slots=True)
class Also:
    """What tells the story of a line too, and where it is read."""

    title: str
    href: str
    source: str


@dataclass(slots=True)
class Line:
    """One line of a list of things to read or do, at ``anchor`` on its page.

    ``minutes`` with ``about`` are an estimate; ``denied`` are the reasons that the user called wrong.
    """

    item_id: int | None
    title: str
    href: str
    summary: str = ""
    source: str = ""
    author: str = ""
    author_href: str = ""
    minutes: float = 0
    about: bool = False
    id: int | None = None
    why: str = ""
    against: str = ""
    reasons: Sequence[Reason] = ()
    labels: Sequence[str] = ()
    saved: bool = False
    said_less: bool = False
    said_more: bool = False
    put_aside: bool = False
    wrong: frozenset[str] = frozenset()
    denied: Sequence[Reason] = ()
    back: str = "/"
    anchor: str = ""
    opportunity_id: int | None = None
    doing: str = ""
    read_href: str = ""
    when: str = ""
    published: datetime | None = None
    outcome: str = ""
    also: Also | None = None
    question: Question | None = None


@dataclass(slots=True)
class Page:
    """Everything the brief's page shows."""

    title: str
    over: str
    making: bool = False
    held_up: bool = False
    is_today: bool = True
    is_week: bool = False
    network_down: bool = False
    away_days: int = 0
    considered: int = 0
    left_out_count: int = 0
    left_out_minutes: float = 0
    read: list[Line] = field(default_factory=list)
    do: list[Line] = field(default_factory=list)
    know: list[Line] = field(default_factory=list)
    left_out: list[Line] = field(default_factory=list)
    problems: Sequence[str] = ()
    progress: Any = None
    follows: bool = True
    empty_text: str = ""
    paused: date | None = None
    previous: str = ""
    next: str = ""

    @property
    def read_minutes(self) -> float:
        return sum(line.minutes for line in self.read)

    @property
    def do_minutes(self) -> float:
        return sum(line.minutes for line in self.do)

    @property
    def minutes(self) -> float:
        return self.read_minutes + self.do_minutes

    @property
    def empty(self) -> bool:
        return not (self.read or self.do or self.know)


@dataclass(frozen=True, slots=True)
class Said:
    """What a user did with and said about some items."""

    saved: frozenset[int] = frozenset()
    signals: Mapping[int, frozenset[str]] = field(default_factory=dict)
    wrong: Mapping[int, frozenset[str]] = field(default_factory=dict)
    minutes: Mapping[int, Minutes] = field(default_factory=dict)

    def on(self, item_id: int, signal: str) -> bool:
        return signal in self.signals.get(item_id, frozenset())


@dataclass(frozen=True, slots=True)
class Offers:
    """Of what there is to do: what came of each offer in a word, and whose each date is."""

    outcomes: Mapping[int, str] = field(default_factory=dict)
    organisers: Mapping[int, str] = field(default_factory=dict)


def said_about(user: User, item_ids: Iterable[int]) -> Said:
    """Two queries, however many items."""
    ids = list(item_ids)
    saved = ReadingState.objects.filter(user=user, item_id__in=ids).exclude(saved_at=None)
    signals: dict[int, set[str]] = {}
    wrong: dict[int, set[str]] = {}
    log = Feedback.objects.filter(user=user, item_id__in=ids, signal__in=SAID)
    for item_id, signal, feature in log.values_list("item_id", "signal", "feature"):
        signals.setdefault(item_id, set()).add(signal)
        if signal == Signal.WRONG_REASON:
            wrong.setdefault(item_id, set()).add(feature)
    return Said(
        saved=frozenset(saved.values_list("item_id", flat=True)),
        signals={key: frozenset(value) for key, value in signals.items()},
        wrong={key: frozenset(value) for key, value in wrong.items()},
    )


def lines_about(user: User, items: Sequence[Item], *, back: str) -> list[Line]:
    """Lines about items that stand in no brief, with the minutes that the brief would give them."""
    said = said_about(user, [item.pk for item in items])
    said = replace(said, minutes=minutes_for(user, items))
    lines = [line_about(item, said, back=back) for item in items]
    _link_authors(lines, author_links(user, items))
    return lines


def _link_authors(lines: Iterable[Line], links: Mapping[int, str]) -> None:
    for line in lines:
        line.author_href = links.get(line.item_id or 0, "")


def page_of(brief: Brief, user: User, *, today: date) -> Page:
    """The page of a brief, without its neighbours and its progress."""
    rows = list(brief.lines.select_related("item__home", "also__home", "opportunity__event"))
    said = said_about(user, {row.item_id for row in rows if row.item_id})
    offers = Offers(_outcomes(user, rows), organisers(user, dates_of(rows)))
    back = address_of(brief, today)
    page = Page(
        title=wording.edition_title(brief, today=today),
        over=wording.edition_days(brief),
        making=brief.state == BriefState.MAKING,
        is_today=brief.edition == Edition.DAY and brief.day == today,
        is_week=brief.edition == Edition.WEEK,
        network_down=brief.network_down,
        away_days=brief.away_days,
        considered=brief.considered,
        left_out_count=brief.left_out,
        left_out_minutes=brief.left_out_minutes,
    )
    parts = {Section.READ: page.read, Section.DO: page.do, Section.KNOW: page.know}
    for row in rows:
        line = line_of(row, said, back, offers)
        line.question = question_of(row, user, back)
        parts.get(Section(row.section), page.left_out).append(line)
    _link_authors([*page.read, *page.do], author_links(user, [row.item for row in rows if row.item]))
    return page


def page_held_up(day: date) -> Page:
    """Today's page while the library is still being read after a start."""
    brief = Brief(edition=Edition.DAY, day=day)
    title, over = wording.edition_title(brief, today=day), wording.edition_days(brief)
    return Page(title=title, over=over, making=True, held_up=True)


def address_of(brief: Brief, today: date) -> str:
    if brief.edition == Edition.WEEK:
        return reverse("web:brief-week")
    if brief.day == today:
        return reverse("web:brief")
    return reverse("web:brief-day", args=[brief.day])


def line_of(row: BriefLine, said: Said, back: str, offers: Offers) -> Line:
    """The line of one row of a brief."""
    if row.item is None and row.opportunity is not None and row.opportunity.event is not None:
        return _date_line(row, row.opportunity, row.opportunity.event, back, offers)
    if row.item is None:
        return Line(item_id=None, title=row.text, href=place_of(row.leads_to), id=row.pk)
    anchor = f"line-{row.item_id}" if row.opportunity is None else f"do-{row.pk}"
    line = line_about(row.item, said, back=f"{back}#{anchor}")
    line.anchor = anchor
    line.id, line.about = row.pk, row.about
    line.minutes = wording.whole_minutes(row.minutes) if row.minutes else 0
    line.reasons, line.against = reasons_of(row.reasons)
    line.why = " ".join(reason.text for reason in line.reasons)
    line.labels = wording.labels_of(row.item, returned=row.returned)
    if row.also is not None:
        line.also = Also(
            title=wording.title_of(row.also),
            href=reverse("web:read", args=[row.also.pk]),
            source=str(row.also.home) if row.also.home else words.host(row.also.address),
        )
    if row.section == Section.KNOW and row.text:
        line.title = row.text
    if row.opportunity is not None:
        _as_doing(line, row, offers.outcomes)
    else:
        line.href = f"{line.href}?line={row.pk}"
    return line


def question_of(row: BriefLine, user: User, back: str) -> Question | None:
    """What a line to know asks, to be answered where it stands on the page at `back`; None where it asks nothing."""
    pair = pair_of(row.leads_to)
    if pair is None:
        return None
    anchor = f"question-{row.pk}"
    return question_between(
        user, *pair, now=timezone.now(), anchor=anchor, back=f"{back}#{anchor}", line=row.pk
    )


def place_of(leads_to: str) -> str:
    """The address of what a line to know leads to; "" for nothing."""
    what, keys = keys_of(leads_to)
    if what == PERSON:
        return reverse("web:person", args=keys)
    if what == CONVERSATION:
        return reverse("web:conversation", args=keys)
    if pair := pair_of(leads_to):
        return reverse("web:question", args=pair)
    # Lines of before named no pair.
    return f"{reverse('web:people')}#same-person" if leads_to == QUESTION else ""


def _date_line(row: BriefLine, offer: Opportunity, event: Event, back: str, offers: Offers) -> Line:
    """A date of the community's calendar to be decided upon."""
    anchor = f"do-{row.pk}"
    reasons, against = reasons_of(row.reasons)
    zone = timezone.get_current_timezone()
    return Line(
        item_id=None,
        title=event.title,
        href=reverse("web:calendar", args=[offer.pk]),
        source=offers.organisers.get(event.pk) or event_words.kind(event),
        minutes=wording.whole_minutes(row.minutes),
        id=row.pk,
        reasons=reasons,
        against=against,
        why=" ".join(reason.text for reason in reasons),
        back=f"{back}#{anchor}",
        anchor=anchor,
        opportunity_id=offer.pk,
        doing=wording.doing_text(offer.kind),
        read_href=reverse("web:event", args=[event.pk]),
        when=event_when_text(event, zone, now=row.brief.started_at, year=timezone.localdate().year),
        outcome=offers.outcomes.get(offer.pk, ""),
    )


def line_about(item: Item, said: Said, *, back: str) -> Line:
    """A line about an item that stands in no brief. ``item.home`` must be loaded."""
    wrong = said.wrong.get(item.pk, frozenset())
    takes = said.minutes.get(item.pk)
    return Line(
        item_id=item.pk,
        title=wording.title_of(item),
        href=reverse("web:read", args=[item.pk]),
        summary=wording.beginning_of(item),
        source=str(item.home) if item.home else words.host(item.address),
        author=item.author_name,
        minutes=takes.minutes if takes else 0,
        about=takes.about if takes else False,
        published=item.published_at,
        labels=wording.labels_of(item),
        saved=item.pk in said.saved,
        said_less=said.on(item.pk, Signal.LESS),
        said_more=said.on(item.pk, Signal.MORE),
        put_aside=said.on(item.pk, Signal.LESS),
        wrong=wrong,
        denied=[Reason(name, wording.feature_text(name)) for name in sorted(wrong)],
        back=back,
    )


def reasons_of(stored: Any) -> tuple[list[Reason], str]:
    """The reasons for, and the strongest one against, from what was stored with the line."""
    given = [one for one in stored or [] if isinstance(one, dict) and one.get("text")]
    reasons = [
        Reason(str(one.get("feature", "")), str(one["text"])) for one in given if not one.get("against")
    ]
    against = next((str(one["text"]) for one in given if one.get("against")), "")
    return reasons, against


def _as_doing(line: Line, row: BriefLine, outcomes: Mapping[int, str]) -> None:
    opportunity = row.opportunity
    assert opportunity is not None
    line.opportunity_id = opportunity.pk
    if opportunity.kind == OpportunityKind.CALENDAR:
        zone = timezone.get_current_timezone()
        assert opportunity.item is not None
        line.when = when_text(opportunity.item, zone, year=timezone.localdate().year)
    line.read_href = line.href
    line.doing = wording.doing_text(opportunity.kind)
    line.outcome = outcomes.get(opportunity.pk, "")
    if opportunity.kind == OpportunityKind.CALENDAR:
        line.href = reverse("web:calendar", args=[opportunity.pk])
    else:
        line.href = (
            f"{reverse('web:pass-on', args=[line.item_id])}?offer={opportunity.pk}&next={quote(line.back)}"
        )


def _outcomes(user: User, rows: Sequence[BriefLine]) -> dict[int, str]:
    """What came of each opportunity, in a word, where something did."""
    offered = [row.opportunity_id for row in rows if row.opportunity_id]
    if not offered:
        return {}
    said = {ActionState.SENT: _("Done."), ActionState.SEEN: _("Done."), ActionState.ANSWERED: _("Answered.")}
    said[ActionState.DECLINED] = _("Turned down.")
    taken = Action.objects.filter(user=user, opportunity_id__in=offered).values_list(
        "opportunity_id", "state"
    )
    return {pk: said[ActionState(state)] for pk, state in taken if pk and state in said}
