"""What of the sources goes into a user's export."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from django.utils import timezone

from transom.apps.base.export import page, table
from transom.apps.base.models import OutgoingContact
from transom.apps.sources.models import Source, SourceState, Subscription
from transom.apps.sources.services import export_outlines
from transom.engine.core.addresses import is_http
from transom.engine.parse import write_opml

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


def web_address(given: str) -> str:
    """The address where it leads to the web; else "": it will be shown as a link and fetched."""
    return given if is_http(given) else ""


def reading_list(user: User) -> bytes:
    """All sources the user follows, as OPML."""
    return write_opml(export_outlines(user), title="Transom", now=timezone.now())


def contacts(user: User) -> bytes:
    """Whom this instance asked for this user alone, as a table."""
    out = StringIO()
    rows = csv.writer(out)
    rows.writerow(["day", "host", "purpose", "requests", "bytes received"])
    kept = OutgoingContact.objects.filter(owner=user).order_by("day", "host", "purpose")
    rows.writerows(kept.values_list("day", "host", "purpose", "requests", "bytes_received"))
    return out.getvalue().encode()


table(
    Source,
    "the sources you follow, and those your articles came from",
    of="owner",
    same=("connector", "address"),
    checks={"address": web_address, "site": web_address},
)
table(SourceState, "how those sources were doing", with_parent="source")
table(Subscription, "that you follow them, in which folder", of="user")
page("what-left.csv", "which servers were asked for you alone, how often and for what", contacts)
page("sources.opml", "the sources you follow, for any feed reader", reading_list)
