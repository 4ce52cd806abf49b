"""The cases of the self-test, each a script for the server and a check of what it saw."""

import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import brotli

from transom.engine.fetch.behaviour_bench import OTHER_HOST, PATH, Bench, Headers, Reply, Script
from transom.engine.fetch.rhythm import DAY, HOUR, WEEK
from transom.engine.fetch.schedule import Failed, Fetched, Unchanged
from transom.engine.net.loopback import Seen

ETAG = '"v1"'
MODIFIED = "Mon, 02 Mar 2026 08:00:00 GMT"
BODY = b"<rss version='2.0'><channel><title>A bench</title></channel></rss>"
MINUTE = timedelta(minutes=1)
ODD_ETAGS: tuple[bytes, ...] = (
    b'W/"weak"',
    b"without-quotes",
    b'""',
    b'"a, b; c"',
    b'"with \\"backslashes\\""',
    b'"abc-gzip"',
    b"'single'",
    b'w/"lower case"',
    b'"latin \xe9\xff"',
    b'"utf-8 \xc3\xa9"',
    b'"' + b"x" * 2000 + b'"',
)
ODD_DATES: tuple[bytes, ...] = (
    b"Sat, 01 Jan 2000 00:00:00 GMT",
    b"mon, 2 mar 2026 8:00:00 gmt",
    b"Wed, 02 Mar 2026 08:00:00 GMT",
    b"2026-03-02T08:00:00Z",
    b"Mon, 02 Mar 2026 08:00:00 +0100",
    b"Monday, 02-Mar-26 08:00:00 GMT",
    b"0",
    b"M\xe4rz 2026",
)


class CaseFailedError(Exception):
    """What the server saw is not what it should have seen."""


def require(condition: bool, what: str) -> None:
    if not condition:
        raise CaseFailedError(what)


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    script: Script
    check: Callable[[Bench], Awaitable[str]]
    published: Callable[[datetime], tuple[datetime, ...]] = lambda now: (now,)
    path: str = PATH


def lasting(
    headers: Headers = (("ETag", ETAG), ("Last-Modified", MODIFIED)), *extra: tuple[str, str]
) -> Script:
    """A document that never changes, answered with 304 to whoever brings its validators back."""

    def script(bench: Bench, seen: Seen) -> Reply:
        given = {name.lower(): _bytes(value) for name, value in headers}
        asked = {"etag": seen.header("If-None-Match"), "last-modified": seen.header("If-Modified-Since")}
        if given and all(asked[name] == value for name, value in given.items()):
            return Reply(304, [*headers, *extra])
        return Reply(200, [*headers, *extra], BODY)

    return script


def changing(*extra: tuple[str, str]) -> Script:
    """A new document with new validators at every request."""

    def script(bench: Bench, seen: Seen) -> Reply:
        number = len(bench.visits)
        headers = [("ETag", f'"v{number}"'), ("Last-Modified", bench.clock.date()), *extra]
        return Reply(200, headers, BODY + str(number).encode())

    return script


def always(status: int, *headers: tuple[str, str]) -> Script:
    return lambda bench, seen: Reply(status, headers, b"")


async def both_validators(bench: Bench) -> str:
    await bench.run(10 * DAY)
    later = bench.visits[1:]
    require(bool(later), "it was asked only once in ten days")
    for visit in later:
        require(visit.header("If-None-Match") == ETAG.encode(), "a request came without If-None-Match")
        require(
            visit.header("If-Modified-Since") == MODIFIED.encode(), "a request came without If-Modified-Since"
        )
    return f"{len(later)} of {len(later)} later requests were conditional"


def odd_values(header: str, back: str, values: tuple[bytes, ...]) -> Case:
    def script(bench: Bench, seen: Seen) -> Reply:
        number = len(bench.visits) - 1
        return Reply(200, [(header, values[number % len(values)])], BODY + str(number).encode())

    async def check(bench: Bench) -> str:
        while len(bench.visits) <= len(values):
            await bench.run(DAY, most=1)
        for value, visit in zip(values, bench.visits[1:], strict=False):
            sent = visit.header(back)
            require(sent == value, f"{value!r} came back as {sent!r}")
        return f"{len(values)} odd values came back unchanged"

    return Case(f"{header} is returned byte for byte", script, check)


async def newest_validators(bench: Bench) -> str:
    await bench.run(2 * DAY)
    for number, visit in enumerate(bench.visits[1:], start=1):
        expected = f'"v{number}"'.encode()
        require(visit.header("If-None-Match") == expected, f"request {number + 1} brought an old validator")
    return f"{len(bench.visits)} changes followed"


def only(header: str, value: str, back: str, never: str) -> Case:
    async def check(bench: Bench) -> str:
        await bench.run(2 * DAY)
        require(bench.visits[1].header(back) == value.encode(), f"{back} was not sent")
        require(all(visit.header(never) is None for visit in bench.visits), f"{never} was made up")
        return f"only {back} was sent"

    return Case(f"Only {header} is given, so only it comes back", lasting([(header, value)]), check)


def forgetful(bench: Bench, seen: Seen) -> Reply:
    """Gives a validator once and then no more."""
    first = len(bench.visits) == 1
    return Reply(200, [("ETag", ETAG)] if first else [], BODY + str(len(bench.visits)).encode())


async def withdrawn(bench: Bench) -> str:
    await bench.run(4 * DAY)
    require(bench.visits[1].header("If-None-Match") == ETAG.encode(), "the validator was not used")
    require(
        all(visit.header("If-None-Match") is None for visit in bench.visits[2:]), "an old validator was sent"
    )
    return "a validator that the server dropped is dropped"


def not_oftener_than(least: timedelta, span: timedelta = 10 * DAY) -> Callable[[Bench], Awaitable[str]]:
    async def check(bench: Bench) -> str:
        await bench.run(span)
        waits = bench.waits()
        require(bool(waits), f"it was asked only once in {span.days} days")
        require(min(waits) >= least, f"it was asked again after {min(waits)}")
        return f"{len(bench.visits)} requests in {span.days} days, the closest {min(waits)} apart"

    return check


async def never_whole_again(bench: Bench) -> str:
    await bench.run(120 * DAY)
    whole = [visit for visit in bench.visits[1:] if visit.header("If-None-Match") is None]
    require(not whole, f"{len(whole)} requests asked for the whole document again")
    return f"{len(bench.visits) - 1} requests over 120 days, all conditional"


async def slows_down(bench: Bench) -> str:
    await bench.run(150 * DAY)
    waits = bench.waits()
    require(max(waits) >= 6 * DAY, f"the longest pause was {max(waits)}")
    require(max(waits) <= WEEK, f"it was left alone for {max(waits)}")
    require(all(later >= earlier - HOUR for earlier, later in pairwise(waits)), "the pauses do not grow")
    return f"from {min(waits)} to {max(waits)} between requests"


def expiring(bench: Bench, seen: Seen) -> Reply:
    headers = [("ETag", f'"{len(bench.visits)}"'), ("Expires", bench.clock.date(8 * HOUR))]
    return Reply(200, headers, BODY + str(len(bench.visits)).encode())


def pausing(status: int, as_date: bool) -> Script:
    def script(bench: Bench, seen: Seen) -> Reply:
        if len(bench.visits) != 2:
            return lasting()(bench, seen)
        wait = bench.clock.date(30 * HOUR) if as_date else str(30 * 3600)
        return Reply(status, [("Retry-After", wait)])

    return script


async def waits_as_asked(bench: Bench) -> str:
    await bench.run(6 * DAY)
    require(len(bench.visits) > 3, "it was not asked again")
    wait = bench.waits()[1]
    require(wait >= 30 * HOUR, f"it was asked again after {wait} instead of 30 hours")
    require(
        bench.visits[2].header("If-None-Match") == ETAG.encode(), "the validators were forgotten meanwhile"
    )
    return f"asked for 30 hours, waited {wait}"


async def backs_off(bench: Bench) -> str:
    await bench.run(60 * DAY)
    waits = bench.waits()
    require(waits[0] >= HOUR, f"it was asked again after {waits[0]}")
    require(all(later >= earlier for earlier, later in pairwise(waits)), "the pauses shrank")
    require(waits[-1] >= DAY, "the pauses did not grow to a day")
    require(bench.clock.now - bench.visits[-1].at <= WEEK, "it was given up silently")
    require(any(decision.tell_user for decision in bench.decisions), "the user was never told")
    return f"{len(bench.visits)} attempts in 60 days, pauses from {waits[0]} to {waits[-1]}"


def moving(status: int) -> Script:
    def script(bench: Bench, seen: Seen) -> Reply:
        if seen.path == PATH:
            return Reply(status, [("Location", bench.address("/new.xml", OTHER_HOST))])
        return lasting()(bench, seen)

    return script


async def adopts(bench: Bench) -> str:
    await bench.run(47 * HOUR)
    require(bench.url == bench.address(PATH), "the new address was taken over within two days")
    await bench.run(5 * DAY)
    require(bench.url == bench.address("/new.xml", OTHER_HOST), "the new address was never taken over")
    require(bench.visits[-1].seen.path == "/new.xml", "the old address is still asked")
    return "followed at once, taken over after two days"


async def never_adopts(bench: Bench) -> str:
    await bench.run(10 * DAY)
    require(bench.url == bench.address(PATH), "a temporary redirect was taken for a permanent one")
    require(bench.visits[1].seen.path == "/new.xml", "the redirect was not followed")
    return "followed each time, never taken over"


async def stops_when_gone(bench: Bench) -> str:
    await bench.run(30 * DAY)
    require(bench.state.status == "gone", "it is still being asked")
    require(bench.visits[-1].at - bench.visits[0].at >= DAY, "one 410 was believed at once")
    require(bench.decisions[-1].tell_user is not None, "the user was not told")
    return f"stopped after {len(bench.visits)} answers over {bench.visits[-1].at - bench.visits[0].at}"


async def no_cookies(bench: Bench) -> str:
    await bench.run(3 * DAY)
    require(all(visit.header("Cookie") is None for visit in bench.visits), "a cookie came back")
    return f"{len(bench.visits)} requests without a cookie"


async def no_referrer(bench: Bench) -> str:
    await bench.run(3 * DAY)
    for name in ("Referer", "Origin", "From"):
        require(all(visit.header(name) is None for visit in bench.visits), f"{name} was sent")
    return f"{len(bench.visits)} requests, redirects among them, without a referrer"


ODD_PATH = "/feed?b=2&a=1&utm_source=x&q=%7Ea+b%20c&=&empty="


async def exact_target(bench: Bench) -> str:
    await bench.run(3 * DAY)
    targets = {visit.seen.target for visit in bench.visits}
    require(targets == {ODD_PATH}, f"it was asked for {sorted(targets - {ODD_PATH})}")
    require({visit.seen.method for visit in bench.visits} == {"GET"}, "another method than GET was used")
    return "only the address as it was given, nothing probed beside it"


async def restart(bench: Bench) -> str:
    await bench.run(HOUR, most=1)
    for _ in range(50):
        await bench.close()
        bench.restart()
        await bench.visit_if_due()
        bench.clock.now += MINUTE / 2
    waits = bench.waits()
    require(all(wait >= HOUR for wait in waits), f"it was asked again after {min(waits, default=None)}")
    return f"50 restarts within half an hour, {len(bench.visits)} requests in all"


def packed(name: str, pack: Callable[[bytes], bytes]) -> Case:
    def script(bench: Bench, seen: Seen) -> Reply:
        number = str(len(bench.visits) // 3).encode()
        return Reply(200, [("ETag", ETAG), ("Content-Encoding", name)], pack(BODY + number))

    async def check(bench: Bench) -> str:
        await bench.run(DAY)
        offered = bench.visits[0].header("Accept-Encoding") or b""
        require(name.encode() in offered, f"it was not offered; Accept-Encoding was {offered!r}")
        kinds = [type(outcome) for outcome in bench.outcomes]
        require(Failed not in kinds and Fetched in kinds, "the packed document was not understood")
        require(Unchanged in kinds, "the same document was taken for a new one")
        return f"{name} is offered and understood"

    return Case(f"Documents may be packed with {name}", script, check)


async def same_body(bench: Bench) -> str:
    await bench.run(10 * DAY)
    fetched = [outcome for outcome in bench.outcomes if isinstance(outcome, Fetched)]
    require(len(fetched) == 1, f"the same document counted as new {len(fetched)} times")
    return f"{len(bench.outcomes)} whole answers, one document"


async def named_agent(bench: Bench) -> str:
    await bench.run(DAY)
    agents = {visit.header("User-Agent") for visit in bench.visits}
    require(len(agents) == 1, "it introduced itself in different ways")
    agent = (agents.pop() or b"").decode("latin-1")
    require(agent.startswith("Transom/"), f"it called itself {agent!r}")
    require("@" not in agent and "Mozilla" not in agent, f"{agent!r} pretends or names a person")
    return agent


async def not_modified_at_once(bench: Bench) -> str:
    await bench.run(2 * DAY)
    require(all(isinstance(outcome, Failed) for outcome in bench.outcomes), "304 was taken for a document")
    require(min(bench.waits()) >= HOUR, "it was asked again too soon")
    return "304 to a first request is an error and is waited out"


async def circles(bench: Bench) -> str:
    await bench.run(HOUR / 2)
    require(len(bench.visits) <= 6, f"{len(bench.visits)} hops were followed")
    require(isinstance(bench.outcomes[0], Failed), "a circle was taken for an answer")
    return f"given up after {len(bench.visits)} hops"


def steady(gap: timedelta) -> Callable[[datetime], tuple[datetime, ...]]:
    """The last ten publications of a source that publishes every `gap`."""
    return lambda now: tuple(now - gap * number for number in range(10))


HOURLY = steady(HOUR)
OLD = steady(DAY)

CASES: tuple[Case, ...] = (
    Case("Both validators are sent", lasting(), both_validators),
    odd_values("ETag", "If-None-Match", ODD_ETAGS),
    odd_values("Last-Modified", "If-Modified-Since", ODD_DATES),
    Case("The newest validators are used", changing(), newest_validators, HOURLY),
    only("ETag", ETAG, "If-None-Match", "If-Modified-Since"),
    only("Last-Modified", MODIFIED, "If-Modified-Since", "If-None-Match"),
    Case("A validator the server dropped is not sent", forgetful, withdrawn),
    Case("At most hourly with validators", changing(), not_oftener_than(HOUR), HOURLY),
    Case("At most daily without validators", lasting(()), not_oftener_than(DAY), HOURLY),
    Case("Never whole again while it can ask conditionally", lasting(), never_whole_again),
    Case("A silent source is asked ever more rarely", lasting(), slows_down, OLD),
    Case(
        "Cache-Control max-age is waited for",
        changing(("Cache-Control", "public, max-age=21600")),
        not_oftener_than(6 * HOUR),
        HOURLY,
    ),
    Case(
        "max-age on a 304 is waited for",
        lasting((("ETag", ETAG),), ("Cache-Control", "max-age=43200")),
        not_oftener_than(12 * HOUR),
        HOURLY,
    ),
    Case("Expires is waited for", expiring, not_oftener_than(8 * HOUR), HOURLY),
    Case("429 with Retry-After in seconds", pausing(429, False), waits_as_asked, HOURLY),
    Case("429 with Retry-After as a date", pausing(429, True), waits_as_asked, HOURLY),
    Case("503 with Retry-After in seconds", pausing(503, False), waits_as_asked, HOURLY),
    Case("503 with Retry-After as a date", pausing(503, True), waits_as_asked, HOURLY),
    Case("429 without Retry-After backs off", always(429), backs_off),
    Case("500 backs off and never ends silently", always(500), backs_off),
    Case("404 backs off and never ends silently", always(404), backs_off),
    Case("301 is taken over after two days", moving(301), adopts, HOURLY),
    Case("308 is taken over after two days", moving(308), adopts, HOURLY),
    Case("302 is followed and never taken over", moving(302), never_adopts, HOURLY),
    Case("307 is followed and never taken over", moving(307), never_adopts, HOURLY),
    Case("Redirects in a circle are given up", always(302, ("Location", PATH)), circles),
    Case("410 twice a day apart ends it", always(410), stops_when_gone),
    Case("304 to a first request", always(304), not_modified_at_once),
    Case("Cookies are not sent back", lasting((("ETag", ETAG),), ("Set-Cookie", "id=1; Path=/")), no_cookies),
    Case("No referrer, also after redirects", moving(302), no_referrer),
    Case("The address is asked as it was given", lasting(), exact_target, path=ODD_PATH),
    Case("A restart asks nothing again", lasting(), restart),
    packed("gzip", gzip.compress),
    packed("br", brotli.compress),
    Case("The same bytes again are nothing new", lasting(()), same_body),
    Case("It says who it is, and nobody else", lasting(), named_agent),
)


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1")
