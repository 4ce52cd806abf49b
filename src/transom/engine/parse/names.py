"""Element names of feeds, written one way whatever prefix and case a feed chose."""

from functools import lru_cache

XML = "{http://www.w3.org/XML/1998/namespace}"
XML_BASE = XML + "base"
XML_LANG = XML + "lang"
RDF_NS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDF_ABOUT = f"{{{RDF_NS}}}about"
RDF_RESOURCE = f"{{{RDF_NS}}}resource"

ATOM_VERSIONS = {
    "http://www.w3.org/2005/atom": "1.0",
    "http://purl.org/atom/ns#": "0.3",
    "http://purl.org/atom/app#": "1.0",
    "http://example.com/newformat#": "0.1",
    "http://example.com/necho": "0.2",
    "http://purl.org/echo/": "0.2",
    "uri/of/echo/namespace#": "0.2",
    "http://purl.org/pie/": "0.1",
}
RSS_NAMESPACES = frozenset(
    {
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://my.netscape.com/publish/formats/rss-0.91.dtd",
        "http://channel.netscape.com/rdf/simple/0.9/",
        "http://purl.org/net/rss1.1#",
        "http://backend.userland.com/rss",
        "http://backend.userland.com/rss2",
        "http://blogs.law.harvard.edu/tech/rss",
        "http://backend.userland.com/blogchannelmodule",
        "http://purl.org/rss/2.0/",
        "http://cyber.law.harvard.edu/rss/rss.html",
        "http://www.rssboard.org/rss-specification",
        "",
    }
)
_PREFIXES = {
    **dict.fromkeys(RSS_NAMESPACES, ""),
    **dict.fromkeys(ATOM_VERSIONS, "atom:"),
    RDF_NS: "rdf:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/elements/1.0/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/rss/1.0/modules/syndication/": "sy:",
    "http://purl.org/rss/1.0/modules/event/": "ev:",
    "http://purl.org/rss/1.0/modules/slash/": "slash:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://www.itunes.com/dtds/pluginspodcast-1.0.dtd": "itunes:",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://search.yahoo.com/mrss": "media:",
    "http://search.yahoo.com/rss/": "media:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://www.w3.org/1999/xhtml": "xhtml:",
    "http://wellformedweb.org/commentapi/": "wfw:",
    "http://www.pheedo.com/namespace/pheedo": "pheedo:",
    "urn:ietf:params:xml:ns:xcal": "xcal:",
    "http://webns.net/mvcb/": "admin:",
    "http://www.google.com/schemas/play-podcasts/1.0": "googleplay:",
    "http://schemas.google.com/g/2005": "gd:",
    "https://podcastindex.org/namespace/1.0": "podcast:",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast:",
}


_NAMESPACES = {prefix: namespace for namespace, prefix in reversed(_PREFIXES.items()) if prefix}


def usual_namespace(prefix: str) -> str:
    """The namespace a prefix usually stands for; a made-up one for a prefix nobody knows."""
    return _NAMESPACES.get(prefix.lower() + ":", f"unknown:{prefix}")


@lru_cache(maxsize=8192)
def key_of(tag: str) -> str:
    """`{namespace}Local` as "prefix:local" with the usual prefix; unknown namespaces become "?:local".

    A prefix that was never declared reaches us inside the local name and is taken at its word.
    """
    namespace, _, local = tag.rpartition("}")
    local = local.lower()
    if not namespace:
        return local if ":" not in local or local.split(":")[0] + ":" in _PREFIXES.values() else f"?:{local}"
    prefix = _PREFIXES.get(namespace[1:].strip().lower())
    return f"?:{local}" if prefix is None else prefix + local


@lru_cache(maxsize=8192)
def atom_key_of(tag: str) -> str:
    """As `key_of`, for the children of an Atom element: Atom's own names stand bare."""
    return key_of(tag).removeprefix("atom:")


def namespace_of(tag: str) -> str:
    """The namespace of an element's tag, lower-case; "" for none."""
    return tag[1:].partition("}")[0].strip().lower() if tag.startswith("{") else ""
