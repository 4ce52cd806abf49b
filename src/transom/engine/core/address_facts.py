"""Facts about addresses on the web: tracking parameters, wrappers, shared hosts, public suffixes."""

TRACKING_PREFIXES = (
    "utm_",
    "hsa_",
    "mtm_",
    "pk_",
    "piwik_",
    "matomo_",
    "vero_",
    "oly_",
    "trk_",
    "at_medium",
    "at_campaign",
)

TRACKING = frozenset(
    """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh li_fat_id
    mc_cid mc_eid mkt_tok _hsenc _hsmi hsctatracking __hstc __hssc __hsfp _openstat wickedid ncid cmpid ocid smid srnd
    spm scm icid s_cid cvid oicd _ga _gl ga_source ga_medium ga_campaign ga_term ga_content
    ns_source ns_mchannel ns_campaign ns_linkname ns_fee guccounter guce_referrer guce_referrer_sig
    fb_action_ids fb_action_types fb_source fb_ref action_object_map action_type_map action_ref_map
    ref_src ref_url rss_feed rb_clickid soc_src soc_trk ss_email_id ck_subscriber_id bsft_clkid bsft_uid
    sc_campaign sc_channel sc_content sc_medium sc_outcome sc_geo sc_country elqtrackid elqtrack elqaid elqat
    elqcampaignid email_hash r_token publication_id_ref isfreemail triedredirect
    """.split()  # noqa: SIM905
)

# Parameters that track only on the host named (and its subdomains).
TRACKING_ON_HOST = {
    "youtube.com": frozenset({"si", "feature", "pp", "ab_channel"}),
    "youtu.be": frozenset({"si", "feature"}),
    "open.spotify.com": frozenset({"si", "nd"}),
    "medium.com": frozenset({"source", "sk"}),
    "substack.com": frozenset({"r", "s", "token", "publication_id", "post_id"}),
    "twitter.com": frozenset({"s", "t"}),
    "x.com": frozenset({"s", "t"}),
    "reddit.com": frozenset({"share_id", "ref", "ref_source"}),
    "linkedin.com": frozenset({"trk", "trackingid", "refid", "lipi"}),
    "amazon.com": frozenset({"ref", "ref_", "tag", "psc", "qid", "sr"}),
    "nytimes.com": frozenset({"smid", "partner", "emc", "rss"}),
    "bbc.co.uk": frozenset({"at_custom1", "at_custom2", "at_custom3", "at_custom4"}),
}

# Wrappers that carry their destination: host -> (path prefix, parameters that may hold it).
WRAPPERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "www.google.com": ("/url", ("q", "url")),
    "google.com": ("/url", ("q", "url")),
    "l.facebook.com": ("/l.php", ("u",)),
    "lm.facebook.com": ("/l.php", ("u",)),
    "l.instagram.com": ("/", ("u",)),
    "out.reddit.com": ("/", ("url",)),
    "www.youtube.com": ("/redirect", ("q",)),
    "youtube.com": ("/redirect", ("q",)),
    "www.linkedin.com": ("/redir/redirect", ("url",)),
    "slack-redir.net": ("/link", ("url",)),
    "t.umblr.com": ("/redirect", ("z",)),
    "getpocket.com": ("/redirect", ("url",)),
    "steamcommunity.com": ("/linkfilter", ("url", "u")),
    "vk.com": ("/away.php", ("to",)),
    "duckduckgo.com": ("/l/", ("uddg",)),
    "urldefense.proofpoint.com": ("/v2/url", ("u",)),
    "flipboard.com": ("/redirect", ("url",)),
    "exit.sc": ("/", ("url",)),
    "disq.us": ("/url", ("url",)),
    "www.digg.com": ("/out", ("url",)),
}
SAFELINKS_SUFFIX = ".safelinks.protection.outlook.com"

MOBILE_HOSTS = {
    "m.youtube.com": "www.youtube.com",
    "m.facebook.com": "www.facebook.com",
    "mobile.twitter.com": "twitter.com",
    "mobile.x.com": "x.com",
    "m.imdb.com": "www.imdb.com",
    "m.reddit.com": "www.reddit.com",
    "old.reddit.com": "www.reddit.com",
    "i.reddit.com": "www.reddit.com",
    "m.economictimes.com": "economictimes.com",
    "mobile.reuters.com": "www.reuters.com",
    "m.bbc.co.uk": "www.bbc.co.uk",
    "mobile.nytimes.com": "www.nytimes.com",
    "m.washingtonpost.com": "www.washingtonpost.com",
    "m.huffpost.com": "www.huffpost.com",
    "m.spiegel.de": "www.spiegel.de",
    "m.faz.net": "www.faz.net",
}

# Hosts under which every subdomain belongs to somebody else.
SHARED_HOSTS = frozenset(
    """
    github.io gitlab.io codeberg.page pages.dev workers.dev netlify.app vercel.app herokuapp.com fly.dev
    onrender.com web.app firebaseapp.com surge.sh neocities.org substack.com wordpress.com blogspot.com
    blogspot.co.uk blogspot.de blogspot.fr tumblr.com medium.com ghost.io hashnode.dev bearblog.dev write.as
    micro.blog typepad.com livejournal.com dreamwidth.org over-blog.com jimdofree.com weebly.com wixsite.com
    squarespace.com webflow.io notion.site carrd.co beehiiv.com buttondown.email hypotheses.org readthedocs.io
    sourceforge.io sourceforge.net home.blog posthaven.com mataroa.blog prose.sh omg.lol tilde.team
    altervista.org free.fr canalblog.com hatenablog.com hatenadiary.jp seesaa.net fc2.com ameblo.jp exblog.jp
    naver.com tistory.com egloos.com blogs.com edublogs.org podbean.com libsyn.com buzzsprout.com
    transistor.fm simplecast.com captivate.fm fireside.fm blogger.com azurewebsites.net cloudfront.net s3.amazonaws.com
    """.split()  # noqa: SIM905
)

# Second-level labels under which country registries hand out names (example.co.uk, example.com.au).
SECOND_LEVEL = frozenset(
    """
    ac co com edu gov go gob gouv govt gen geek health id info ind iwi kiwi ltd maori me mil mod name ne net nhs
    nic nom or org parliament plc police sch school web asn csiro firm store rec art blog adv eco gr lg ed
    """.split()  # noqa: SIM905
)
