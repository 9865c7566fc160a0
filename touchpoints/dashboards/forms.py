"""Forms of the dashboards."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from touchpoints.dashboards.choices import Answer, Rhythm
from touchpoints.dashboards.models import Decision
from touchpoints.inventory.models import Phase


class DecisionForm(forms.ModelForm[Decision]):
    """A question to the sponsor."""

    class Meta:
        model = Decision
        fields: ClassVar = ["question", "reason", "phase", "due_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phase = self.fields["phase"]
        phase.queryset = Phase.objects.default()  # type: ignore[attr-defined]  # a ModelChoiceField
        phase.empty_label = _("The whole journey")  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The sponsor's answer."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[(a.value, a.label) for a in Answer if a != Answer.OPEN],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)


class ReportForm(forms.Form):
    """How often the page comes by mail."""

    rhythm = forms.ChoiceField(
        label=_("By mail as PDF"), choices=[("", _("Not at all")), *Rhythm.choices], required=False
    )
