"""Commands that keep what one has: backup, restore, doctor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from transom.config.options import load
from transom.engine.core.errors import TransomError
from transom.interfaces.cli.console import ask, print_json, progress, tell
from transom.interfaces.cli.parser import Arguments

MARKS = {"fine": "  ok     ", "warning": "  warning", "error": "  ERROR  "}


@contextmanager
def _bytes_counted(what: str) -> Iterator[Callable[[int], Callable[[int], None]]]:
    """Progress for work that is told its size when it begins."""
    with progress(what) as shown:

        def begin(total: int) -> Callable[[int], None]:
            shown.total = total
            return shown.add

        yield begin


def backup(arguments: Arguments) -> int:
    """Writes a backup, also while Transom runs."""
    from transom.interfaces.keeping.backup import make_backup

    target = Path(arguments.target).expanduser() if arguments.target else None
    with _bytes_counted("Writing the backup:") as begin:
        path = make_backup(load(), now=datetime.now(UTC), target=target, begin=begin)
    print(path)
    tell("It holds your keys as well: keep it where only you can read it. To go back: transom restore FILE")
    return 0


def restore(arguments: Arguments) -> int:
    """Goes back to a backup; refuses while Transom runs, and onto older code."""
    from transom.interfaces.cli.setting_up import set_up_django
    from transom.interfaces.keeping.restore import read_manifest, restore_backup

    options, path = load(), Path(arguments.file).expanduser()
    made = read_manifest(path)
    question = f"Put what {options.home} holds aside and go back to the backup of {made.made_at[:16]}?"
    if not arguments.yes and not ask(question):
        raise TransomError("Nothing was changed. To go back without being asked: transom restore --yes FILE")
    set_up_django()
    from transom.interfaces.running.upgrade import known_migrations

    with _bytes_counted("Restoring:") as begin:
        before = restore_backup(options, path, known=known_migrations(), now=datetime.now(UTC), begin=begin)
    print(f"Restored. What was there before is in {before}; delete it when all is well.")
    return 0


def doctor(arguments: Arguments) -> int:
    """Looks for what is wrong; 1 where something is in error."""
    if arguments.fetching:
        return _score_card(arguments)
    from transom.interfaces.keeping.doctor import examine

    findings = examine(load(), now=datetime.now(UTC))
    if arguments.json:
        from dataclasses import asdict

        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            print(f"{MARKS[finding.level]} {finding.says}")
    return 1 if any(finding.level == "error" for finding in findings) else 0


def _score_card(arguments: Arguments) -> int:
    """Transom's manners towards those who serve feeds, tested on loopback; 1 where a case fails."""
    from transom.engine.fetch.behaviour import printed, run_score_card

    card = run_score_card()
    if arguments.json:
        from dataclasses import asdict

        print_json([asdict(case) for case in card])
    else:
        print(printed(card))
    return 0 if all(case.passed for case in card) else 1
