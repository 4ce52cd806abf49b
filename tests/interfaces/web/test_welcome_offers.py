"""What the first page offers to begin with, for the job as it is written."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def offers(job: str) -> str:
    client = Client(HTTP_HOST="localhost")
    client.force_login(make_user())
    return client.get("/welcome/suggestion/", {"job": job}).content.decode()


def test_a_job_that_a_pack_is_made_for_is_offered_it_first() -> None:
    page = offers("Chief nurse of a district hospital")
    assert page.index("Fits your job") < page.index("<h3>")
    assert "No starter pack" not in page


def test_a_job_that_no_pack_is_made_for_is_told_so_and_sees_them_by_name() -> None:
    page = offers("Head of collections care")
    assert "No starter pack is made for this job yet" in page
    titles = re.findall(r"<h3>(.*?)</h3>", page)
    assert len(titles) > 2
    assert titles == sorted(titles)


def test_before_a_job_is_written_nothing_is_said_of_it() -> None:
    assert "No starter pack" not in offers("")
