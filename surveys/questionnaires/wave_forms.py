"""Forms about waves: planning one, choosing who is asked, another name or end."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxm.kit.access import Role
from cxm.organisation.models import Person, Unit
from surveys.questionnaires.choices import HEAVIEST, Leading, Status, Use, Whom, theme_name, weighs
from surveys.questionnaires.customers import MOST_CUSTOMERS, Customer, Listed, as_lines, pasted, uploaded
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.population import Circle
from surveys.questionnaires.sheet import sheet_of
from touchpoints.inventory.models import Touchpoint

LONGEST_RUN = timedelta(days=5 * 365)
MOST_EMAILS = 2_000


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Show what an action refused at the fields of the form; what belongs to none, above them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, messages in error.message_dict.items():
        known = name in form.fields and name != NON_FIELD_ERRORS
        form.add_error(name if known else None, messages)


class QuestionnaireForm(forms.Form):
    """Which questionnaire is asked: one that has been published."""

    questionnaire = forms.ModelChoiceField(
        label=gettext_lazy("Questionnaire"), queryset=Questionnaire.objects.none()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = Questionnaire.objects.live().filter(versions__status=Status.PUBLISHED)
        self.offered = published.exclude(use=Use.QUIZ)  # courses ask for their quizzes themselves
        self.fields["questionnaire"].queryset = self.offered  # type: ignore[attr-defined]

    @property
    def has_any(self) -> bool:
        """Whether there is one to choose."""
        return self.offered.exists()


class WaveForm(forms.Form):
    """Name and end of a wave."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("For example: autumn 2026")
    )
    closes_at = forms.DateTimeField(
        label=gettext_lazy("Takes answers until"),
        required=False,
        help_text=gettext_lazy("Empty: until somebody closes it."),
        widget=forms.DateTimeInput,
    )

    def clean_closes_at(self) -> Any:
        """A moment that is still to come."""
        found = self.cleaned_data["closes_at"]
        if found and found <= timezone.now():
            raise ValidationError(_("This moment is over."))
        if found and found > timezone.now() + LONGEST_RUN:
            raise ValidationError(_("At most five years from now."))
        return found


class PlanForm(WaveForm):
    """A new wave. Customers are asked at a touchpoint; themes of an assessment have weights."""

    touchpoint = forms.CharField(
        label=gettext_lazy("Touchpoint"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Code or name. Answers then count for the KPIs of this touchpoint."),
    )

    def __init__(self, data: Any = None, *, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.themes: list[str] = []
        if questionnaire.use == Use.ASSESSMENT:
            version = questionnaire.versions.published().first()
            items = sheet_of(version).items if version else ()
            themes = dict.fromkeys(item.theme for item in items if item.theme)
            self.themes = [code for code in themes if weighs(code)]
            del self.fields["touchpoint"]
        for theme in self.themes:
            self.fields[f"weight_{theme}"] = forms.DecimalField(
                label=_("Weight of the theme “%(theme)s”") % {"theme": theme_name(theme)}, min_value=0,
                max_value=HEAVIEST, decimal_places=2, initial=1,
            )  # fmt: skip

    def clean_touchpoint(self) -> Touchpoint | None:
        """The one touchpoint of this code or name."""
        said = self.cleaned_data["touchpoint"].strip()
        if not said:
            return None
        live = Touchpoint.objects.filter(is_archived=False)
        found = list(live.filter(code__iexact=said)[:2]) or list(live.filter(name__iexact=said)[:2])
        if not found:
            raise ValidationError(_("There is no touchpoint of this code or name."))
        if len(found) > 1:
            raise ValidationError(_("Several touchpoints have this name; give the code."))
        return found[0]

    @property
    def weights(self) -> Mapping[str, str]:
        """The weights as they are frozen."""
        return {theme: str(self.cleaned_data[f"weight_{theme}"].normalize()) for theme in self.themes}


class CustomersForm(forms.Form):
    """A list of customers, pasted, as a file or both. What a file says stands in the text from then on, so that it is
    looked over and sent again without the file."""

    customers = forms.CharField(
        label=gettext_lazy("Customers"), required=False, strip=False, max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "One in each line: e-mail address; if you like also name and language (de or en), set apart by comma, "
            "semicolon or tab. At most 10,000."
        ),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("The list as a file"), required=False, max_length=250, allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        help_text=gettext_lazy("CSV or XLSX with the columns e-mail, name and language, at most 5 MB."),
    )  # fmt: skip
    needs_customers = True
    listed: Listed

    def clean(self) -> dict[str, Any]:
        """Read both; each mistake is said with its line."""
        found = super().clean() or {}
        self.listed = Listed()
        if self.needs_customers and "customers" in found:
            text = found["customers"]
            self.listed.add(pasted(text))
            if self.listed.faults:
                self.add_error("customers", self.listed.complaints)
            if found.get("file"):
                self._take_file(text, found["file"])
            if not self.listed.customers and not self.errors:
                self.add_error("customers", _("Give at least one address."))
            if len(self.listed.customers) > MOST_CUSTOMERS:
                self.add_error("customers", _("At most 10,000 customers at once."))
        return found

    def _take_file(self, text: str, file: Any) -> None:
        """Count what the file says, and put it below the text, whose lines keep their numbers."""
        try:
            from_file = Listed().add(uploaded(file))
        except ValidationError as error:
            self.add_error("file", error)
            return
        if from_file.faults:
            self.add_error("file", from_file.complaints)
            return
        fresh = {k: one for k, one in from_file.customers.items() if k not in self.listed.customers}
        self.listed.again += from_file.again + len(from_file.customers) - len(fresh)
        self.listed.customers |= fresh
        data = self.data.copy() if isinstance(self.data, QueryDict) else dict(self.data)
        data[self.add_prefix("customers")] = f"{text.rstrip()}\n" * bool(text.strip()) + as_lines(
            fresh.values()
        )
        self.data = data

    @property
    def found(self) -> list[Customer]:
        """The customers of the list, each once."""
        return list(self.listed.customers.values())


class OpenForm(forms.Form):
    """Who is asked, and who of them counts as a leader."""

    whom = forms.ChoiceField(
        label=gettext_lazy("Who is asked"), choices=[pair for pair in Whom.choices if pair[0] != Whom.CUSTOMERS],
        widget=forms.RadioSelect, initial=Whom.EVERYBODY
    )  # fmt: skip
    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Units"), queryset=Unit.objects.all(), required=False
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    leading = forms.ChoiceField(
        label=gettext_lazy("Who counts as a leader"), choices=Leading.choices, widget=forms.RadioSelect,
        initial=Leading.LEADS,
    )  # fmt: skip
    emails = forms.CharField(
        label=gettext_lazy("E-mail addresses of the leaders"), required=False, widget=forms.Textarea,
        max_length=100_000, help_text=gettext_lazy("One in each line."),
    )  # fmt: skip

    def clean_emails(self) -> list[str]:
        """Addresses of people who work here."""
        said = list(dict.fromkeys(self.cleaned_data["emails"].split()))
        if len(said) > MOST_EMAILS:
            raise ValidationError(_("At most 2,000 addresses."))
        for address in said:
            validate_email(address)
        people = Person.objects.present().filter(email__in=said)
        unknown = sorted(set(said) - set(people.values_list("email", flat=True)))
        if unknown:
            raise ValidationError(
                _("Nobody here has this address: %(emails)s") % {"emails": ", ".join(unknown[:10])}
            )
        return said

    def clean(self) -> dict[str, Any]:
        """What a choice needs."""
        found = super().clean() or {}
        needs = {
            Whom.UNITS: ("units", _("Choose at least one unit.")),
            Whom.ROLES: ("roles", _("Choose at least one role.")),
        }
        if (need := needs.get(found.get("whom", ""))) and not found.get(need[0]):
            self.add_error(*need)
        if found.get("leading") == Leading.CHOSEN and not found.get("emails") and "emails" not in self.errors:
            self.add_error("emails", _("Give at least one address."))
        return found

    @property
    def circle(self) -> Circle:
        """The people that it chooses."""
        said = self.cleaned_data
        return Circle(
            whom=said["whom"], units=[unit.pk for unit in said["units"]], roles=said["roles"],
            leading=said.get("leading", Leading.NOBODY), emails=said.get("emails", ()),
        )  # fmt: skip


class OpenForCustomersForm(CustomersForm, OpenForm):
    """Who is asked by a survey of customers: a list of them, or as in every wave. Nobody leads there."""

    leading = None  # type: ignore[assignment]
    emails = None  # type: ignore[assignment]
    field_order = ("whom", "customers", "file", "units", "roles")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = (Whom.CUSTOMERS, Whom.NOBODY)
        rest = [(value, label) for value, label in Whom.choices if value not in first]
        self.fields["whom"].choices = [(one.value, one.label) for one in first] + rest  # type: ignore[attr-defined]
        self.fields["whom"].initial = Whom.CUSTOMERS

    def clean(self) -> dict[str, Any]:
        """The list counts where customers are chosen."""
        self.needs_customers = self.cleaned_data.get("whom") == Whom.CUSTOMERS
        return super().clean()
