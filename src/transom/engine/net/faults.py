"""From what can go wrong on the wire to a FetchError that says what happened and what to do."""

import errno
import ssl

import aiohttp

from transom.engine.core.errors import FetchError, FetchKind

NO_NETWORK = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})
RETRIES = "Transom will try again later."
OTHER_SITE = "If it goes on, open the address in a browser to see whether it moved."


def fault(error: BaseException, url: str, seconds: float) -> FetchError:
    """`error`, raised by aiohttp or by the system while asking `url`, as a FetchError."""
    if isinstance(error, FetchError):
        return error
    if isinstance(error, TimeoutError):
        return _error("timeout", url, f"did not answer within {seconds:g} seconds. {RETRIES} {OTHER_SITE}")
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        return _error("tls", url, _tls_words(error))
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return _error(
            "dns", url, f"has a host name that nobody knows. Check it for a typing error. {RETRIES}"
        )
    if isinstance(error, aiohttp.ClientPayloadError):
        return cut_short(url)
    if isinstance(error, (aiohttp.ServerDisconnectedError, ConnectionResetError, BrokenPipeError)):
        return _error("refused", url, f"hung up without answering. {RETRIES} {OTHER_SITE}")
    if isinstance(error, OSError):
        return _system_fault(error, url)
    return _error("protocol", url, f"did not answer as a web server does. {OTHER_SITE}")


def cut_short(url: str) -> FetchError:
    """A body that ended before its end. Another attempt may bring all of it."""
    return _error("protocol", url, f"stopped in the middle of its answer. {RETRIES} {OTHER_SITE}", False)


def damaged(url: str) -> FetchError:
    """A body that does not unpack."""
    return _error("decompression", url, f"sent an answer that cannot be unpacked. {RETRIES} {OTHER_SITE}")


def too_large(url: str, most: int) -> FetchError:
    """A body beyond the limit; reading stopped there."""
    said = f"sent more than {most / 1048576:.4g} MiB, the most that Transom takes from it."
    return _error("too-large", url, f"{said} Follow a shorter feed of the same site if it has one.")


def too_slow(url: str, rate: float) -> FetchError:
    """A body that trickles."""
    return _error("timeout", url, f"sent fewer than {rate:g} bytes a second. {RETRIES} {OTHER_SITE}")


def too_many_redirects(url: str, most: int) -> FetchError:
    """A chain of redirects that does not end."""
    return _error("too-many-redirects", url, f"was sent on more than {most} times. {OTHER_SITE}")


def held(url: str, host: str, seconds: float, status: int) -> FetchError:
    """Not asked at all, because the host said to wait."""
    minutes = max(round(seconds / 60), 1)
    message = f"Transom did not ask {url[:200]}: {host} wants no requests for {minutes} more minutes."
    return FetchError("http-status", message, url=url, status=status, retry_after=seconds)


def _system_fault(error: OSError, url: str) -> FetchError:
    number = error.errno or getattr(getattr(error, "os_error", None), "errno", None)
    if number in NO_NETWORK:
        said = "cannot be reached: this computer has no network. Check its connection."
        return _error("network-down", url, f"{said} {RETRIES}")
    if number == errno.ECONNREFUSED:
        return _error("refused", url, f"refuses connections. {RETRIES} {OTHER_SITE}")
    if number == errno.ETIMEDOUT:
        return _error("timeout", url, f"did not answer. {RETRIES} {OTHER_SITE}")
    return _error("refused", url, f"cannot be reached. {RETRIES} {OTHER_SITE}")


def _tls_words(error: BaseException) -> str:
    inner = getattr(error, "certificate_error", None) or error
    why = getattr(inner, "verify_message", "") or "it did not prove who it is"
    return (
        f"could not be asked safely: {why}. Whoever runs the site must mend its certificate; "
        "if this happens everywhere, check this computer's clock and network. Transom will try again later."
    )


def _error(kind: FetchKind, url: str, what: str, permanent: bool | None = None) -> FetchError:
    return FetchError(kind, f"{url[:200]} {what}", url=url, permanent=permanent)
