"""The words around a line: why it is there, what it costs, what one should know before opening it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transom.apps.brief.days import WEEK
from transom.apps.brief.models import Brief, Edition
from transom.apps.library.choices import Kind
from transom.apps.library.models import Access, Form, Item
from transom.apps.participation.models import OpportunityKind
from transom.engine.rank import Reason

HOUR = 60
LENGTHS = (1, 2, 4, 7, 11)
LONGEST_TITLE = 80
LONGEST_BEGINNING = 160


def stored_reasons(reasons: Iterable[Reason], titles: Mapping[int, str]) -> list[dict[str, Any]]:
    """The reasons as a line keeps them: in words, and with what they were made from.

    ``titles`` names the earlier items that reasons speak of.
    """
    return [
        {
            "feature": reason.feature,
            "text": reason_text(reason, titles),
            "contribution": round(reason.contribution, 3),
            "against": reason.contribution < 0,
            "item": reason.item,
            "term": reason.term,
        }
        for reason in reasons
    ]


def reason_text(reason: Reason, titles: Mapping[int, str]) -> str:
    """One sentence of "why this"."""
    title = shortened(titles.get(reason.item, ""))
    said: str = _(reason.phrase) % {"term": reason.term, "title": title, "item": title}
    return said if said.endswith((".", "?", "!")) else f"{said}."


def shortened(title: str) -> str:
    """A title that fits into a sentence."""
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def whole_minutes(minutes: float) -> int:
    """Minutes as they are said and added up: whole, and never none."""
    return max(math.ceil(minutes - 0.5), 1)


def minutes_text(minutes: float, *, about: bool = False) -> str:
    """``6 min``, ``about 12 min``, ``1 h 20 min``; ``no minutes`` of nothing."""
    if minutes <= 0:
        return _("no minutes")
    whole = whole_minutes(minutes)
    hours, rest = divmod(whole, HOUR)
    if hours and rest:
        said = _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
    elif hours:
        said = _("%(hours)d h") % {"hours": hours}
    else:
        said = _("%(minutes)d min") % {"minutes": rest}
    return _("about %(length)s") % {"length": said} if about else said


def edition_title(brief: Brief, *, today: date | None = None) -> str:
    """What an edition is called, wherever it is shown; ``today`` tells that of another day apart."""
    if brief.edition == Edition.WEEK:
        return _("Your week")
    return _("Your brief") if today in (None, brief.day) else _("Your brief of that day")


def edition_days(brief: Brief) -> str:
    """``Tuesday 24 November 2026``; of a week the days it covers, ``Monday 16 to Sunday 22 November 2026``."""
    if brief.edition != Edition.WEEK:
        return day_text(brief.day)
    first, last = brief.day - WEEK, brief.day - timedelta(days=1)
    shape = "l j" if first.month == last.month else "l j F"
    begin = formats.date_format(first, shape if first.year == last.year else "l j F Y")
    return _("%(first)s to %(last)s") % {"first": begin, "last": day_text(last)}


def day_text(day: date) -> str:
    """``Tuesday 24 November 2026``."""
    return str(formats.date_format(day, "l j F Y"))


def title_of(item: Item) -> str:
    """An item's title; the beginning of its text where it has none."""
    return item.title or item.summary[:LONGEST_TITLE] or _("Untitled")


def beginning_of(item: Item) -> str:
    """The first words of an item, for those who choose by them; empty where they repeat its title."""
    words = " ".join(item.summary.split())
    if not words or words.startswith(item.title.removesuffix(" …")[:60]):
        return ""
    if len(words) <= LONGEST_BEGINNING:
        return words
    piece = words[:LONGEST_BEGINNING]
    return (piece[: piece.rfind(" ")] if " " in piece else piece).rstrip(" ,;:–-") + " …"


def labels_of(item: Item, *, returned: bool = False) -> list[str]:
    """Who pays for it, what it is, whether one may see it."""
    access = {
        Access.SIGN_UP.value: _("free, but asks you to sign up"),
        Access.MEMBER.value: _("for members"),
        Access.PAID.value: _("has to be paid for"),
    }
    forms = {
        Form.PDF.value: _("PDF"),
        Form.AUDIO.value: _("to listen to"),
        Form.VIDEO.value: _("to watch"),
        Form.LIVE.value: _("live"),
    }
    labels = [
        access.get(item.access, ""),
        forms.get(item.form, ""),
        _("from a vendor") if item.home and item.home.vendor else "",
        _("only you see this") if item.owner_id else "",
        _("came back, unopened") if returned else "",
    ]
    return [label for label in labels if label]


def kind_text(kind: str) -> str:
    """What sort of thing it is, as a heading; a name nobody foresaw stands as it is."""
    known = {
        **{value: capfirst(str(label)) for value, label in Kind.choices},
        Form.AUDIO.value: _("Things to listen to"),
        Form.VIDEO.value: _("Things to watch"),
        Form.LIVE.value: _("Things that happen live"),
        OpportunityKind.PASS_ON.value: _("Things to pass on"),
        OpportunityKind.CALENDAR.value: _("Dates for your calendar"),
        OpportunityKind.ATTEND.value: _("Things to attend"),
        OpportunityKind.JOIN.value: _("Meetings to join"),
        OpportunityKind.SUBMIT.value: _("Calls to answer"),
        OpportunityKind.RESPOND.value: _("Consultations to answer"),
    }
    return known.get(kind, kind.replace("-", " ").capitalize())


def feature_text(feature: str) -> str:
    """What a reason spoke of, inside a sentence."""
    known = {
        "interest": _("what it is about"),
        "source": _("where it comes from"),
        "author": _("who wrote it"),
        "kind": _("what sort of thing it is"),
        "manner": _("how its title speaks"),
        "tie": _("that you know its author"),
        "standing": _("who points to it"),
        "heat": _("that many talk about it"),
        "novelty": _("that it is new to you"),
        "rarity": _("how seldom its source publishes"),
        "freshness": _("how new it is"),
        "depth": _("how much there is to it"),
        "attention": _("that you have heard little of its kind"),
        "vendor": _("that it comes from a vendor"),
        "closed": _("that you cannot open it"),
        "returned": _("that it was offered before"),
    }
    return known.get(feature, feature)


def manner_texts() -> dict[str, str]:
    """Each fact about how a title speaks (see `engine.text.manner`), inside a sentence."""
    lengths = {
        f"words-{most}": ngettext(
            "things with a title of %(count)d word", "things with a title of up to %(count)d words", most
        )
        % {"count": most}
        for most in LENGTHS
    }
    return lengths | {
        "words-more": _("things with a long title"),
        "question": _("things whose title asks something"),
        "asks-how": _("things whose title begins with how, why, what or the like"),
        "exclaims": _("things whose title exclaims"),
        "two-parts": _("things with a title in two parts"),
        "first-person": _("things whose title says I or we"),
        "second-person": _("things whose title says you"),
        "version": _("things whose title names a version"),
        "part": _("things that are a numbered part"),
        "number": _("things with a number in the title"),
        "quotes": _("things with a quotation in the title"),
        "bracketed": _("things whose title begins with a bracket"),
        "article": _("things whose title has an article such as “the”"),
        "announces": _("things whose title announces something new"),
        "teaches": _("things whose title promises to teach"),
        "gerund": _("things whose title begins with doing something"),
        "code": _("things with code in the title"),
        "capitals": _("things with a title In Capitals"),
    }


def doing_text(kind: str) -> str:
    """What a line to do asks for."""
    said = {
        OpportunityKind.CALENDAR.value: _("Put it in your calendar"),
        OpportunityKind.ATTEND.value: _("Decide whether to go, and put it in your calendar"),
        OpportunityKind.JOIN.value: _("Join the meeting: put it in your calendar"),
        OpportunityKind.SUBMIT.value: _("Decide whether to answer this call, and note when it closes"),
        OpportunityKind.RESPOND.value: _(
            "Decide whether to answer this consultation, and note when it closes"
        ),
    }
    return said.get(kind, _("Pass it on with two lines of your own"))


def left_out_text(count: int, minutes: float) -> str:
    """What was left out and what it would have cost; empty where nothing was."""
    if not count:
        return ""
    said = ngettext(
        "Left out: %(count)d thing, which would have cost you %(minutes)s more.",
        "Left out: %(count)d things, which would have cost you %(minutes)s more.",
        count,
    )
    return said % {"count": count, "minutes": minutes_text(minutes)}


def away_text(days: int) -> str:
    """What to say after days without a brief; empty where there were none."""
    if not days:
        return ""
    said = ngettext(
        "You were away for a day; this covers that too, in the same minutes.",
        "While you were away: this covers %(days)d days, in the same minutes.",
        days,
    )
    return said % {"days": days}


def empty_text(*, weekly: bool, network_down: bool, nothing_came: bool) -> str:
    """What an empty brief of somebody who follows something says."""
    if network_down:
        return _("There is nothing to choose from until your sources can be reached.")
    if nothing_came:
        return _(
            "Nothing has come from your sources yet, so there is nothing to choose from. Look again in a few "
            "minutes; the page of sources says how each is doing."
        )
    if weekly:
        return _("Nothing of this week was worth your minutes. That is a good brief too.")
    return _("Nothing today is worth your minutes. That is a good brief too.")


def network_text() -> str:
    """What to say when the brief comes from the library alone."""
    return _(
        "Nothing could be reached when this was made. It comes from what was already in your library; "
        "check this computer's connection."
    )
