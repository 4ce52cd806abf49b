"""What a page said of somebody who is to be forgotten."""

from __future__ import annotations

from collections.abc import Iterable

from transom.apps.library.models import OwnPage, PageLink


def forget_told(source_ids: Iterable[int]) -> None:
    """Empties what the pages of these sources said; whoever is not forgotten is read there again in their time."""
    pages = list(OwnPage.objects.filter(sources__in=list(source_ids)).values_list("pk", flat=True).distinct())
    PageLink.objects.filter(page__in=pages).delete()
    OwnPage.objects.filter(pk__in=pages).update(told={}, etag=None, last_modified=None, body_hash="")
