"""How a source is doing, in words for the screen.

`says` and `next_step` are whole fixed sentences, so that they can be translated; dates, addresses and what
exactly went wrong stand beside them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from transom.engine.core.errors import REFUSED_KINDS
from transom.engine.fetch.state import FetchState

Word = Literal["new", "fine", "slow", "quiet", "waiting", "failing", "moved", "gone", "paused"]

SLOW_MS = 10_000
QUIET_AFTER = timedelta(days=180)
WAIT_STATUSES = frozenset({429, 503})
NOTHING_TO_DO = "You need do nothing."
CHECK_CONNECTION = "Check this computer's connection; Transom tries again by itself."


@dataclass(frozen=True, slots=True)
class Health:
    """The state of one source in plain words.

    `since` is when this state began where that is known, `detail` the last error as it was reported,
    `address` the new address of a source that moved. `needs_you` says that waiting will not mend it.
    """

    word: Word
    says: str
    next_step: str = NOTHING_TO_DO
    since: datetime | None = None
    detail: str = ""
    address: str = ""
    needs_you: bool = False


FAILING: dict[str, tuple[str, str]] = {
    "network-down": ("This computer could not reach the network.", "Check this computer's connection."),
    "dns": ("Its host name is not known.", "Check the address for a typing error."),
    "refused": ("It does not accept connections.", "Open the address in a browser to see whether it moved."),
    "timeout": ("It does not answer in time.", "Wait; Transom keeps trying."),
    "tls": (
        "It cannot prove that it is who it says.",
        "Tell whoever runs it that its certificate is not valid.",
    ),
    "too-large": ("What it sends is too large.", "Look on the site for a shorter feed."),
    "too-many-redirects": (
        "It sends Transom in circles.",
        "Open the address in a browser to see where it leads.",
    ),
    "forbidden-address": (
        "Its address leads into a private network.",
        "If it is a server of your own, ask the operator to allow it.",
    ),
    "local-name": (
        "Its host name is no public one.",
        "Check the address for a typing error; if it is a server of your own, ask the operator to allow it.",
    ),
    "forbidden-port": (
        "Its address names a port that is not for the web.",
        "Check the number behind the colon in its address, or leave it out.",
    ),
    "odd-address": (
        "Its address is not written as a web address.",
        "Copy the whole address from a browser, starting with https://.",
    ),
    "decompression": ("What it sends cannot be unpacked.", "Tell whoever runs it."),
    "portal": (
        "A network's sign-in page answered instead of it.",
        "Open a browser and sign in to the network.",
    ),
    "protocol": (
        "It does not answer as a web server should.",
        "Open the address in a browser to see what is there.",
    ),
    "parse": (
        "What it sends is no feed.",
        "Open the address in a browser, and look on the site for its feed.",
    ),
    "unlike": (
        "It answers in a way that Transom does not know, or only in part.",
        "Wait; Transom keeps trying. If it goes on, look for a newer Transom.",
    ),
}
STATUSES: dict[int, tuple[str, str]] = {
    401: ("It wants a password.", "Follow it as https://NAME:PASSWORD@ and the rest of its address."),
    402: ("It wants to be paid for.", "Open the address in a browser to see its terms."),
    403: ("It turns Transom away.", "Open the address in a browser to see whether it is still there."),
    404: ("There is nothing at its address.", "Look on the site for a new address."),
    410: ("It may be gone for good.", "Wait; Transom asks once more after a day."),
}
SERVER_TROUBLE = ("Its server has trouble.", "Wait; Transom keeps trying.")
UNKNOWN_TROUBLE = ("It does not answer properly.", "Open the address in a browser to see what is there.")
NEEDS_YOU = REFUSED_KINDS | {"too-large", "parse", "tls", "too-many-redirects", "portal"}


def health(state: FetchState, now: datetime, *, cut_off: bool = False) -> Health:
    """The plain-word state of a source at `now`; `cut_off`: when it was asked last, this computer had no network."""
    if state.status == "paused":
        return Health("paused", "You paused it.", "Take it up again when you like.")
    if state.status == "gone":
        said = "Its server says that it is gone for good; Transom stopped asking."
        step = "Look for a new address of it, or stop following it. What you have of it stays."
        return Health(
            "gone", said, step, since=state.gone_first_seen_at, detail=state.last_error, needs_you=True
        )
    if cut_off:
        return Health("waiting", "This computer could not reach the network.", CHECK_CONNECTION)
    if state.failures:
        return _in_trouble(state)
    if state.last_success_at is None:
        return Health("new", "It has not been asked yet.")
    return _well(state, now)


def _well(state: FetchState, now: datetime) -> Health:
    if state.redirect_target:
        return Health(
            "moved",
            "It is moving to a new address.",
            "You need do nothing: Transom takes over the new address when it has held for two days.",
            since=state.redirect_first_seen_at,
            address=state.redirect_target,
        )
    if (state.elapsed_ms or 0) >= SLOW_MS:
        return Health("slow", "It answers slowly.")
    if state.last_changed_at is not None and now - state.last_changed_at > QUIET_AFTER:
        return Health(
            "quiet",
            "Nothing new for half a year.",
            "Keep it if it is worth waiting for; Transom asks it weekly.",
            since=state.last_changed_at,
        )
    return Health("fine", "It answers as it should.")


def _in_trouble(state: FetchState) -> Health:
    if state.last_error_kind == "http-status" and state.last_status in WAIT_STATUSES:
        said = "It asked for a pause." if state.last_status == 429 else "It is not available for the moment."
        return Health("waiting", said, since=state.first_failed_at, detail=state.last_error)
    said, step = _trouble(state)
    return Health(
        "failing",
        said,
        step,
        since=state.first_failed_at,
        detail=state.last_error,
        needs_you=_needs_you(state),
    )


def _trouble(state: FetchState) -> tuple[str, str]:
    if state.last_error_kind == "http-status":
        status = state.last_status or 0
        return STATUSES.get(status, SERVER_TROUBLE if status >= 500 else UNKNOWN_TROUBLE)
    return FAILING.get(state.last_error_kind, UNKNOWN_TROUBLE)


def _needs_you(state: FetchState) -> bool:
    refused = state.last_error_kind == "http-status" and state.last_status in (401, 402, 403, 404)
    return refused or state.last_error_kind in NEEDS_YOU
