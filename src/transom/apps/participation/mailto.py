"""Addresses that open the user's own mail program with everything filled in (RFC 6068)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from transom.apps.participation.errors import ParticipationError

# RFC 6068 section 2: what may stand unencoded in an address besides letters, digits and "-._~".
_ADDRESS_SAFE = "@!$'()*+"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def mail_address(given: str) -> str:
    """The address, checked and bare. Raises ParticipationError that names it."""
    address = given.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ParticipationError(
            _("“%(address)s” is not a mail address. Correct it or leave it out.")
            % {"address": one_line(given)[:100]}
        ) from error
    return address


def one_line(text: str) -> str:
    """The text on one line without control characters, so that it can never start another header."""
    return " ".join(_CONTROL.sub(" ", text).split())


def mailto(recipients: Iterable[str], *, subject: str, body: str) -> str:
    """A ``mailto:`` address: recipients checked, subject on one line, body with its line breaks as CRLF."""
    to = ",".join(quote(mail_address(address), safe=_ADDRESS_SAFE) for address in recipients)
    return f"mailto:{to}?subject={quote(one_line(subject), safe='')}&body={quote(_crlf(body), safe='')}"


def _crlf(text: str) -> str:
    lines = re.split(r"\r\n|\r|\n|\u2028|\u2029", text)
    return "\r\n".join(_CONTROL.sub(" ", line.replace("\t", "    ")).rstrip() for line in lines)
