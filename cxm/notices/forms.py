"""Forms of this room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cxm.notices.choices import KINDS, Rhythm


class PreferencesForm(forms.Form):
    """Which notices come, and how often the digest."""

    rhythm = forms.ChoiceField(
        label=_("Summary of unread notices by e-mail"), choices=Rhythm, widget=forms.RadioSelect
    )
    kinds = forms.MultipleChoiceField(
        label=_("Tell me when"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is not ticked does not appear in the inbox either."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = [(kind.code, kind.label) for kind in KINDS]  # type: ignore[attr-defined]
