"""Where well-known sites and programs keep the feeds of their pages. Facts, seen in their documentation."""

import re
from urllib.parse import parse_qs, urlsplit

RSS = "application/rss+xml"
ATOM = "application/atom+xml"

# Host -> (pattern of the path, path of the feed on that host, media type).
_BY_PATH: dict[str, tuple[tuple[str, str, str], ...]] = {
    "github.com": (
        (r"/([\w.-]+)/([\w.-]+)(?:/releases.*)?/?", "/{0}/{1}/releases.atom", ATOM),
        (r"/([\w.-]+)/([\w.-]+)(?:/commits.*)?/?", "/{0}/{1}/commits.atom", ATOM),
        (r"/([\w.-]+)/([\w.-]+)/discussions.*", "/{0}/{1}/discussions.atom", ATOM),
        (r"/([\w-]+)/?", "/{0}.atom", ATOM),
    ),
    "codeberg.org": (
        (r"/([\w.-]+)/([\w.-]+)(?:/releases.*)/?", "/{0}/{1}/releases.rss", RSS),
        (r"/([\w.-]+)/([\w.-]+)/?", "/{0}/{1}.rss", RSS),
        (r"/([\w.-]+)/?", "/{0}.rss", RSS),
    ),
    "gitlab.com": ((r"/([\w./-]+?)(?:/-/.*)?/?", "/{0}/-/tags?format=atom", ATOM),),
    "reddit.com": (
        (r"/r/(\w+)/?.*", "/r/{0}/.rss", ATOM),
        (r"/u(?:ser)?/([\w-]+)/?.*", "/user/{0}/.rss", ATOM),
    ),
    "medium.com": (
        (r"/(@[\w.-]+)(?:/.*)?", "/feed/{0}", RSS),
        (r"/([\w-]+)/?", "/feed/{0}", RSS),
    ),
    "bsky.app": ((r"/profile/([\w.:-]+)/?.*", "/profile/{0}/rss", RSS),),
    "vimeo.com": ((r"/([a-zA-Z]\w+)(?:/videos)?/?", "/{0}/videos/rss", RSS),),
    "dev.to": ((r"/(\w+)(?:/.*)?", "/feed/{0}", RSS),),
    "stackoverflow.com": ((r"/questions/tagged/([^/]+)/?", "/feeds/tag?tagnames={0}&sort=newest", ATOM),),
}
# Hosts that give a subdomain to everybody: suffix -> (path of the feed, media type).
_BY_SUBDOMAIN = {
    "substack.com": ("/feed", RSS),
    "medium.com": ("/feed", RSS),
    "wordpress.com": ("/feed/", RSS),
    "blogspot.com": ("/feeds/posts/default", ATOM),
    "tumblr.com": ("/rss", RSS),
    "bearblog.dev": ("/feed/", ATOM),
    "libsyn.com": ("/rss", RSS),
    "podigee.io": ("/feed/mp3", RSS),
    "micro.blog": ("/feed.xml", RSS),
    "hatenablog.com": ("/feed", ATOM),
    "livejournal.com": ("/data/rss", RSS),
    "dreamwidth.org": ("/data/rss", RSS),
}
# What a page says of the program that made it -> (path of the site's feed, media type).
_BY_GENERATOR = (
    (r"wordpress", "/feed/", RSS),
    (r"ghost", "/rss/", RSS),
    (r"blogger", "/feeds/posts/default", ATOM),
    (r"drupal", "/rss.xml", RSS),
    (r"joomla", "/?format=feed&type=rss", RSS),
    (r"squarespace", "/blog?format=rss", RSS),
    (r"wix", "/blog-feed.xml", RSS),
    (r"hugo", "/index.xml", RSS),
    (r"jekyll", "/feed.xml", ATOM),
    (r"discourse", "/latest.rss", RSS),
    (r"eleventy|gatsby|astro|nikola|pelican", "/feed.xml", RSS),
    (r"typo3", "/feed.xml", RSS),
    (r"movable type", "/atom.xml", ATOM),
)
# Directories of podcasts name in their pages the feed that the podcast's makers keep.
_DIRECTORIES = frozenset({"podcasts.apple.com"})
_FEED_IN_PAGE = re.compile(r"\"feedUrl\"\s*:\s*\"(https?:(?:\\?/){2}[^\"\s<>]{4,1000})\"")
MARKUP_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", *_DIRECTORIES})
_PROFILE = re.compile(r"/(@[\w.-]+)/?")
_YOUTUBE_FEED = "https://www.youtube.com/feeds/videos.xml?"
_CHANNEL = re.compile(r"/channel/(UC[\w-]{22})")
_CHANNEL_IN_PAGE = re.compile(r"\"(?:channelId|externalId)\"\s*:\s*\"(UC[\w-]{22})\"|/channel/(UC[\w-]{22})")

Found = tuple[str, str]


def feeds_of_site(url: str, *, generator: str = "", markup: str = "") -> list[Found]:
    """Addresses and media types of the feeds that a page at `url` has by the custom of its site.

    `generator` is what the page says of the program behind it; `markup` its beginning, searched for the
    channel of a video site, and for the feed that a directory of podcasts names.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("old.")
    found = [*_video_feeds(host, parts.path, parts.query, markup), *_by_path(host, parts.path, url)]
    if host in _DIRECTORIES and (named := _FEED_IN_PAGE.search(markup)):
        # In JSON a slash may be escaped.
        found.append((named[1].replace("\\/", "/").replace("\\u0026", "&"), RSS))
    suffix = host.partition(".")[2]
    if suffix in _BY_SUBDOMAIN:
        path, kind = _BY_SUBDOMAIN[suffix]
        found.append((_on(url, path), kind))
    profile = _PROFILE.fullmatch(parts.path)
    if profile and "mastodon" in generator.lower():
        found.append((_on(url, f"/{profile.group(1)}.rss"), RSS))
    for program, path, kind in _BY_GENERATOR:
        if generator and re.search(program, generator, re.IGNORECASE):
            found.append((_on(url, path), kind))
    return list(dict.fromkeys(found))


def _by_path(host: str, path: str, url: str) -> list[Found]:
    found = []
    for pattern, feed, kind in _BY_PATH.get(host, ()):
        if match := re.fullmatch(pattern, path):
            found.append((_on(url, feed.format(*match.groups())), kind))
    return found


def _video_feeds(host: str, path: str, query: str, markup: str) -> list[Found]:
    if host not in ("youtube.com", "m.youtube.com"):
        return []
    if playlist := parse_qs(query).get("list"):
        return [(f"{_YOUTUBE_FEED}playlist_id={playlist[0]}", ATOM)]
    if found := _CHANNEL.match(path) or _CHANNEL_IN_PAGE.search(markup):
        channel = next(filter(None, found.groups()))
        return [(f"{_YOUTUBE_FEED}channel_id={channel}", ATOM)]
    return []


def _on(url: str, path: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{path}"
