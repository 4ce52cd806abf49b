"""Web addresses: canonical form, hosts, and who stands behind a host."""

import base64
import binascii
import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urljoin, urlsplit

import idna

from transom.engine.core.address_facts import (
    MOBILE_HOSTS,
    SAFELINKS_SUFFIX,
    SECOND_LEVEL,
    SHARED_HOSTS,
    TRACKING,
    TRACKING_ON_HOST,
    TRACKING_PREFIXES,
    WRAPPERS,
)

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST = 8192
MOST_WRAPPINGS = 5

_SPACE = re.compile(r"[\x00-\x20\x7f]+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNSAFE = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/%?\[\]|]")
_PLAIN = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?\[\]|]*")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AMP_PATH = re.compile(r"(?:/amp|\.amp)/?$")
_AMP_CACHE = re.compile(r"^/[a-z]/(?:s/)?(.+)$")
_PROOFPOINT_3 = re.compile(r"^/v3/__(.+?)__;([^!]*)!")
_ROUTE = re.compile(r"#!?/[^/]")


def canonical(url: str) -> str:
    """The form under which the same page is recognised again; "" when `url` is no web address. Idempotent.

    Known tracking wrappers are undone without any request, tracking parameters dropped, host and escapes
    written one way (RFC 3986 section 6.2.2), parameters kept in their order (order can carry meaning),
    fragments dropped unless they name a route (#/ or #!). `http` and `https` stay distinct: whether both
    lead to the same page is known only after asking.
    """
    for _ in range(MOST_WRAPPINGS):
        tidied = _tidy(url)
        inner = _unwrapped(tidied) if tidied else ""
        if not inner:
            return tidied
        url = inner
    return _tidy(url)


def is_http(url: str) -> bool:
    """Whether `url` is an absolute http or https address with what can be a host name."""
    parts = _split(url)
    if parts is None or parts.scheme not in DEFAULT_PORTS:
        return False
    return bool(_ascii_host(unquote(parts.hostname or "")))


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """Lower-case ASCII host name of `url`, without port; "" when it has none."""
    parts = _split(url)
    return _ascii_host(parts.hostname or "") if parts else ""


def resolve(base: str, ref: str) -> str:
    """`ref` as an absolute address, seen from `base`; `ref` itself when that fails."""
    ref = ref.strip()
    if not base or ref.startswith(("https://", "http://")):
        return ref
    try:
        return urljoin(base, ref)
    except ValueError:
        return ref


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """The part of `host` that one person or body holds, for example example.co.uk or ann.github.io.

    A heuristic without the Public Suffix List: country suffixes with common second-level labels, and hosts
    known to give every subdomain to somebody else.
    """
    host = host.lower().strip(".")
    if not host or _is_address(host):
        return host
    labels = host.split(".")
    for cut in range(1, len(labels)):
        if ".".join(labels[cut:]) in SHARED_HOSTS and labels[cut - 1] != "www":
            return ".".join(labels[cut - 1 :])
    registry_labels = 2 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL else 1
    return ".".join(labels[-registry_labels - 1 :])


def without_tracking_wrapper(url: str) -> str:
    """The destination a tracking wrapper carries in itself, else `url`; nothing is requested."""
    for _ in range(MOST_WRAPPINGS):
        inner = _unwrapped(url)
        if not inner:
            break
        url = inner
    return url


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def _ascii_host(host: str) -> str:
    """Punycode form by IDNA 2008 with UTS 46 mapping; "" for what can be no host name."""
    host = host.strip(".").lower()
    if ":" in host:
        return host if _is_address(host) else ""
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    return host if host and re.fullmatch(r"[a-z0-9._-]+", host) and ".." not in host else ""


def _tidy(url: str) -> str:
    if len(url) > LONGEST:
        return ""
    parts = _split(_SPACE.sub(lambda run: "%20" * (run.group() == " "), url.strip()))
    if parts is None or parts.scheme not in DEFAULT_PORTS:
        return ""
    host = _ascii_host(unquote(parts.hostname or ""))
    if not host:
        return ""
    host = MOBILE_HOSTS.get(host, host)
    path = _amp_free(_remove_dots(_escaped(parts.path)))
    query = _without_tracking(_escaped(parts.query), host)
    fragment = _escaped(parts.fragment) if _ROUTE.match("#" + parts.fragment) else ""
    authority = f"[{host}]" if ":" in host else host
    if parts.port is not None and parts.port != DEFAULT_PORTS[parts.scheme]:
        authority += f":{parts.port}"
    return (
        f"{parts.scheme}://{authority}{path or '/'}{'?' * bool(query)}{query}{'#' * bool(fragment)}{fragment}"
    )


def _escaped(part: str) -> str:
    """Percent-encoding written one way: unreserved characters bare, all others escaped in upper case."""
    if _PLAIN.fullmatch(part):
        return part
    part = _STRAY_PERCENT.sub("%25", part)
    part = _ESCAPE.sub(_decoded_if_unreserved, part)
    part = _STRAY_PERCENT.sub("%25", part)
    return _UNSAFE.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode("utf-8", "replace")), part
    )


def _decoded_if_unreserved(found: re.Match[str]) -> str:
    character = chr(int(found.group(1), 16))
    return character if character in _UNRESERVED else found.group().upper()


def _remove_dots(path: str) -> str:
    """RFC 3986 section 5.2.4."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _amp_free(path: str) -> str:
    while len(path) > 5 and (found := _AMP_PATH.search(path)):
        path = path[: found.start()] + "/" * path.endswith("/")
    return path


def _without_tracking(query: str, host: str) -> str:
    if not query:
        return ""
    here = TRACKING_ON_HOST.get(registrable_domain(host), frozenset()) | TRACKING_ON_HOST.get(
        host, frozenset()
    )
    return "&".join(pair for pair in query.split("&") if pair and not _tracks(pair, here))


def _tracks(pair: str, here: frozenset[str]) -> bool:
    name, _, value = pair.partition("=")
    name = name.lower().removeprefix("amp;")
    if name in TRACKING or name in here or name.startswith(TRACKING_PREFIXES):
        return True
    return name in {"amp", "outputtype"} and value.lower() in {"", "1", "true", "amp"}


def _unwrapped(url: str) -> str:
    """The address that a known wrapper carries, "" when `url` is no wrapper or carries none."""
    parts = _split(url)
    if parts is None:
        return ""
    host = (parts.hostname or "").lower()
    inner = _unwrapped_by_rule(host, parts)
    return inner if is_http(inner) else ""


def _unwrapped_by_rule(host: str, parts: SplitResult) -> str:
    if host == "urldefense.com" and (
        found := _PROOFPOINT_3.match(parts.path + "?" * bool(parts.query) + parts.query)
    ):
        return _from_proofpoint_3(found.group(1), found.group(2))
    if host.endswith(SAFELINKS_SUFFIX):
        return _parameter(parts.query, ("url",))
    if host.endswith(".cdn.ampproject.org") or parts.path.startswith("/amp/s/"):
        return _from_amp_cache(host, parts)
    if host == "href.li":
        return parts.query
    prefix, names = WRAPPERS.get(host, ("", ()))
    if not names or not parts.path.startswith(prefix):
        return ""
    found_in = _parameter(parts.query, names)
    if host == "urldefense.proofpoint.com":
        return unquote(found_in.translate({ord("-"): "%", ord("_"): "/"}))
    return found_in


def _parameter(query: str, names: tuple[str, ...]) -> str:
    try:
        values = dict(parse_qsl(query, max_num_fields=100))
    except ValueError:
        return ""
    return next((values[name] for name in names if values.get(name)), "")


def _from_amp_cache(host: str, parts: SplitResult) -> str:
    if host.endswith(".cdn.ampproject.org"):
        found = _AMP_CACHE.match(parts.path)
        rest = found.group(1) if found else ""
    elif host.removeprefix("www.") == "google.com":
        rest = parts.path.removeprefix("/amp/s/")
    else:
        return ""
    return f"https://{rest}{'?' * bool(parts.query)}{parts.query}" if rest else ""


def _from_proofpoint_3(address: str, encoded: str) -> str:
    """Undo Proofpoint URL Defense v3: each * stands for the next byte of the base64 part."""
    try:
        replaced = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
    supply = iter(replaced)
    address = re.sub(r"\*(?!\*)", lambda _: next(supply, "*"), address)
    return re.sub(r"^(https?):/+", r"\1://", address)
