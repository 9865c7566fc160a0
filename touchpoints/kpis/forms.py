"""Forms of the figures."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from touchpoints.inventory.models import Channel, Touchpoint
from touchpoints.kpis.choices import Shape
from touchpoints.kpis.coding import FactError, Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.models import KpiDefinition, KpiNote, KpiVersion, Segment

COMMON = ("is_shown", "status", "phase", "aspect", "position", "owner", "min_n", "stale_after")


class DeclaredForm(forms.ModelForm[KpiDefinition]):
    """What may be changed of a KPI from the catalogue: where it stands, who keeps it, when it is shown."""

    class Meta:
        model = KpiDefinition
        fields: ClassVar = list(COMMON)


class OwnForm(forms.ModelForm[KpiDefinition]):
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


class MeasurementForm(forms.Form):
    """One measurement by hand: the fields that the shape of the KPI has a use for."""

    day = forms.DateField(label=_("Day"), initial=timezone.localdate)
    value = forms.DecimalField(label=_("Value"), localize=True)
    times = forms.DecimalField(label=_("How often"), initial=1, min_value=1, required=False, localize=True)
    numerator = forms.DecimalField(label=_("Numerator"), min_value=0, localize=True)
    denominator = forms.DecimalField(label=_("Denominator"), min_value=0, localize=True)
    subject = forms.CharField(label=_("Customer (number)"), max_length=80)
    touchpoint = forms.ModelChoiceField(
        label=_("Touchpoint"), queryset=Touchpoint.objects.none(), required=False
    )
    channel = forms.ModelChoiceField(label=_("Channel"), queryset=Channel.objects.none(), required=False)
    segment = forms.ModelChoiceField(label=_("Segment"), queryset=Segment.objects.none(), required=False)
    note = forms.CharField(label=_("Note: where the number comes from"), max_length=300)

    USED: ClassVar[dict[str, tuple[str, ...]]] = {
        Shape.SHARE: ("numerator", "denominator"),
        Shape.RATE: ("numerator", "denominator"),
        Shape.QUOTIENT: ("numerator", "denominator"),
        Shape.DISTINCT: ("subject",),
        Shape.REPEAT: ("subject",),
        Shape.COUNT: ("value",),
        Shape.SUM: ("value",),
    }

    def __init__(self, *args: Any, kpi: KpiDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kpi = kpi
        used = self.USED.get(kpi.shape, ("value", "times"))
        for name in ("value", "times", "numerator", "denominator", "subject"):
            if name not in used:
                del self.fields[name]
        choices: dict[str, Any] = {
            "touchpoint": Touchpoint.objects.current(), "channel": Channel.objects.filter(is_archived=False),
            "segment": Segment.objects.all(),
        }  # fmt: skip
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]  # a ModelChoiceField

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
        parts = {
            n: data[n]
            for n in ("value", "times", "numerator", "denominator", "subject")
            if data.get(n) is not None
        }
        return Fact(
            kpi=self.kpi, day=data["day"], given=Given(**parts), touchpoint=data["touchpoint"], channel=data["channel"],
            segment=data["segment"], source="hand", note=data["note"],
            external_id=f"{timezone.now().isoformat()}",
        )  # fmt: skip
