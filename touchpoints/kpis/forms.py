"""Forms of the figures."""

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from touchpoints.inventory.forms_finding import PersonField
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis.choices import BY_HAND, ON_A_SCALE, Shape
from touchpoints.kpis.coding import FactError, Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.models import KpiDefinition, KpiNote, KpiVersion, Segment

COMMON = (
    "is_shown", "is_headline", "status", "phase", "aspect", "position", "owner", "min_n", "stale_after", "grain",
)  # fmt: skip


class _KpiForm(forms.ModelForm[KpiDefinition]):
    """A KPI, whose owner is found by his name."""

    owner = PersonField(label=_("Owner"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.offer(also=self.instance.owner_id)


class DeclaredForm(_KpiForm):
    """What may be changed of a KPI from the catalogue: where it stands, who keeps it, when it is shown."""

    class Meta:
        model = KpiDefinition
        fields: ClassVar = list(COMMON)


class OwnForm(_KpiForm):
    """A KPI of the company's own."""

    class Meta:
        model = KpiDefinition
        fields: ClassVar = [
            "code", "name_de", "name_en", "shape", "unit", "aim", "scale_low", "scale_high", "box", "q", "factor",
            "is_census", "formula", "numerator", "denominator", "source", "hint", *COMMON, "settles_after",
        ]  # fmt: skip


class TargetForm(forms.Form):
    """What is wanted from a day on."""

    value = forms.DecimalField(label=_("Target"), localize=True)
    tolerance = forms.DecimalField(label=_("Tolerance"), min_value=0, required=False, localize=True)
    since = forms.DateField(label=_("From"), initial=timezone.localdate)
    until = forms.DateField(label=_("Until (not included)"), required=False)
    note = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def clean(self) -> dict[str, Any] | None:
        """The end lies behind the start."""
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["until"] <= data["since"]:
            self.add_error("until", ValidationError(_("The end lies before the start.")))
        return data


class NoteForm(forms.ModelForm[KpiNote]):
    """A remark on the time line."""

    everywhere = forms.BooleanField(label=_("Show on all KPIs"), required=False)

    class Meta:
        model = KpiNote
        fields: ClassVar = ["day", "text"]


class VersionForm(forms.ModelForm[KpiVersion]):
    """From a day on the KPI is counted in another way."""

    class Meta:
        model = KpiVersion
        fields: ClassVar = ["valid_from", "note", "formula"]


class RemoveForm(forms.Form):
    """Why a measurement goes."""

    note = forms.CharField(label=_("Why it goes"), max_length=300)


class CloseForm(forms.Form):
    """What was found about an alarm."""

    note = forms.CharField(
        label=_("What was found"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class MeasurementForm(forms.Form):
    """One measurement by hand: the fields that the shape of the KPI has a use for."""

    day = forms.DateField(label=_("Day"), initial=timezone.localdate)
    value = forms.DecimalField(label=_("Value"), localize=True)
    times = forms.DecimalField(label=_("How often"), initial=1, min_value=1, required=False, localize=True)
    promoters = forms.DecimalField(label=_("Promoters (9 and 10)"), min_value=0, localize=True)
    detractors = forms.DecimalField(label=_("Detractors (0 to 6)"), min_value=0, localize=True)
    numerator = forms.DecimalField(label=_("Numerator"), localize=True)
    denominator = forms.DecimalField(label=_("Denominator (n)"), min_value=0, localize=True)
    squares = forms.DecimalField(label=_("Sum of squares"), min_value=0, localize=True)
    subject = forms.CharField(label=_("Customer number"), max_length=80)
    touchpoint = forms.ModelChoiceField(
        label=_("Touchpoint"), queryset=Touchpoint.objects.none(), required=False
    )
    phase = forms.ModelChoiceField(label=_("Phase"), queryset=Phase.objects.none(), required=False)
    channel = forms.ModelChoiceField(label=_("Channel"), queryset=Channel.objects.none(), required=False)
    segment = forms.ModelChoiceField(label=_("Segment"), queryset=Segment.objects.none(), required=False)
    note = forms.CharField(label=_("Note: where the number comes from"), max_length=300)
    # Made when the form is shown: sent twice (a double click, the back button) it counts once.
    ticket = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    # The second way is for numbers that come as sums; then the first is left empty.
    USED: ClassVar[dict[str, tuple[str, ...]]] = {
        Shape.SHARE: ("numerator", "denominator"),
        Shape.RATE: ("numerator", "denominator"),
        Shape.QUOTIENT: ("numerator", "denominator"),
        Shape.NPS: ("value", "times", "promoters", "detractors", "denominator"),
        Shape.TOP_BOX: ("value", "times", "numerator", "denominator"),
        Shape.MEAN: ("value", "times", "numerator", "denominator", "squares"),
        Shape.PERCENTILE: ("value", "times"),
        Shape.DISTINCT: ("subject",),
        Shape.REPEAT: ("subject",),
        Shape.COUNT: ("value",),
        Shape.SUM: ("value", "denominator"),
    }
    NUMBERS = ("value", "times", "promoters", "detractors", "numerator", "denominator", "squares", "subject")

    def __init__(self, *args: Any, kpi: KpiDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kpi = kpi
        used = self.USED[kpi.shape]
        for name in self.NUMBERS:
            if name not in used:
                del self.fields[name]
            else:  # what is needed depends on what else is given: the room's own rules say it
                self.fields[name].required = False
        self.explain()
        choices: dict[str, Any] = {
            "touchpoint": Touchpoint.objects.current(), "phase": Phase.objects.default(),
            "channel": Channel.objects.filter(is_archived=False), "segment": Segment.objects.all(),
        }  # fmt: skip
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]  # a ModelChoiceField

    def explain(self) -> None:
        """Say at the fields what this KPI counts, and that sums are another way."""
        kpi = self.kpi
        for part in ("numerator", "denominator"):
            if part in self.fields:
                self.fields[part].help_text = str(kpi.words(part))
        if "value" in self.fields:
            low, high = kpi.scale or (0, 0)
            step = gettext("A whole step from %(low)s to %(high)s.") % {"low": low, "high": high}
            words = str(step if kpi.shape in ON_A_SCALE else kpi.words("numerator"))
            if "numerator" in self.fields or "promoters" in self.fields:
                words = " ".join((words, gettext("Leave it empty if you enter sums below.")))
            self.fields["value"].help_text = words
        self.fields["phase"].help_text = _("Empty: the phase of the touchpoint, else the home of the KPI.")

    def clean(self) -> dict[str, Any] | None:
        """The room's own rules, with the reason at the field."""
        super().clean()
        if not self.errors:
            try:
                self.fact.row(today=timezone.localdate(), entered_by=None)
            except FactError as error:
                self.add_error(error.field if error.field in self.fields else None, str(error))
        return self.cleaned_data

    @property
    def fact(self) -> Fact:
        """The measurement that the form describes."""
        data = self.cleaned_data
        numbers = {name: data[name] for name in self.NUMBERS if data.get(name) not in (None, "")}
        return Fact(
            kpi=self.kpi, day=data["day"], given=Given(**numbers), touchpoint=data["touchpoint"], phase=data["phase"],
            channel=data["channel"], segment=data["segment"], source=BY_HAND, note=data["note"],
            external_id=str(data["ticket"]),
        )  # fmt: skip
