"""What Transom leans on: the clock, and the mail server."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from transom.config.options import Options
from transom.interfaces.keeping import database
from transom.interfaces.keeping.doctor.finding import Finding, error, fine, warning

# This code was written in 2026: a clock that shows less lost its battery.
EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)
TOLERATED = timedelta(minutes=5)
SET_CLOCK = "Set the clock, best from a time server (Debian: timedatectl set-ntp true)."
MAIL_PATIENCE = 8.0


def examine_clock(options: Options, now: datetime) -> Iterator[Finding]:
    """Whether the clock runs ahead of or behind what was written by it before; nobody is asked."""
    written = max((_written(path) for path in _traces(options)), default=None)
    if now < EARLIEST:
        yield error(f"The clock shows {now:%Y-%m-%d}, which is long past.", SET_CLOCK)
    elif written and written - now > TOLERATED:
        yield error(
            f"The clock shows {now:%Y-%m-%d %H:%M} UTC, but the library was written at {written:%Y-%m-%d %H:%M}: "
            "it went back, or was ahead then.",
            SET_CLOCK,
        )
    else:
        yield fine(f"The clock shows {now:%Y-%m-%d %H:%M} UTC.")


def _traces(options: Options) -> Iterator[Path]:
    names = [options.home / "keys" / "secret", options.home / "run.json"]
    if database.is_sqlite(options):
        path = database.sqlite_file(options)
        names += [path, path.with_name(path.name + "-wal")]
    yield from (path for path in names if path.exists())


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def examine_mail(options: Options) -> Iterator[Finding]:
    """Whether the mail server answers and lets us in; nothing is sent."""
    if not options.smtp_host:
        yield fine("No mail server is set; the brief is not mailed.")
        return
    where = f"{options.smtp_host}, port {options.smtp_port}"
    try:
        _greet(options)
    except smtplib.SMTPAuthenticationError as problem:
        yield error(
            f"The mail server {where} does not let us in ({problem.smtp_code}).",
            "Correct smtp_user and smtp_password; many providers want a password made for programs.",
        )
    except ssl.SSLError as problem:
        yield error(
            f"No secure connection to the mail server {where}: {problem.reason or problem}.",
            "Check smtp_port and smtp_security (starttls on 587, tls on 465).",
        )
    except socket.gaierror:
        yield error(f"There is no mail server called {options.smtp_host}.", "Correct smtp_host.")
    except (OSError, smtplib.SMTPException) as problem:
        yield error(f"The mail server {where} does not answer: {problem}.", "Check smtp_host and smtp_port.")
    else:
        yield fine(f"The mail server {where} answers.")
        if options.smtp_security == "none" and options.smtp_user:
            yield warning(
                "The mail password is sent unprotected.", 'Set smtp_security to "starttls" or "tls".'
            )


def _greet(options: Options) -> None:
    context = ssl.create_default_context()
    if options.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            options.smtp_host, options.smtp_port, timeout=MAIL_PATIENCE, context=context
        )
    else:
        server = smtplib.SMTP(options.smtp_host, options.smtp_port, timeout=MAIL_PATIENCE)
    with server:
        server.ehlo()
        if options.smtp_security == "starttls":
            server.starttls(context=context)
            server.ehlo()
        if options.smtp_user:
            server.login(options.smtp_user, options.smtp_password)
