"""A conference's schedule.xml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from transom.apps.sources.connectors.serving import Asked, Reply, Service, with_etag


def service(files: Mapping[str, str]) -> Service:
    """Serves documents by path."""

    def answer(asked: Asked) -> Reply:
        body = files.get(asked.path)
        if body is None:
            return Reply(404, b"Not Found", content_type="text/plain")
        return with_etag(asked, Reply(body=body.encode(), content_type="application/xml; charset=utf-8"))

    return answer


def schedule(first: datetime, zone: str = "Europe/Oslo") -> str:
    """Two talks in the afternoon, and one after midnight that belongs to the first day."""
    named = f"<time_zone_name>{zone}</time_zone_name>" if zone else ""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<schedule>
  <generator name="frab" version="0.10"/>
  <version>2</version>
  <conference>
    <acronym>stacks27</acronym><title>Stacks and Stores</title>
    <start>{first:%Y-%m-%d}</start><end>{first + timedelta(days=1):%Y-%m-%d}</end><days>2</days>
    <venue>Old Granary</venue><city>Tarnholt</city>
    <day_change>04:00:00</day_change><timeslot_duration>00:15</timeslot_duration>
    <base_url>https://stacks.example/2027/</base_url>{named}
  </conference>
  <day index="1" date="{first:%Y-%m-%d}">
    <room name="Great Hall">
      <event id="11" guid="5a0c1f7e-0000-4000-8000-000000000011">
        <start>14:00</start><duration>00:45</duration><room>Great Hall</room><slug>drift</slug>
        <url>https://stacks.example/2027/talk/drift/</url>
        <title>How shelves drift</title><subtitle/><track>Stores</track><type>lecture</type><language>en</language>
        <abstract>Two loggers, one shelf.</abstract><description>More of it &amp; why.</description>
        <persons><person id="7">Hester Quill</person><person id="8">Kofi Adjei</person></persons>
        <links/><attachments/>
      </event>
      <event id="12">
        <start>01:30</start><duration>1:00</duration><room>Great Hall</room>
        <title>Felt by night</title><persons><person id="8">Kofi Adjei</person></persons>
      </event>
    </room>
  </day>
  <day index="2" date="{first + timedelta(days=1):%Y-%m-%d}">
    <room name="Attic">
      <event id="13"><start>10:00</start><duration>00:30</duration><title>Damp</title><persons/></event>
    </room>
  </day>
</schedule>
"""


def sample_service(now: datetime | None = None) -> Service:
    return service({"/2027/schedule.xml": schedule((now or datetime.now(UTC)) + timedelta(days=80))})
