"""A sigs.yaml as raw.githubusercontent.com serves it."""

from __future__ import annotations

from collections.abc import Mapping

from transom.apps.sources.connectors.serving import Asked, Reply, Service, with_etag

SAMPLE = """\
sigs:
- dir: sig-storage
  name: Storage
  mission_statement: >
    How what is kept stays dry.
  label: storage
  leadership:
    chairs:
    - github: hquill
      name: Hester Quill
      company: Dry Rooms Ltd
    tech_leads:
    - github: kofi-a
      name: Kofi Adjei
      company: Veldhaven Lab
    emeritus_leads:
    - github: tlind
      name: Tomas Lindqvist
  meetings:
  - description: Regular SIG Meeting
    day: Thursday
    time: "9:00"
    tz: PT (Pacific Time)
    frequency: weekly
    url: https://meet.example/storage
    archive_url: https://docs.example/storage
  - description: Triage
    day: Tuesday
    time: "14:30"
    tz: UTC
    frequency: biweekly
    url: https://meet.example/triage
  contact:
    slack: sig-storage
    mailing_list: https://lists.example/sig-storage
workinggroups:
- dir: wg-damp
  name: Damp
  label: damp
  leadership:
    chairs:
    - github: mbr
      name: Mette Brandt
  meetings:
  - description: Meeting
    day: first Monday
    time: "16:00"
    tz: London-UK
    frequency: monthly
"""


def service(files: Mapping[str, str]) -> Service:
    """Serves files by "owner/name/HEAD/path"."""

    def answer(asked: Asked) -> Reply:
        text = files.get(asked.path.strip("/"))
        if text is None:
            return Reply(404, b"404: Not Found", content_type="text/plain; charset=utf-8")
        return with_etag(asked, Reply(body=text.encode(), content_type="text/plain; charset=utf-8"))

    return answer


def sample_service() -> Service:
    """A group that meets every week, a working group that meets once a month."""
    return service({"shelf/community/HEAD/sigs.yaml": SAMPLE})
