"""Which host each service has. The demo's server answers for them under /HOST/, and they are asked there."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from transom.apps.sources.connectors.registry import connector
from transom.apps.sources.connectors.serving import Service
from transom.demo.clock import Clock
from transom.demo.community import MASTODON
from transom.demo.model import Community
from transom.demo.services import forum, gatherings, papers, social
from transom.demo.services.stage import Stage, table


def services(community: Community, epoch: datetime, base: str) -> dict[str, Service]:
    """Every service of the community as it stands now, by host."""
    stage = Stage(community, Clock(epoch), base)
    places = table("gatherings")
    tracker, register = gatherings.tracker(stage), gatherings.register(stage)
    return {
        MASTODON: social.mastodon_service(stage),
        _home("bluesky"): social.bluesky_service(stage),
        forum.host(): forum.service(stage),
        _home("openalex"): papers.openalex_service(stage),
        _home("orcid"): papers.orcid_service(stage),
        _home("pubmed"): papers.pubmed_service(stage),
        places["tracker"]["host"]: tracker,
        places["register"]["host"]: register,
        places["minutes"]["host"]: gatherings.minutes_of_meetings(stage),
        # Who asks at the usual place finds the same.
        _home("datatracker"): tracker,
        _home("fedreg"): register,
        places["programmes"]["host"]: gatherings.programmes(stage),
        _host(places["calendar"]["address"]): gatherings.calendars(stage),
        _home("confstech"): gatherings.conferences(stage),
        _home("github"): gatherings.code(stage),
    }


def _home(name: str) -> str:
    return _host(connector(name).home)


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""
