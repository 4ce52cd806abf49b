"""The command line as such: every command with its words. Loads nothing else, so that ``--help`` is quick."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from typing import Any

from transom import __version__

MOST_FOUND = 10_000
ABOUT = "Keeps you an active part of your community of practice, in a fixed number of minutes a day."
EXAMPLES = """\
first steps:
  transom run                             starts Transom and opens its first page
  transom follow example.org              finds the feed of a site and follows it
  transom brief                           today's brief, here in the terminal

Exit codes: 0 done, 1 could not be done, 2 wrong use. TRANSOM_HOME names the data folder; all
options are in docs/settings.md."""


class Arguments(argparse.Namespace):
    """What was typed: `command` is "module:function" of this package, the rest as each command declares."""

    command: str

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def read(argv: Sequence[str] | None = None) -> Arguments:
    """What was typed. Wrong use ends the process with exit code 2, as argparse has it."""
    return build_parser().parse_args(argv, Arguments())


def build_parser() -> argparse.ArgumentParser:
    """The parser of everything."""
    parser = argparse.ArgumentParser(
        prog="transom",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Transom {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parts = (
        _running,
        _reading,
        _people,
        _community,
        _following,
        _lists,
        _understanding,
        _keeping,
        _operating,
    )
    for add in parts:
        add(commands)
    return parser


def _command(commands: Any, name: str, place: str, words: str, **more: Any) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=words[0].lower() + words[1:].rstrip("."), description=words, **more
    )
    made.set_defaults(command=place)
    return made


def _for_user(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--user",
        default="",
        metavar="NAME",
        help="for whom: user name or mail address; needed only where several people use this instance",
    )


def _as_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON, for other programs")


def _how_to_start(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--port", type=_port, help="the port to use; without it 8017, or the next one that is free"
    )
    command.add_argument("--no-browser", action="store_true", help="print the link, open no browser")


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError(text)
    return number


_port.__name__ = "port number (1 to 65535)"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day. Write it like 2026-03-31.") from None


def _how_many(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) <= len(str(MOST_FOUND)) else 0
    if not 1 <= number <= MOST_FOUND:
        raise argparse.ArgumentTypeError(f"{text[:30]!r} is not how many: a number from 1 to {MOST_FOUND}.")
    return number


def _running(commands: Any) -> None:
    run = _command(commands, "run", "starting:run", "Start Transom and open its first page.")
    _how_to_start(run)
    run.add_argument("--no-worker", action="store_true", help="start the web process only; see also: worker")
    demo = _command(
        commands,
        "demo",
        "starting:demo",
        "Start Transom with an invented community of practice, in a data folder of its own.",
    )
    _how_to_start(demo)
    demo.add_argument("--fresh", action="store_true", help="forget what the demo has so far")
    demo.add_argument("--job", default="", help="your job in a sentence; leads straight to a brief")
    demo.add_argument("--minutes", type=int, default=15, help="your minutes a day (with --job)")
    door = _command(commands, "open", "starting:open_door", "Print and open a new one-time sign-in link.")
    door.add_argument("--no-browser", action="store_true", help="print the link, open no browser")
    door.add_argument("--password", action="store_true", help="set a password instead, asked for twice")
    _for_user(door)


def _reading(commands: Any) -> None:
    brief = _command(commands, "brief", "reading:brief", "Print today's brief.")
    brief.add_argument(
        "--week", action="store_true", help="the week's edition, of the seven days before it came"
    )
    brief.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="the brief of an earlier day")
    brief.add_argument("--no-wait", action="store_true", help="what is there now; fetch nothing before")
    _as_json(brief)
    _for_user(brief)
    search = _command(
        commands, "search", "reading:search", "Search everything that was fetched or handed in."
    )
    search.add_argument("words", nargs="*", help='words, "quoted phrases" and -exclusions')
    search.add_argument(
        "--source", metavar="NAME", help="only from this source: a part of its title or address"
    )
    search.add_argument("--author", metavar="NAME", help="only by this author: a part of the name")
    search.add_argument("--kind", metavar="KIND", help="only this kind, for example post, paper, episode")
    search.add_argument("--since", type=_day, metavar="YYYY-MM-DD", help="published on this day or later")
    search.add_argument("--until", type=_day, metavar="YYYY-MM-DD", help="published before this day")
    search.add_argument("--saved", action="store_true", help="only what you saved")
    search.add_argument(
        "--limit", type=_how_many, default=20, metavar="N", help="at most so many (default 20)"
    )
    _as_json(search)
    _for_user(search)


def _people(commands: Any) -> None:
    people = _command(
        commands, "people", "people:people", "List who is who, or tell of one and why they are taken for one."
    )
    people.add_argument("name", nargs="*", metavar="NAME", help="a name, or its beginning")
    people.add_argument("--topic", default="", metavar="WORDS", help="only those who write about this")
    people.add_argument("--known", action="store_true", help="only those you know")
    people.add_argument(
        "--limit", type=_how_many, default=30, metavar="N", help="at most so many (default 30)"
    )
    _as_json(people)
    _for_user(people)


def _community(commands: Any) -> None:
    talks = _command(
        commands,
        "conversations",
        "community:conversations",
        "Print what several people of your field wrote about this week.",
    )
    talks.add_argument("--earlier", action="store_true", help="those that fell silent more than a week ago")
    talks.add_argument(
        "--limit", type=_how_many, default=12, metavar="N", help="at most so many (default 12)"
    )
    _as_json(talks)
    _for_user(talks)
    dates = _command(commands, "events", "community:events", "Print the dates ahead in your field.")
    dates.add_argument("words", nargs="*", help="only with these words in title, place, organiser or text")
    dates.add_argument(
        "--kind",
        metavar="KIND",
        help="only this kind: conference, call, consultation, meeting, webinar, or closing for what closes",
    )
    dates.add_argument("--online", action="store_true", help="only what is online")
    dates.add_argument("--saved", action="store_true", help="only what you saved")
    dates.add_argument(
        "--limit", type=_how_many, default=20, metavar="N", help="at most so many (default 20)"
    )
    _as_json(dates)
    _for_user(dates)


def _following(commands: Any) -> None:
    follow = _command(
        commands, "follow", "following:follow", "Follow a feed, or the feed that a web page offers."
    )
    follow.add_argument("addresses", nargs="+", metavar="ADDRESS", help="address of a feed, a page or a site")
    follow.add_argument("--folder", default="", help="put it into this folder of your list")
    follow.add_argument("--private", action="store_true", help="keep the source to yourself")
    follow.add_argument(
        "--as-is", action="store_true", help="follow exactly this address; look nowhere first"
    )
    follow.add_argument(
        "--connector",
        default="",
        metavar="NAME",
        help="read it through this connector; then say what it asks for instead of an address",
    )
    _as_json(follow)
    _for_user(follow)
    unfollow = _command(
        commands, "unfollow", "following:unfollow", "Stop following. What you saved or noted stays."
    )
    unfollow.add_argument("source", metavar="SOURCE", help="its address, or a part of its title")
    _for_user(unfollow)
    sources = _command(commands, "sources", "following:sources", "List what you follow and how it is doing.")
    sources.add_argument("--failing", action="store_true", help="only what needs you")
    _as_json(sources)
    _for_user(sources)
    _connecting(sources.add_subparsers(title="about connectors", metavar="", required=False))
    refresh = _command(commands, "refresh", "refreshing:refresh", "Fetch what is due, now.")
    refresh.add_argument("sources", nargs="*", metavar="SOURCE", help="these only, due or not")
    refresh.add_argument("--all", action="store_true", help="everything you follow, due or not")
    _as_json(refresh)
    _for_user(refresh)


def _connecting(commands: Any) -> None:
    listed = _command(
        commands, "connectors", "connecting:connectors", "List the kinds of sources beside feeds."
    )
    _as_json(listed)
    check = _command(
        commands,
        "check",
        "connecting:check",
        "Ask a connector once and say what was understood; keeps nothing.",
    )
    check.add_argument("name", metavar="NAME", help="the connector")
    check.add_argument("query", nargs="*", metavar="QUERY", help="what it asks for")
    check.add_argument("--live", nargs="*", metavar="QUERY", help="ask the service itself, over the network")
    check.add_argument("--search", nargs="*", metavar="WORD", help="look for what one could follow instead")
    _as_json(check)


def _lists(commands: Any) -> None:
    take_in = _command(
        commands,
        "import",
        "lists:take_in",
        "Take in a reading list (OPML, or one address a line) or a whole export (ZIP).",
    )
    take_in.add_argument("file", metavar="FILE", help="the file; - for standard input")
    _as_json(take_in)
    _for_user(take_in)
    give_out = _command(
        commands, "export", "lists:give_out", "Write your reading list as OPML, or everything as one ZIP."
    )
    give_out.add_argument(
        "file",
        nargs="?",
        default="",
        metavar="FILE",
        help="NAME.opml or NAME.zip; without it OPML is printed",
    )
    give_out.add_argument("--everything", action="store_true", help="everything that is yours, as a ZIP")
    _for_user(give_out)


def _understanding(commands: Any) -> None:
    parse = _command(
        commands,
        "parse",
        "understanding:parse",
        "Print as JSON what Transom understands of a file or an address.",
    )
    parse.add_argument(
        "what", metavar="FILE|URL", help="a feed, page, OPML list, mail (.eml) or PDF; - for input"
    )
    parse.add_argument(
        "--url", default="", metavar="URL", help="where a file came from, for relative addresses"
    )
    parse.add_argument("--content-type", metavar="TYPE", help="what the server called it")


def _keeping(commands: Any) -> None:
    doctor = _command(commands, "doctor", "keeping:doctor", "Look for what is wrong and say what to do.")
    doctor.add_argument(
        "--fetching",
        action="store_true",
        help="test on this computer how Transom treats those who serve feeds",
    )
    _as_json(doctor)
    backup = _command(commands, "backup", "keeping:backup", "Keep a copy of everything in one file.")
    backup.add_argument(
        "target", nargs="?", metavar="FILE", help="a file or folder; without it, in the data folder"
    )
    restore = _command(commands, "restore", "keeping:restore", "Go back to a backup. Stop Transom before.")
    restore.add_argument("file", metavar="FILE", help="a backup made by Transom")
    restore.add_argument("--yes", action="store_true", help="do not ask")


def _operating(commands: Any) -> None:
    _command(
        commands,
        "worker",
        "starting:worker",
        "Run a worker alone, beside `run --no-worker` or your own web server.",
    )
    _command(commands, "migrate", "starting:migrate", "Bring the database up to date, then end.")
