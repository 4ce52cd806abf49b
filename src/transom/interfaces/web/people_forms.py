"""What people write into the boxes about people, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from transom.apps.people.selectors import Choice
from transom.interfaces.web.forms import Area


class DirectoryForm(forms.Form):
    """Whom the directory shows; all of it stands in the address."""

    name = forms.CharField(
        required=False,
        max_length=120,
        label=_("Name"),
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto", "autocomplete": "off"}),
    )
    topic = forms.CharField(
        required=False,
        max_length=120,
        label=_("Writes about"),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    channel = forms.ChoiceField(required=False, label=_("Seen in"))
    organisation = forms.ChoiceField(required=False, label=_("Works at"))
    group = forms.ChoiceField(required=False, label=_("Sits on"))
    region = forms.ChoiceField(required=False, label=_("Writes from (by web address)"))
    known = forms.BooleanField(required=False, label=_("Only people I know"))

    def __init__(self, *args: Any, choices: Mapping[str, Sequence[Choice]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, found in choices.items():
            field = self.fields[kind]
            assert isinstance(field, forms.ChoiceField)
            if len(found) < (2 if kind == "channel" else 1):
                del self.fields[kind]
            else:
                named = [(str(one.id), f"{one.label} ({one.count})") for one in found]
                field.choices = [("", _("any")), *named]

    @property
    def filtered(self) -> bool:
        """Whether anything is asked for."""
        return any(self.cleaned_data.get(name) for name in self.fields)


class PersonNoteForm(forms.Form):
    text = forms.CharField(required=False, max_length=20_000, label=_("A note to yourself"), widget=Area(3))
