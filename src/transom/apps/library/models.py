"""What was published, where it was seen, and what each user did with it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from transom.apps.base.owned import OwnedModel, UserRow, owned_indexes
from transom.apps.library.choices import Access as Access
from transom.apps.library.choices import Form as Form
from transom.apps.sources.models import Source


class Identity(OwnedModel):
    """A byline or an account as seen at one source. Who is behind it is decided by a later stage.

    `links` are {"address", "both_ways"}: pages it says are its own, and whether they were seen to link back. With
    "own" it is the page of its site that was read, on which the others stand.
    `employments` are {"organisation", "since", "until", "role"}, dates as text, "" where nobody said.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="identities", db_index=False)
    name = models.CharField(max_length=200)
    address = models.TextField(blank=True, help_text="A profile or mail address, where one was given.")
    service = models.CharField(
        max_length=60, blank=True, help_text="Where its account is, for example orcid."
    )
    account = models.CharField(
        max_length=300, blank=True, help_text="The account's id there; it never changes."
    )
    orcid = models.CharField(max_length=19, blank=True)
    organisation = models.CharField(
        max_length=300, blank=True, help_text="Where they work now, as far as said."
    )
    links = models.JSONField(default=list, blank=True)
    employments = models.JSONField(default=list, blank=True)
    roles = models.JSONField(default=list, blank=True, help_text="For example: chair of httpbis.")
    is_person = models.BooleanField(default=True, help_text="False for a group, a bot or an organisation.")
    domain = models.CharField(
        max_length=253,
        blank=True,
        help_text="A domain of which its service saw that the account controls it.",
    )
    seen_at = models.DateTimeField(null=True, help_text="When its account was last read.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "name", "address"], name="library_identity_once"),
            models.UniqueConstraint(
                fields=["source", "service", "account"], condition=~Q(account=""), name="library_account_once"
            ),
        ]
        indexes = [
            *owned_indexes("library_identity"),
            models.Index(fields=["service", "account"], condition=~Q(account=""), name="library_account"),
            models.Index(fields=["address"], condition=~Q(address=""), name="library_identity_address"),
            models.Index(fields=["orcid"], condition=~Q(orcid=""), name="library_orcid"),
            models.Index(fields=["domain"], condition=~Q(domain=""), name="library_identity_domain"),
        ]

    def __str__(self) -> str:
        return self.name


class IdentityMail(models.Model):
    """A mail address of an identity: evidence of who is who, and shown to nobody but the identity's owner."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="mails", db_index=False)
    mail = models.CharField(max_length=320, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["identity", "mail"], name="library_mail_once")]

    def __str__(self) -> str:
        return f"a mail address of {self.identity_id}"


class OwnPage(models.Model):
    """A page on which the keepers of public sources say who they are; read once a month at most.

    `told` is what it says, as `library.own_pages.visit` keeps it. Only pages of public sources are kept, so that
    it needs no owner.
    """

    address = models.TextField(unique=True, help_text="Canonical address.")
    sources = models.ManyToManyField(Source, through="PageOf", related_name="own_pages")
    etag = models.TextField(null=True)
    last_modified = models.TextField(null=True)
    body_hash = models.CharField(max_length=64, blank=True)
    next_due_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True, help_text="When it last answered.")
    failures = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0, help_text="How often in a row it said the same.")
    told = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.address


class PagePlace(models.IntegerChoices):
    """Why a page is read for a source."""

    HOME = 0
    ABOUT = 1
    LINKED = 2


class PageOf(models.Model):
    """A page is read for a source: as its home page, as its author's, or because these link it with rel=me."""

    page = models.ForeignKey(OwnPage, on_delete=models.CASCADE, related_name="uses", db_index=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="page_uses")
    place = models.PositiveSmallIntegerField(choices=PagePlace)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "source"], name="library_page_of_once")]

    def __str__(self) -> str:
        return f"{self.page_id} of {self.source_id}"


class PageLink(models.Model):
    """A page links another with rel=me; `target` in the one spelling by which pages are compared."""

    page = models.ForeignKey(OwnPage, on_delete=models.CASCADE, related_name="me_links", db_index=False)
    target = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "target"], name="library_page_link_once")]
        indexes = [models.Index(fields=["target"], name="library_page_link_target")]

    def __str__(self) -> str:
        return f"{self.page_id} links {self.target}"


class Item(OwnedModel):
    """One published thing. Its id is the microsecond of its arrival, so ids only grow.

    Title, body and author come only from its home source; every place it was seen is a Sighting.
    """

    id = models.BigIntegerField(primary_key=True)
    address = models.TextField(blank=True, help_text="Canonical address; empty where it has none.")
    title = models.TextField()
    kind = models.CharField(max_length=20, default="post")
    access = models.CharField(max_length=10, choices=Access, default=Access.OPEN)
    form = models.CharField(max_length=10, choices=Form, default=Form.FULL)
    language = models.CharField(max_length=12, blank=True)
    author_name = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(Identity, null=True, on_delete=models.SET_NULL, related_name="items")
    home = models.ForeignKey(
        Source, null=True, on_delete=models.SET_NULL, related_name="items", db_index=False
    )
    published_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(help_text="When it first arrived here.")
    changed_at = models.DateTimeField(help_text="When this row or its body last changed here.")
    summary = models.TextField(blank=True, help_text="Plain text, at most some 400 characters.")
    words = models.PositiveIntegerField(default=0)
    minutes = models.FloatField(
        default=0, help_text="Reading, listening or watching time, at the default pace."
    )
    about = models.BooleanField(default=False, help_text="The minutes are an estimate of a longer original.")
    title_key = models.CharField(
        max_length=80, blank=True, help_text="Folded title for finding the same story."
    )
    content_hash = models.CharField(max_length=64, blank=True)
    event_start = models.DateTimeField(null=True)
    event_end = models.DateTimeField(null=True)
    event_floating = models.BooleanField(
        default=False,
        help_text="The hours are the place's own, whose time zone was not given; kept as if UTC.",
    )
    event_place = models.CharField(max_length=300, blank=True)
    event_what = models.CharField(max_length=40, blank=True, help_text="conference, deadline, webinar, ...")

    class Meta:
        indexes = [
            *owned_indexes("library_item"),
            # Without a condition: SQLite uses a partial index only where the query repeats its condition.
            models.Index(fields=["address"], name="library_item_address"),
            models.Index(fields=["title_key", "published_at"], name="library_item_title"),
            models.Index(fields=["home", "-published_at", "-id"], name="library_item_home"),
            models.Index(fields=["-published_at", "-id"], name="library_item_recent"),
            models.Index(fields=["changed_at"], name="library_item_changed"),
        ]

    def __str__(self) -> str:
        return self.title


class ItemBody(models.Model):
    """The sanitised body of an item; apart, so that lists stay light."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="body")
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"body of {self.item_id}"


class ItemTerms(models.Model):
    """The item's weighted terms for the ranker (see ``engine.rank.terms``), as bytes."""

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="terms")
    data = models.BinaryField()
    version = models.PositiveSmallIntegerField(default=1)

    def __str__(self) -> str:
        return f"terms of {self.item_id}"


class Sighting(models.Model):
    """One place where an item was seen. Identity is scoped to the source by ``entry_key``."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="sightings")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="sightings", db_index=False)
    entry_key = models.CharField(max_length=64, help_text="Hash of the entry's id, address or title.")
    address = models.TextField(blank=True)
    title = models.TextField(blank=True)
    author_name = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    content_hash = models.CharField(max_length=64, blank=True)
    html = models.TextField(blank=True, help_text="Its own body, kept where the item's comes from elsewhere.")
    rule = models.CharField(
        max_length=20, default="own", help_text="Why it was joined: own, address, canonical, title."
    )
    rule_version = models.PositiveSmallIntegerField(default=1)
    split = models.BooleanField(default=False, help_text="Taken apart by a user: never join it again.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "entry_key"], name="library_sighting_once")]
        indexes = [models.Index(fields=["source", "-item"], name="library_sighting_latest")]

    def __str__(self) -> str:
        return f"{self.item_id} at {self.source_id}"


class Expired(models.Model):
    """An entry whose item went after its time: a feed that still lists it does not bring it back."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    entry_key = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "entry_key"], name="library_expired_once")]

    def __str__(self) -> str:
        return f"{self.entry_key} of {self.source_id}"


class Link(models.Model):
    """An item's outward link."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="links")
    target = models.TextField(help_text="Canonical address.")
    host = models.CharField(max_length=253)
    text = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["target"], name="library_link_target")]

    def __str__(self) -> str:
        return self.target


class Authorship(models.Model):
    """One of an item's authors, where its source names them apart."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="authorships", db_index=False)
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="authorships")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "identity"], name="library_author_once")]

    def __str__(self) -> str:
        return f"{self.identity_id} wrote {self.item_id}"


class EndorsementKind(models.IntegerChoices):
    """As `engine.graph.endorsements.Kind` numbers them."""

    LINK = 0
    CITATION = 1
    BOOST = 2
    PICK = 3
    REPLY = 4


class Endorsement(OwnedModel):
    """An identity pointed at something: an item where the library has it, an address in any case."""

    by = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="endorsements", db_index=False)
    kind = models.PositiveSmallIntegerField(choices=EndorsementKind)
    target = models.TextField(help_text="Canonical address.")
    item = models.ForeignKey(Item, null=True, on_delete=models.SET_NULL, related_name="endorsements")
    to = models.ForeignKey(
        Identity,
        null=True,
        on_delete=models.SET_NULL,
        related_name="endorsed",
        db_index=False,
        help_text="Whose it is, where the service says so though the library may lack the item.",
    )
    at = models.DateTimeField()
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="endorsements", db_index=False)
    within = models.ForeignKey(
        Item,
        null=True,
        on_delete=models.SET_NULL,
        related_name="endorsing",
        db_index=False,
        help_text="The item it stands in.",
    )
    text = models.CharField(max_length=500, blank=True)
    rule = models.CharField(max_length=20, default="said", help_text="How it was found: said, newsletter.")
    rule_version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "kind", "target"], name="library_endorsed_once")]
        indexes = [
            *owned_indexes("library_endorsement"),
            models.Index(fields=["target"], condition=Q(item=None), name="library_endorsed_waiting"),
            # Few stand in an item: counted with the others, SQLite would rather read all.
            models.Index(
                fields=["within"], condition=Q(within__isnull=False), name="library_endorsed_within"
            ),
            models.Index(fields=["source", "-at"], name="library_endorsed_at"),
            models.Index(fields=["to"], condition=Q(to__isnull=False), name="library_endorsed_to"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} points at {self.target}"


class SearchDocument(models.Model):
    """The text that full-text search looks in, folded by ``engine.text.tokens.index_text``.

    SQLite: the content table of an FTS5 index; PostgreSQL: a generated tsvector with a GIN index.
    Both are made by ``library.search.schema`` and are checked after every migration.
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="document")
    title = models.TextField(blank=True)
    author = models.TextField(blank=True)
    body = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"search text of {self.item_id}"


class ReadingState(UserRow):
    """What a user did with an item: opened, how far, finished, saved, put aside."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="reading_states")
    opened_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)
    progress = models.FloatField(default=0, help_text="How far, 0 to 1.")
    active_seconds = models.PositiveIntegerField(default=0, help_text="Visible and active in the reader.")
    measured_at = models.DateTimeField(null=True, help_text="When the reader last told how long.")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "item"], name="library_state_once")]
        indexes = [
            models.Index(fields=["user", "-saved_at"], condition=~Q(saved_at=None), name="library_saved"),
            models.Index(fields=["user", "-changed_at"], name="library_state_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} and {self.item_id}"


class ItemVersion(models.Model):
    """An item's text as it was when somebody marked a passage; kept though the item changes."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="versions")
    content_hash = models.CharField(max_length=64)
    html = models.TextField()
    text = models.TextField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "content_hash"], name="library_version_once")]

    def __str__(self) -> str:
        return f"{self.item_id} as of {self.seen_at:%Y-%m-%d}"


class Note(UserRow):
    """A user's own words about an item."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.text[:60]


class Highlight(UserRow):
    """A passage a user marked, on the text as it was then."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="highlights")
    version = models.ForeignKey(ItemVersion, on_delete=models.RESTRICT, related_name="highlights")
    quote = models.TextField()
    start = models.PositiveIntegerField(help_text="Offset into the version's text, in characters.")
    end = models.PositiveIntegerField()
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.quote[:60]


class Tag(UserRow):
    """A user's own label."""

    name = models.CharField(max_length=60)
    items = models.ManyToManyField(Item, related_name="tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="library_tag_once")]

    def __str__(self) -> str:
        return self.name


class RefreshRun(models.Model):
    """One round of fetching: what came of it, and whether this computer was cut off."""

    started_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField()
    tried = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    new_items = models.PositiveIntegerField(default=0)
    network_down = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}: {self.tried} tried"


from transom.apps.library.meeting_models import Attendance, Meeting  # noqa: E402  (they refer to the above)
from transom.apps.library.reference_models import Reference  # noqa: E402

__all__ = ["Attendance", "Meeting", "Reference"]
