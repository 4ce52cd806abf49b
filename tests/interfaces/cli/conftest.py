from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.interfaces.cli.site import Site

from transom.interfaces.cli.main import main


class Typed:
    """What a command answered."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


Type = Callable[..., Typed]


@pytest.fixture
def transom(capsys: pytest.CaptureFixture[str]) -> Type:
    """Types a command: ``transom("follow", "example.org")``."""

    def type_(*words: str) -> Typed:
        code = main(words)
        out, err = capsys.readouterr()
        return Typed(code, out, err)

    return type_


@pytest.fixture
def site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site that the address guard lets us ask."""
    with Site() as site:
        monkeypatch.setenv("TRANSOM_ALLOWED_PRIVATE", site.host)
        settings.OPTIONS = replace(
            settings.OPTIONS, allowed_private=(site.host,), unspaced_hosts=("127.0.0.1",)
        )
        yield site
