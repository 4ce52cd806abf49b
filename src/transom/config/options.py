"""The operator's options: from the environment first, then ``transom.toml`` in the data folder."""

from __future__ import annotations

import difflib
import json
import os
import secrets
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from transom.engine.core.errors import TransomError

PREFIX = "TRANSOM_"
FILE_NAME = "transom.toml"
DEMO_FILE = "demo.json"
DEMO_HOST = "127.0.0.1"
NO_OPTIONS = frozenset({"HOME", "PROCESS"})
"""Where the data folder is, and which of an instance's processes this is (said by the one that starts it)."""
NOT_OURS = ("TEST_", "BENCH_")
"""What the tests and benchmarks tell themselves."""


class OptionError(TransomError):
    """An option that cannot be used; the message names it and says what to write instead."""


@dataclass(frozen=True, slots=True)
class Options:
    """All options of an instance. Each is documented in docs/settings.md."""

    home: Path
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8017
    public_address: str = ""
    allowed_private: tuple[str, ...] = ()
    expire_days: int = 180
    tasks: str = "database"
    redis_url: str = "redis://127.0.0.1:6379/0"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_security: str = "starttls"
    mail_from: str = ""
    log_format: str = "text"
    log_level: str = "INFO"
    debug: bool = False
    demo_port: int = 0
    spacing_seconds: float = 1.0
    unspaced_hosts: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def database_file(self) -> Path:
        """Where SQLite keeps the data when no database address is set."""
        return self.home / "transom.sqlite3"

    @property
    def demo_address(self) -> str:
        """Where the demo community answers, without a slash at the end; "" where there is none."""
        return f"http://{DEMO_HOST}:{self.demo_port}" if self.demo_port else ""

    @property
    def keys_folder(self) -> Path:
        return self.home / "keys"


CHOICES = {
    "tasks": ("database", "celery"),
    "smtp_security": ("none", "starttls", "tls"),
    "log_format": ("text", "json"),
}


def default_home() -> Path:
    """The data folder where none was named."""
    return Path(platformdirs.user_data_dir("transom", appauthor=False))


def demo_options(home: Path) -> dict[str, Any]:
    """What holds in a demo's folder, and there alone: its invented community may be asked, without pauses."""
    try:
        port = int(json.loads((home / DEMO_FILE).read_text(encoding="utf-8"))["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {
        "demo_port": port,
        "allowed_private": [f"{DEMO_HOST}:{port}"],
        "unspaced_hosts": [DEMO_HOST],
    }


def demo_home(home: Path) -> Path:
    """The demo's folder, beside one's own, so that invented people never mix with real ones."""
    return home.with_name(home.name + "-demo")


def load(environ: Mapping[str, str] | None = None) -> Options:
    """Reads the options. Raises OptionError that names the option and its place."""
    environ = os.environ if environ is None else environ
    home = Path(environ.get(PREFIX + "HOME") or default_home()).expanduser().resolve()
    values: dict[str, Any] = {}
    for name, raw, place in _given(home, environ):
        values[name] = _convert(name, raw, place)
    return Options(home=home, **values)


def _given(home: Path, environ: Mapping[str, str]) -> list[tuple[str, Any, str]]:
    known = {f.name for f in fields(Options)} - {"home", "extra"}
    given: list[tuple[str, Any, str]] = [
        (name, value, DEMO_FILE) for name, value in demo_options(home).items()
    ]
    path = home / FILE_NAME
    for name, raw in _read_file(path).items():
        if name not in known:
            raise OptionError(
                f"{path}: there is no option called {name!r}. See docs/settings.md for all of them."
            )
        given.append((name, raw, str(path)))
    _refuse_misspelt(known, environ)
    from_environment = [
        (name, environ[variable], f"environment variable {variable}")
        for name in sorted(known)
        if (variable := PREFIX + name.upper()) in environ
    ]
    return given + from_environment


def _refuse_misspelt(known: Collection[str], environ: Mapping[str, str]) -> None:
    """A variable that names no option would be an option its operator believes in."""
    given = (name.removeprefix(PREFIX) for name in sorted(environ) if name.startswith(PREFIX))
    for name in given:
        if name in NO_OPTIONS or name.startswith(NOT_OURS) or (name.lower() in known and name.isupper()):
            continue
        near = difflib.get_close_matches(name.lower(), sorted(known), 1)
        meant = f" Did you mean {PREFIX}{near[0].upper()}?" if near else ""
        raise OptionError(
            f"environment variable {PREFIX}{name}: there is no such option.{meant} "
            "See docs/settings.md for all of them, or take the variable away."
        )


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OptionError(
            f"{path} is not valid TOML: {error}. Correct that line, or rename the file."
        ) from error
    except OSError as error:
        raise OptionError(
            f"{path} cannot be read: {error.strerror}. Correct the permissions of the data folder {path.parent}, "
            "or name another one in TRANSOM_HOME."
        ) from error


def _convert(name: str, raw: Any, place: str) -> Any:
    kind = next(f.type for f in fields(Options) if f.name == name)
    try:
        value = _as(str(kind), raw)
    except (TypeError, ValueError) as error:
        raise OptionError(f"{place}: {name} cannot be {raw!r} ({error}).") from error
    if name in CHOICES and value not in CHOICES[name]:
        raise OptionError(f"{place}: {name} is {value!r}; it can be {', '.join(CHOICES[name])}.")
    return value


def _as(kind: str, raw: Any) -> Any:
    if kind == "bool":
        return raw if isinstance(raw, bool) else str(raw).strip().lower() in {"1", "true", "yes", "on"}
    if kind == "int":
        return int(raw)
    if kind == "float":
        return float(raw)
    if kind.startswith("tuple"):
        parts = raw if isinstance(raw, list) else str(raw).replace(",", " ").split()
        return tuple(str(part) for part in parts)
    return str(raw)


def secret_key(options: Options) -> str:
    """The instance's signing key, made on first use and kept, so that signed addresses outlive restarts."""
    path = options.keys_folder / "secret"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        options.keys_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = secrets.token_urlsafe(48)
        try:
            with open(path, "x", encoding="ascii", opener=lambda p, f: os.open(p, f, 0o600)) as file:
                file.write(key)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        return key
