"""The self-test: does Transom behave as those who serve feeds ask readers to?

The cases follow what the Feed Reader Behavior project publishes about readers (conditional requests with both
validators byte for byte, hourly at most and daily without validators, Retry-After and Cache-Control, no cookies,
referrers or query junk, nothing asked again after a restart). Each is served on this computer by a scripted
server; simulated time passes in milliseconds and nothing leaves the machine.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from transom.engine.core.errors import TransomError
from transom.engine.fetch.behaviour_bench import Bench, ClientFactory, Clock
from transom.engine.fetch.behaviour_cases import CASES, Case, CaseFailedError
from transom.engine.net.client import AiohttpClient
from transom.engine.net.guard import AddressGuard
from transom.engine.net.politeness import Politeness
from transom.engine.net.port import HttpPort


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One line of the score card; `detail` says what was seen."""

    name: str
    passed: bool
    detail: str


def own_client(guard: AddressGuard, seconds: Callable[[], float]) -> HttpPort:
    """The client that Transom itself uses, without spacing because simulated time stands still meanwhile."""
    return AiohttpClient(guard, politeness=Politeness(spacing=0, clock=seconds))


async def score_card(
    client_factory: ClientFactory = own_client, clock: Clock | None = None
) -> list[CaseResult]:
    """Runs every case, one after the other. Never raises for a case that fails."""
    clock = clock or Clock()
    return [await _result(case, client_factory, clock) for case in CASES]


def run_score_card() -> list[CaseResult]:
    """`score_card` for callers without an event loop."""
    return asyncio.run(score_card())


def printed(results: Iterable[CaseResult]) -> str:
    """The score card as text for a terminal."""
    results = list(results)
    lines = [f"{'pass' if result.passed else 'FAIL'}  {result.name}: {result.detail}" for result in results]
    passed = sum(result.passed for result in results)
    return "\n".join([*lines, "", f"{passed} of {len(results)} passed"])


async def _result(case: Case, factory: ClientFactory, clock: Clock) -> CaseResult:
    bench = Bench(clock, factory, case.script, published=case.published, path=case.path)
    try:
        async with bench.open():
            detail = await case.check(bench)
    except (CaseFailedError, TransomError) as error:
        return CaseResult(case.name, False, str(error))
    except Exception as error:  # a broken case is a line on the card, not the end of it
        return CaseResult(case.name, False, f"the case itself broke: {error!r}")
    return CaseResult(case.name, True, detail)
