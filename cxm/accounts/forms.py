"""Forms of this room."""

import zoneinfo
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import Invitation, Language, SavedView, Scope, Theme, User
from cxm.kit.access import Role
from cxm.kit.days import DayField

KEY_LIFE = timedelta(days=365)  # suggested for a new API key


class RolesField(forms.MultipleChoiceField):
    """Roles as a list of boxes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, **kwargs
        )


class UserForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What an administrator changes of an account."""

    roles = RolesField()

    class Meta:
        model = User
        fields = ("name", "email", "language", "roles")

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["email"]).lower()


class RoleForm(forms.Form):
    """One more role for several accounts."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class InviteForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Whom to invite."""

    roles = RolesField()

    class Meta:
        model = Invitation
        fields = ("name", "email", "language", "roles")
        help_texts = {"language": _("Language of the mail and of cxm after the first sign-in.")}


class AcceptForm(forms.Form):
    """How an invited person opens his account."""

    name = forms.CharField(
        label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=lazy(password_validators_help_text_html, str)(),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        """A password that is not too easy to guess."""
        password = str(self.cleaned_data["password"])
        validate_password(password, User(name=self.cleaned_data.get("name", ""), email=self.email))
        return password


def zones() -> list[tuple[str, str]]:
    """All time zones that are named after a place."""
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name and "Etc/" not in name)
    return [(name, name.replace("_", " ")) for name in ["UTC", *names]]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What everybody changes for himself."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    class Meta:
        model = User
        fields = ("name", "language", "time_zone", "theme")
        widgets = {"theme": forms.RadioSelect, "language": forms.RadioSelect}


class KeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Which system uses it, for example “Shop”.")
    )
    user = forms.ModelChoiceField(
        label=_("Acts for"),
        queryset=User.objects.none(),
        empty_label=None,
        help_text=_("The key may do what this person may do; the history names the person."),
    )
    scope = forms.ChoiceField(label=_("Scope"), choices=Scope, widget=forms.RadioSelect)
    last_day = DayField(
        label=_("Valid until"), required=False, help_text=_("Empty: until it is withdrawn."),
        widget=forms.DateInput,
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, may_choose: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = timezone.localdate() + KEY_LIFE
        self.initial = {"user": user.pk, "scope": Scope.READ, "last_day": day}
        users = User.objects.active() if may_choose else User.objects.filter(pk=user.pk)
        self.fields["user"].queryset = users  # type: ignore[attr-defined]
        if not may_choose:
            del self.fields["user"]

    def clean_last_day(self) -> Any:
        """Not in the past."""
        day = self.cleaned_data["last_day"]
        if day and day < timezone.localdate():
            raise ValidationError(_("Choose a day in the future."))
        return day

    @property
    def expires_at(self) -> datetime | None:
        """The end of the last day, in the time zone of the person who chose it."""
        day = self.cleaned_data["last_day"]
        if not day:
            return None
        return timezone.make_aware(datetime.combine(day, time.min)) + timedelta(days=1)


class ViewForm(forms.Form):
    """A list as it stands, under a name."""

    page = forms.CharField(max_length=80, widget=forms.HiddenInput)
    back = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    name = forms.CharField(
        label=SavedView._meta.get_field("name").verbose_name, max_length=80,
        help_text=_("An own view of the same name is replaced."),
    )  # fmt: skip
    is_default = forms.BooleanField(label=_("Open the page with this view from now on"), required=False)
    shared = forms.BooleanField(label=_("Everybody sees this view"), required=False)

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["shared"]


class SwitchForm(forms.Form):
    """The quick switches of language and appearance."""

    language = forms.ChoiceField(choices=Language, required=False)
    theme = forms.ChoiceField(choices=Theme, required=False)
