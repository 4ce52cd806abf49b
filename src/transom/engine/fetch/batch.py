"""What only shows when many sources are fetched together: no network, or somebody else's answers."""

from collections import defaultdict
from collections.abc import Iterable

from transom.engine.core.addresses import host_of, registrable_domain
from transom.engine.fetch.state import Failed, Outcome

CUT_OFF_KINDS = frozenset({"network-down", "dns", "refused", "timeout", "tls", "portal"})
SURE_KINDS = frozenset({"network-down", "portal"})
FEWEST_HOSTS = 3
MOST_SHARE = 0.5
SEVERAL = 2


def network_down(outcomes: Iterable[tuple[str, Outcome]], *, was_down: bool = False) -> bool:
    """Whether this computer, and not the sources, is to blame; `outcomes` pairs each address with what came.

    True when more than half of at least three hosts failed before HTTP, or when fewer hosts all did and one
    error says so by itself, or it was down when last heard of (`was_down`). An HTTP status, even 500, shows that
    the network works, unless several domains were sent to the host that gave it: a sign-in page, whatever kind of
    redirect led there.
    """
    outcomes = list(outcomes)
    portals = several_hosts_redirect(outcomes)
    cut_off: dict[str, bool] = {}
    sure = was_down
    for url, outcome in outcomes:
        host = host_of(url)
        led_away = isinstance(outcome, Failed) and any(
            host_of(hop.url) in portals for hop in outcome.redirects
        )
        failed = led_away or (isinstance(outcome, Failed) and outcome.kind in CUT_OFF_KINDS)
        sure = sure or led_away or (isinstance(outcome, Failed) and outcome.kind in SURE_KINDS)
        cut_off[host] = cut_off.get(host, True) and failed
    failing = sum(cut_off.values())
    if len(cut_off) >= FEWEST_HOSTS:
        return failing > MOST_SHARE * len(cut_off)
    return sure and failing == len(cut_off)


def several_hosts_redirect(outcomes: Iterable[tuple[str, Outcome]]) -> frozenset[str]:
    """Hosts to which sources of two or more other domains were sent in this batch; a portal does that.

    Any hop counts, temporary ones too. `outcomes` pairs each address asked with what came.
    """
    senders: dict[str, set[str]] = defaultdict(set)
    for url, outcome in outcomes:
        asked = registrable_domain(host_of(url))
        for hop in outcome.redirects:
            host = host_of(hop.url)
            if registrable_domain(host) != asked:
                senders[host].add(asked)
    return frozenset(host for host, domains in senders.items() if len(domains) >= SEVERAL)
