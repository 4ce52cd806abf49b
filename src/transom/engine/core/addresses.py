"""Web addresses: canonical form, hosts, and who stands behind a host."""


def canonical(url: str) -> str:
    """The form under which the same page is recognised again; "" when `url` is no web address. Idempotent."""
    raise NotImplementedError


def host_of(url: str) -> str:
    """Lower-case ASCII host name of `url`, without port; "" when it has none."""
    raise NotImplementedError


def registrable_domain(host: str) -> str:
    """The part of `host` that one person or organisation holds, for example example.co.uk or ann.github.io."""
    raise NotImplementedError


def resolve(base: str, ref: str) -> str:
    """`ref` as an absolute address, seen from `base`; `ref` itself when that fails."""
    raise NotImplementedError


def is_http(url: str) -> bool:
    """Whether `url` is an absolute http or https address with a host."""
    raise NotImplementedError
