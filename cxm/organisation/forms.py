"""Forms of this room."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import Language, User
from cxm.accounts.permissions import INVITED_AS
from cxm.kit.access import Role
from cxm.kit.days import DayField
from cxm.organisation.models import Company, Person, Unit
from cxm.organisation.trees import unit_choices


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """A unit, chosen from the tree."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Unit.objects.all(), **kwargs)

    def offer(self, empty: Any) -> None:
        """Show the units as a tree, with `empty` for none."""
        self.widget.choices = [("", empty), *unit_choices()]


class SetUpForm(forms.Form):
    """The first page of a new installation."""

    company = forms.CharField(label=_("Company"), max_length=150)
    language = forms.ChoiceField(
        label=_("Language of the company"), choices=Language, widget=forms.RadioSelect, initial=Language.DE
    )
    name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=lazy(password_validators_help_text_html, str)(),
    )

    def clean_password(self) -> str:
        """A password that is not too easy to guess."""
        password = str(self.cleaned_data["password"])
        name, email = self.cleaned_data.get("name", ""), self.cleaned_data.get("email", "")
        validate_password(password, User(name=name, email=email))
        return password


class CompanyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Settings of the company."""

    class Meta:
        model = Company
        fields = ("name", "language")
        help_texts = {"language": _("Suggested for new accounts; everybody may choose his own.")}


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What is known of a person."""

    unit = UnitField(label=_("Unit"), required=False)

    class Meta:
        model = Person
        fields = ("name", "position", "email", "phone", "unit", "lead", "joined_on")
        field_classes: ClassVar = {"joined_on": DayField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(_("No unit"))  # type: ignore[attr-defined]
        leads = Person.objects.present().exclude(pk=self.instance.pk)
        self.fields["lead"].queryset = leads  # type: ignore[attr-defined]
        self.fields["lead"].empty_label = _("Nobody")  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        """Nobody else's address."""
        email = str(self.cleaned_data["email"]).lower()
        if email and Person.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a person with this e-mail already."))
        return email


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A unit and where it stands."""

    parent = UnitField(label=_("Part of"), required=False)

    class Meta:
        model = Unit
        fields = ("name", "code", "parent")
        help_texts = {"code": _("For example the cost centre.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].offer(_("Nothing, it stands at the top"))  # type: ignore[attr-defined]


class IntoForm(forms.Form):
    """Where people go."""

    into = UnitField(label=_("To which unit"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].offer(_("No unit"))  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    """As what people are invited."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, role.label) for role in INVITED_AS],
        initial=Role.EMPLOYEE,
        help_text=_("More roles are given by an administrator on the page of the user."),
    )


class LeavingForm(forms.Form):
    """When somebody leaves."""

    last_day = DayField(
        label=_("Last day at the company"),
        widget=forms.DateInput,
        help_text=_("The account is closed on the day after."),
    )

    @property
    def left_on(self) -> Any:
        """The first day without the person."""
        return self.cleaned_data["last_day"] + timedelta(days=1)


class AbsenceForm(forms.Form):
    """An absence with its deputy."""

    since = DayField(label=_("First day"), widget=forms.DateInput)
    until = DayField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Empty: until further notice."),
    )
    deputy = forms.ModelChoiceField(
        label=_("Deputy"), queryset=Person.objects.none(), required=False, empty_label=_("Nobody")
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Colleagues see it. No reasons of health."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.present().exclude(pk=person.pk)
        self.fields["deputy"].queryset = people  # type: ignore[attr-defined]
        self.fields["since"].initial = timezone.localdate()


class AccountForm(forms.Form):
    """Which account belongs to a person."""

    user = forms.ModelChoiceField(label=_("Account"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(person=None)  # type: ignore[attr-defined]


class SponsorForm(forms.Form):
    """Who is executive sponsor."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.present()  # type: ignore[attr-defined]
