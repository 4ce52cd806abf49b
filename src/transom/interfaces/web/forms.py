"""What people write into boxes, checked."""

from __future__ import annotations

from datetime import date
from email.utils import getaddresses
from typing import Any
from zoneinfo import available_timezones

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from transom.apps.accounts.models import WEEKDAYS
from transom.apps.conversations.selectors import EventFilters
from transom.apps.library.choices import Kind
from transom.apps.sources.connectors.interface import LONGEST_VALUE, Connector

MOST_MINUTES = 240
MOST_ADDRESSES = 500
LARGEST_UPLOAD = 20 * 1024 * 1024

DAY_NAMES = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


def lines_of(text: str) -> list[str]:
    """The non-empty lines of a box, each once, in their order."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class Area(forms.Textarea):
    """A box for several lines; its direction follows what is written."""

    def __init__(self, rows: int = 4, **attrs: Any) -> None:
        super().__init__(attrs={"rows": rows, "dir": "auto", **attrs})


def number(required: Any, least: int, **options: Any) -> forms.IntegerField:
    """A whole number of minutes, with errors in words."""
    wrong = format_lazy(_("Write a whole number from {least} to {most}."), least=least, most=MOST_MINUTES)
    errors = {"required": required, "min_value": wrong, "max_value": wrong, "invalid": wrong}
    return forms.IntegerField(min_value=least, max_value=MOST_MINUTES, error_messages=errors, **options)


def a_day(**options: Any) -> forms.DateField:
    """A day that may be left out."""
    return forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("This is no day. Write it like 2026-11-24.")},
        **options,
    )


class WelcomeForm(forms.Form):
    """The two questions, and how to begin."""

    job = forms.CharField(
        max_length=300,
        error_messages={"required": _("Say in a few words what you do; the brief is chosen by it.")},
        label=_("What is your job, in a sentence?"),
        help_text=_("For example: I run records management for a county council."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "organization-title"}),
    )
    minutes = number(
        _("Say how many minutes a day, for example 15."),
        1,
        initial=15,
        label=_("How many minutes a day do you want to give it?"),
        help_text=_("The brief fits into them, to the last one. You can set each weekday later."),
    )
    time_zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    addresses = forms.CharField(
        required=False,
        label=_("Addresses, one a line"),
        help_text=_("Of feeds, or of sites: Transom looks for their feeds."),
        widget=Area(),
    )
    opml = forms.FileField(
        required=False,
        label=_("A list from another reader (OPML)"),
        widget=forms.FileInput(attrs={"accept": ".opml,.xml,text/xml,text/x-opml"}),
    )

    def clean_time_zone(self) -> str:
        given = str(self.cleaned_data["time_zone"])
        return given if given in available_timezones() else ""

    def clean_addresses(self) -> list[str]:
        return lines_of(self.cleaned_data["addresses"])[:MOST_ADDRESSES]


class ServiceForm(forms.Form):
    """The few things that one service asks."""

    def __init__(self, reader: Connector, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for ask in reader.asks:
            example = format_lazy(_("For example {example}"), example=ask.example) if ask.example else ""
            self.fields[ask.name] = forms.CharField(
                required=not ask.optional,
                max_length=LONGEST_VALUE,
                error_messages={"required": ask.says},
                label=ask.shown,
                help_text=format_lazy("{says} {example}", says=ask.says, example=example),
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
            )
        self._optional = {ask.name for ask in reader.asks if ask.optional}

    def query(self) -> dict[str, str]:
        """What was filled in."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def asked(self) -> list[forms.BoundField]:
        """Fields that are always shown."""
        first = [field for field in self if field.name not in self._optional]
        return first or list(self)

    def more(self) -> list[forms.BoundField]:
        """Fields that few need."""
        shown = {field.name for field in self.asked()}
        return [field for field in self if field.name not in shown]


class AddressForm(forms.Form):
    address = forms.CharField(
        max_length=2000,
        error_messages={"required": _("Paste an address or a handle, for example example.org.")},
        label=_("Address or handle"),
        help_text=_(
            "Of a site, a feed, a calendar, a forum or a conference's programme; an account such as "
            "@name@server; an ORCID iD."
        ),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).strip()


class HandInForm(forms.Form):
    """One box for anything without a feed: a link, a text, a mail or a PDF."""

    text = forms.CharField(
        required=False,
        max_length=500_000,
        label=_("A link or a text"),
        help_text=_("A link is fetched once; a text is kept as it is. Only you will see it."),
        widget=Area(5),
    )
    file = forms.FileField(
        required=False,
        label=_("A mail (.eml) or a PDF"),
        widget=forms.FileInput(attrs={"accept": ".eml,.pdf,.txt,message/rfc822,application/pdf,text/plain"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if not file and not (cleaned.get("text") or "").strip():
            raise ValidationError(_("Paste a link or a text, or choose a file."))
        if file and (file.size or 0) > LARGEST_UPLOAD:
            raise ValidationError(_("This file is larger than 20 MB. Hand in a smaller one."))
        return cleaned


class ImportForm(forms.Form):
    opml = forms.FileField(
        error_messages={"required": _("Choose the file first, then press Import.")},
        label=_("OPML file"),
        help_text=_("Every reader can write one; look for “Export” or “OPML” in its settings."),
        widget=forms.FileInput(attrs={"accept": ".opml,.xml,text/xml,text/x-opml"}),
    )


class SearchForm(forms.Form):
    """A search and its filters; all of it stands in the address, so a search can be kept as a bookmark."""

    KINDS = [("", _("anything")), *Kind.choices]
    q = forms.CharField(
        required=False,
        max_length=400,
        label=_("Words or a “phrase in quotes”"),
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto", "autocomplete": "off"}),
    )
    source = forms.ChoiceField(required=False, label=_("Source"))
    author = forms.CharField(required=False, max_length=200, label=_("Author"))
    kind = forms.ChoiceField(required=False, choices=KINDS, label=_("Kind"))
    since = a_day(label=_("From"))
    until = a_day(label=_("To"))
    saved = forms.BooleanField(required=False, label=_("Only what I saved"))

    def __init__(self, *args: Any, sources: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("any source")), *sources]

    @property
    def filtered(self) -> bool:
        """Whether any filter is set."""
        return any(self.cleaned_data.get(name) for name in self.fields if name != "q")


class EventFilterForm(forms.Form):
    """What the calendar shows; all of it stands in the address."""

    KINDS = [
        ("", _("anything")),
        ("closing", _("what closes")),
        ("conference", _("conferences")),
        ("meeting", _("meetings")),
        ("webinar", _("webinars")),
        ("call", _("calls for papers and abstracts")),
        ("consultation", _("consultations")),
    ]
    WHERE = [("", _("anywhere")), ("online", _("online")), ("place", _("at a place"))]
    q = forms.CharField(
        required=False,
        max_length=100,
        label=_("Words: a topic, a place, a name"),
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(required=False, choices=KINDS, label=_("Kind"))
    where = forms.ChoiceField(required=False, choices=WHERE, label=_("Where"))
    source = forms.ChoiceField(required=False, label=_("Named by"))
    saved = forms.BooleanField(required=False, label=_("Only what I saved"))

    def __init__(self, *args: Any, sources: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("any source")), *((str(key), name) for key, name in sources)]

    @property
    def filtered(self) -> bool:
        """Whether any filter is set."""
        return any(self.cleaned_data.get(name) for name in self.fields) if self.is_valid() else False

    def filters(self) -> EventFilters:
        asked = self.cleaned_data
        return EventFilters(
            kind=asked["kind"],
            where=asked["where"],
            source=int(asked["source"]) if asked["source"] else None,
            words=asked["q"],
            saved=asked["saved"],
        )


class TagsForm(forms.Form):
    names = forms.CharField(
        required=False,
        max_length=600,
        label=_("Tags, with commas between"),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    def clean_names(self) -> list[str]:
        names = [" ".join(name.split()) for name in self.cleaned_data["names"].split(",")]
        if any(len(name) > 60 for name in names):
            raise ValidationError(_("A tag may have 60 letters at most."))
        return list(dict.fromkeys(name for name in names if name))


class NoteForm(forms.Form):
    text = forms.CharField(max_length=20_000, label=_("A note to yourself"), widget=Area(3))


class HighlightForm(forms.Form):
    quote = forms.CharField(max_length=5_000, label=_("The words"), widget=Area(3))
    near = forms.FloatField(required=False, min_value=0, max_value=1, widget=forms.HiddenInput)


class PassOnForm(forms.Form):
    """Two lines of one's own to chosen people."""

    text = forms.CharField(
        max_length=1000,
        error_messages={"required": _("Write a line or two, so that they know why it comes from you.")},
        label=_("Your two lines"),
        help_text=_("Why you thought of them. The title and the link are added below."),
        widget=Area(3),
    )
    known = forms.MultipleChoiceField(
        required=False, label=_("To"), widget=forms.CheckboxSelectMultiple, choices=()
    )
    others = forms.CharField(
        required=False,
        max_length=2000,
        label=_("To somebody else"),
        help_text=_(
            "Mail addresses, with commas between; names may stand before them: Ada <ada@example.org>"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, known: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["known"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = known
        if not known:
            del self.fields["known"]
            self.fields["others"].label = _("To")

    def clean_others(self) -> list[tuple[str, str]]:
        return recipients_of(self.cleaned_data["others"])


def recipients_of(text: str) -> list[tuple[str, str]]:
    """``(name, address)`` of each person in a line of mail addresses. Raises ValidationError."""
    found: list[tuple[str, str]] = []
    for name, address in getaddresses([text.replace(";", ",").replace("\n", ",")]):
        if not (name or address):
            continue
        try:
            validate_email(address)
        except ValidationError as error:
            wrong = address or name
            raise ValidationError(
                _("“%(wrong)s” is no mail address. Write it like ada@example.org."), params={"wrong": wrong}
            ) from error
        found.append((name, address))
    return found


class ProfileForm(forms.Form):
    """What the brief is made for."""

    job = forms.CharField(
        max_length=300,
        error_messages={"required": _("Say in a few words what you do; the brief is chosen by it.")},
        label=_("Your job, in a sentence"),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    interests = forms.CharField(
        required=False,
        label=_("What you care about, one a line"),
        help_text=_("Topics, methods, names of standards: whatever you would like to hear of first."),
        widget=Area(),
    )
    memberships = forms.CharField(
        required=False,
        label=_("Memberships and libraries, one a line"),
        help_text=_("Sites whose members' pages you can open, for example an association or a journal."),
        widget=Area(3),
    )
    time_zone = forms.ChoiceField(
        error_messages={"required": _("Choose your time zone; “today” depends on it.")},
        label=_("Time zone"),
        choices=(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]

    def clean_interests(self) -> list[str]:
        return lines_of(self.cleaned_data["interests"])

    def clean_memberships(self) -> list[str]:
        return lines_of(self.cleaned_data["memberships"])


class MinutesForm(forms.Form):
    """Minutes for each weekday; none means no brief that day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, name in enumerate(DAY_NAMES):
            self.fields[f"day_{weekday}"] = number(_("Say how many; 0 for none."), 0, label=name)

    def minutes(self) -> list[int]:
        """Monday first."""
        return [int(self.cleaned_data[f"day_{weekday}"]) for weekday in range(WEEKDAYS)]


class DeliveryForm(forms.Form):
    """When and how the brief comes by mail."""

    mail_brief = forms.BooleanField(required=False, label=_("Mail me the brief"))
    email = forms.EmailField(required=False, label=_("To this address"))
    mail_hour = forms.TypedChoiceField(
        coerce=int, label=_("At"), choices=[(hour, f"{hour:02d}:00") for hour in range(24)]
    )
    weekly_day = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label=_("A weekly edition"),
        choices=[("", _("no")), *((number, name) for number, name in enumerate(DAY_NAMES))],
        help_text=_("It is for reading, and covers the seven days before the day it comes."),
    )
    weekly_minutes = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        label=_("Minutes of the weekly edition"),
        help_text=_("Leave it empty for twice the minutes of your fullest day."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("mail_brief") and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Say where the brief should go."))
        return cleaned


class PauseForm(forms.Form):
    until = a_day(
        label=_("Pause until"),
        help_text=_("No brief is made and nothing is mailed until then. Leave it empty to go on."),
    )

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until is not None and until <= timezone.localdate():
            raise ValidationError(_("This day has come already. Choose a later one, or leave it empty."))
        return until


class InviteForm(forms.Form):
    email = forms.EmailField(
        error_messages={"required": _("Say whom to invite: a mail address such as ada@example.org.")},
        label=_("Mail address of the person"),
    )


class AcceptForm(forms.Form):
    """Opening an account by invitation."""

    name = forms.CharField(
        max_length=150,
        error_messages={"required": _("Say how you would like to be called.")},
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    password = forms.CharField(
        max_length=200,
        error_messages={"required": _("Choose a password.")},
        label=_("A password"),
        help_text=_("Ten characters at least; a few words in a row are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password)
        return password


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """The sign-in library's form, asked in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Its name, for example of the device")
        self.initial["name"] = _("This device")
        by_itself = self.fields["passwordless"]
        by_itself.initial = True
        by_itself.label = _("It signs me in by itself, without my password")
        by_itself.help_text = _("Leave it ticked, unless your device refuses.")


class DeleteForm(forms.Form):
    """Deleting an account asks for its own word."""

    sure = forms.CharField(
        error_messages={"required": _("Nothing was deleted: type the word “delete” first.")},
        label=_("Type “delete” to delete your account and everything in it"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_sure(self) -> str:
        sure = str(self.cleaned_data["sure"]).strip().casefold()
        if sure not in {"delete", str(_("delete")).casefold()}:
            raise ValidationError(_("Nothing was deleted: the word was not “delete”."))
        return sure
