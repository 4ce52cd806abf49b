"""Networks that answer in everybody's name until somebody signs in: hotels, trains, conference halls."""

from transom.engine.core.addresses import host_of, registrable_domain
from transom.engine.net.port import Request, Response

PAGES = frozenset({"text/html", "application/xhtml+xml"})
NETWORK_SIGN_IN = 511
TEMPORARY = frozenset({302, 303, 307})


def looks_like_portal(request: Request, response: Response) -> bool:
    """Whether `response` is more likely a network's sign-in page than the site's own answer.

    Status 511 (RFC 6585 section 6), or a feed's address that leads for now to a web page of somebody else.
    """
    if response.status == NETWORK_SIGN_IN:
        return True
    if request.purpose != "feed" or response.content_type not in PAGES or not response.redirects:
        return False
    asked, answered = (registrable_domain(host_of(url)) for url in (request.url, response.url))
    return asked != answered and any(hop.status in TEMPORARY for hop in response.redirects)
