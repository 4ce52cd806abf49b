"""Commands that start something: run, demo, open, worker, migrate."""

from __future__ import annotations

import getpass
import os
import webbrowser
from dataclasses import replace

from transom.config.options import Options, load
from transom.engine.core.errors import TransomError
from transom.interfaces.cli.console import tell
from transom.interfaces.cli.parser import Arguments
from transom.interfaces.running import instance
from transom.interfaces.running.start import Plan, has_browser, new_entrance
from transom.interfaces.running.start import run as start


def run(arguments: Arguments) -> int:
    """Starts web and worker, shows the way in, and stays until stopped."""
    options, named = _with_port(load(), arguments.port)
    plan = Plan(
        options, strict_port=named, open_browser=not arguments.no_browser, worker=not arguments.no_worker
    )
    return start(plan, print_now)


def demo(arguments: Arguments) -> int:
    """The same with the demo community beside it, in a data folder of its own."""
    from transom.interfaces.running.demo import demo_plan, settle_in

    plan = demo_plan(load(), fresh=arguments.fresh)
    options, named = _with_port(plan.options, arguments.port)
    plan = replace(plan, options=options, strict_port=named, open_browser=not arguments.no_browser)
    if arguments.job.strip():
        plan = replace(plan, prepare=settle_in(arguments.job.strip(), arguments.minutes))
    return start(plan, print_now)


def print_now(words: str) -> None:
    """Prints at once, also into a pipe: somebody waits for the link."""
    print(words, flush=True)


def _with_port(options: Options, port: int | None) -> tuple[Options, bool]:
    return (replace(options, port=port), True) if port else (options, False)


def open_door(arguments: Arguments) -> int:
    """A new one-time link into the running instance, or a password."""
    if arguments.password:
        return _set_password(arguments.user)
    running = instance.find_running(load().home)
    if running is None:
        raise TransomError("Transom is not running on this data folder. Start it: transom run")
    entrance = new_entrance(running.address, arguments.user)
    print_now(entrance)
    if not arguments.no_browser and has_browser():
        webbrowser.open(entrance)
    return 0


def _set_password(name: str) -> int:
    from transom.interfaces.cli.setting_up import user_named

    user = user_named(name)
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    password = getpass.getpass(f"New password for {user}: ")
    if password != getpass.getpass("Once more: "):
        raise TransomError("The two passwords differ; nothing was changed. Try again.")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise TransomError(" ".join(error.messages)) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    print_now(f"The password of {user.username} is set.")
    return 0


def worker(arguments: Arguments) -> int:
    """A worker alone; Ctrl-C stops it. Another machine's web process needs none here."""
    from transom.interfaces.cli.setting_up import open_library
    from transom.interfaces.jobs.worker import main

    os.environ.setdefault("TRANSOM_PROCESS", "worker")
    open_library()
    return main([])


def migrate(arguments: Arguments) -> int:
    """Brings the database up to date, as `run` does, for those who start the processes themselves."""
    from transom.interfaces.cli.setting_up import open_library

    open_library()
    tell("The database is up to date.")
    return 0
