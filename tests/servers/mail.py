"""A real mail server on loopback that takes, refuses, stalls or hangs up, as a test tells it."""

from __future__ import annotations

import email
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any


@dataclass(slots=True)
class Taken:
    """One mail the server took: the envelope, the text as it came over the line, and as a message."""

    sender: str
    recipients: list[str]
    data: bytes

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.data, policy=policy.default)


@dataclass
class MailServer:
    """Speaks RFC 5321. ``answers`` replaces the reply to a command: ``{"RCPT": "550 no such user"}``.

    ``TEXT`` stands for the end of the mail's text; the answer ``hang up`` closes the connection instead.
    What arrived whole is in ``taken`` even where the answer was lost, as with real servers.
    """

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    connections: int = 0


class HangUp(Exception):  # noqa: N818
    """The test wants the connection closed without a word."""


class _Dialogue(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        mail: MailServer = self.server.mail  # type: ignore[attr-defined]
        mail.connections += 1
        try:
            self._converse(mail)
        except (HangUp, ConnectionError):
            return

    def _converse(self, mail: MailServer) -> None:
        self._answer(mail, "CONNECT", "220 loopback ready")
        sender, recipients = "", []
        while line := self.rfile.readline():
            command = line[:4].upper().decode("ascii", "replace")
            if command in {"EHLO", "HELO"}:
                self._answer(mail, command, "250 loopback")
            elif command == "MAIL":
                sender, recipients = _address(line), []
                self._answer(mail, command, "250 ok")
            elif command == "RCPT":
                recipients.append(_address(line))
                self._answer(mail, command, "250 ok")
            elif command == "DATA":
                self._answer(mail, command, "354 go on")
                if mail.answers.get(command, "354").startswith("354"):
                    mail.taken.append(Taken(sender, recipients, self._text()))
                    self._answer(mail, "TEXT", "250 taken")
            elif command == "QUIT":
                self._answer(mail, command, "221 bye")
                return
            else:
                self._answer(mail, command, "250 ok")

    def _text(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def _answer(self, mail: MailServer, command: str, usual: str) -> None:
        answer = mail.answers.get(command, usual)
        if answer == "hang up":
            raise HangUp
        if answer[0] in "45" and command == "TEXT":
            mail.taken.pop()
        self.wfile.write(f"{answer}\r\n".encode())


def _address(line: bytes) -> str:
    return line.decode("utf-8", "replace").partition("<")[2].partition(">")[0]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mail: Any = None


@contextmanager
def mail_server(**answers: str) -> Iterator[MailServer]:
    """Serves while the block runs; ``answers`` as in `MailServer`."""
    with _Server(("127.0.0.1", 0), _Dialogue) as server:
        server.mail = MailServer(port=server.server_address[1], answers=dict(answers))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.mail
        finally:
            server.shutdown()
            thread.join(5)
