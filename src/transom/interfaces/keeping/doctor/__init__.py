"""A look at the instance: what is well, what is not, and what to do about it. Nothing is changed."""

from __future__ import annotations

from datetime import datetime

from transom.config.options import Options
from transom.engine.core.errors import TransomError
from transom.interfaces.keeping.doctor.around import examine_clock, examine_mail
from transom.interfaces.keeping.doctor.finding import Finding, error
from transom.interfaces.keeping.doctor.library import examine_library
from transom.interfaces.keeping.doctor.places import examine_places

__all__ = ["Finding", "examine"]


def examine(options: Options, *, now: datetime, known: dict[str, list[str]] | None = None) -> list[Finding]:
    """Everything there is to say, in order; `known` are the migrations of this code, loaded where not given."""
    findings = [*examine_places(options), *examine_clock(options, now)]
    if known is None:
        try:
            known = _known()
        except (TransomError, OSError) as problem:
            findings.append(
                error(f"Transom cannot start: {problem}", "Correct what it names, then run this again.")
            )
    if known is not None:
        findings += examine_library(options, known, now)
    return [*findings, *examine_mail(options)]


def _known() -> dict[str, list[str]]:
    from transom.interfaces.cli.setting_up import set_up_django

    set_up_django()
    from transom.interfaces.running.upgrade import known_migrations

    return known_migrations()
