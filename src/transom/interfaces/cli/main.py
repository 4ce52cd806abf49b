"""The command ``transom``: reads the command line, runs one command, and says in words what went wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from transom.engine.core.errors import TransomError
from transom.interfaces.cli.parser import Arguments, read

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130

Command = Callable[[Arguments], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; its exit code: 0 done, 1 could not be done, 2 wrong use, 130 interrupted."""
    arguments = read(argv)
    try:
        return _command(arguments.command)(arguments)
    except TransomError as error:
        return _complain(error.message)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough (`| head`); nothing more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        words = _database_words(error)
        if not words:
            raise
        return _complain(words)


def _command(place: str) -> Command:
    """Loads a command only when it is asked for, so that the others need not wait for it."""
    module, _, name = place.partition(":")
    command: Command = getattr(import_module(f"transom.interfaces.cli.{module}"), name)
    return command


def _complain(words: str) -> int:
    print(f"transom: {words}", file=sys.stderr)
    return FAILED


def _database_words(error: Exception) -> str:
    """What a database's error means for whoever typed the command; "" for any other error."""
    if "django" not in sys.modules:
        return ""
    from django.db import DatabaseError

    if not isinstance(error, DatabaseError):
        return ""
    from transom.interfaces.running.upgrade import why_unreadable

    return why_unreadable(error)


if __name__ == "__main__":
    sys.exit(main())
