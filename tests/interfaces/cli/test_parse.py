"""`transom parse`: what Transom understands, as JSON, of any kind of document, without a library."""

from __future__ import annotations

import io
import json
import sys
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.interfaces.cli.conftest import Type
from tests.interfaces.cli.site import FEED, PAGE, Site


def written(folder: Path, name: str, body: bytes) -> str:
    path = folder / name
    path.write_bytes(body)
    return str(path)


def test_a_feed(transom: Type, tmp_path: Path) -> None:
    answer = transom("parse", written(tmp_path, "feed.xml", FEED))
    understood = json.loads(answer.out)
    assert answer.code == 0
    assert (understood["kind"], understood["title"], len(understood["entries"])) == ("feed", "Shelf Notes", 2)


def test_a_page_with_its_feeds_resolved(transom: Type, tmp_path: Path) -> None:
    answer = transom("parse", written(tmp_path, "page.html", PAGE), "--url", "https://shelf.example/")
    understood = json.loads(answer.out)
    assert understood["kind"] == "page"
    assert understood["feeds"][0]["url"] == "https://shelf.example/feed.xml"


def test_a_page_that_is_its_own_feed(transom: Type, tmp_path: Path) -> None:
    entry = '<p class="h-entry"><a href="/damp">On damp</a></p>'
    body = f'<!doctype html><title>Notes</title><div class="h-feed">{entry}</div>'.encode()
    answer = transom("parse", written(tmp_path, "page.html", body), "--url", "https://shelf.example/")
    understood = json.loads(answer.out)
    assert understood["kind"] == "page"
    assert understood["h_feed"]["format"] == "h-feed"
    assert understood["h_feed"]["entries"][0]["link"] == "https://shelf.example/damp"
    assert understood["feeds"][-1]["media_type"] == "text/mf2+html"


def test_a_reading_list(transom: Type, tmp_path: Path) -> None:
    opml = b'<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>'
    understood = json.loads(transom("parse", written(tmp_path, "list.opml", opml)).out)
    assert (understood["kind"], understood["outlines"][0]["feed_url"]) == ("opml", "https://a.example/f")


def test_a_mail(transom: Type, tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Ida <ida@shelf.example>", "The flood"
    mail.set_content("Two drains met.")
    understood = json.loads(transom("parse", written(tmp_path, "a.eml", bytes(mail))).out)
    assert (understood["kind"], understood["subject"]) == ("mail", "The flood")


def test_standard_input(transom: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(FEED)))
    assert json.loads(transom("parse", "-").out)["title"] == "Shelf Notes"


def test_an_address(transom: Type, site: Site) -> None:
    understood = json.loads(transom("parse", f"{site.url}/feed.xml").out)
    assert (understood["address"], understood["kind"]) == (f"{site.url}/feed.xml", "feed")


def test_an_address_that_answers_with_an_error(transom: Type, site: Site) -> None:
    answer = transom("parse", f"{site.url}/gone")
    assert (answer.code, answer.out) == (1, "")
    assert "404" in answer.err


@pytest.mark.parametrize("body", [b"", b"\x00\x01\x02", b"just words", b"%PDF-1.7 broken"])
def test_what_is_no_document_is_said_in_words(transom: Type, tmp_path: Path, body: bytes) -> None:
    answer = transom("parse", written(tmp_path, "odd", body))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("transom: ")
    assert "Traceback" not in answer.err
