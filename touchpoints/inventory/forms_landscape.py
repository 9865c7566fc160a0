"""Forms for phase models, channels, systems, interfaces and content."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from touchpoints.inventory.forms_finding import PersonField
from touchpoints.inventory.gaps import TRAITS
from touchpoints.inventory.models import Channel, ContentItem, Interface, Phase, PhaseModel, System

MOST_WORDS = 4000  # characters of a description


class BilingualForm(forms.Form):
    """The two names that phases and channels have."""

    name_de = forms.CharField(
        label=_("Name (German)"), max_length=120, widget=forms.TextInput({"autofocus": True})
    )
    name_en = forms.CharField(
        label=_("Name (English)"),
        max_length=120,
        required=False,
        help_text=_("Empty: the German name is shown in English, too."),
    )


class PhaseModelForm(BilingualForm):
    """A phase model."""

    description = forms.CharField(
        label=_("Description"), widget=forms.Textarea, max_length=MOST_WORDS, required=False
    )

    @classmethod
    def of(cls, model: PhaseModel) -> "PhaseModelForm":
        """The form with what is there."""
        return cls(initial={name: getattr(model, name) for name in cls.base_fields})


class PhaseForm(BilingualForm):
    """A phase; those of own models say which default phases they cover."""

    customer_question = forms.CharField(
        label=_("What the customer asks himself"), max_length=200, required=False
    )
    customer_question_en = forms.CharField(label=_("The same in English"), max_length=200, required=False)
    description = forms.CharField(
        label=_("Description"), widget=forms.Textarea, max_length=MOST_WORDS, required=False
    )
    covers = forms.ModelMultipleChoiceField(
        label=_("Covers the phases"),
        queryset=Phase.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Touchpoints and figures of these phases are shown in this one."),
    )

    def __init__(self, *args: Any, model: PhaseModel, phase: Phase | None = None, **kwargs: Any) -> None:
        if phase is not None:
            initial = {name: getattr(phase, name) for name in self.base_fields if name != "covers"}
            kwargs["initial"] = initial | {"covers": [] if model.is_default else list(phase.covers.all())}
        super().__init__(*args, **kwargs)
        if model.is_default:
            del self.fields["covers"]
        else:
            covers: Any = self.fields["covers"]
            covers.queryset = Phase.objects.default()


class ChannelForm(forms.ModelForm[Channel]):
    """A channel."""

    class Meta:
        model = Channel
        fields = ("name_de", "name_en", "kind", "ownership")
        widgets = {"name_de": forms.TextInput({"autofocus": True})}


class MergeChannelForm(forms.Form):
    """Into which channel another one goes."""

    into = forms.ModelChoiceField(label=_("Merge into"), queryset=Channel.objects.none())

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into: Any = self.fields["into"]
        into.queryset = Channel.objects.current().exclude(pk=channel.pk)


class SystemForm(forms.ModelForm[System]):
    """A system."""

    owner = PersonField(label=_("Owner"), required=False)

    class Meta:
        model = System
        fields = ("name", "kind", "vendor", "url", "owner", "description")
        widgets = {"name": forms.TextInput({"autofocus": True})}
        help_texts = {"url": _("Where colleagues reach it, e.g. https://crm.example.com")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.offer(also=self.instance.owner_id)


class InterfaceForm(forms.ModelForm[Interface]):
    """An interface as seen from one system: the other end, the direction, what flows."""

    direction = forms.ChoiceField(
        label=_("Direction"),
        choices=(("out", _("to the other system")), ("in", _("from the other system"))),
        widget=forms.RadioSelect,
        initial="out",
    )
    other = forms.ModelChoiceField(label=_("Other system"), queryset=System.objects.none())

    class Meta:
        model = Interface
        fields = ("carries", "technique", "state")
        widgets = {"carries": forms.TextInput({"autofocus": True})}
        help_texts = {
            "carries": _("Which information, e.g. orders, consents, complaints"),
            "technique": _("e.g. API, nightly file, e-mail"),
        }

    field_order = ("direction", "other", "carries", "technique", "state")

    def __init__(self, *args: Any, system: System, **kwargs: Any) -> None:
        interface: Interface | None = kwargs.get("instance")
        if interface is not None and interface.pk:
            outgoing = interface.source_id == system.pk
            kwargs["initial"] = {
                "direction": "out" if outgoing else "in",
                "other": interface.target_id if outgoing else interface.source_id,
            }
        super().__init__(*args, **kwargs)
        self.system = system
        other: Any = self.fields["other"]
        chosen = kwargs.get("initial", {}).get("other")
        other.queryset = System.objects.filter(Q(is_archived=False) | Q(pk=chosen)).exclude(pk=system.pk)

    @property
    def values(self) -> dict[str, Any]:
        """What the actions want, after the form is found valid."""
        ends = (self.system, self.cleaned_data["other"])
        source, target = ends if self.cleaned_data["direction"] == "out" else reversed(ends)
        return {"source": source, "target": target} | {
            name: self.cleaned_data[name] for name in ("carries", "technique", "state")
        }


class ContentForm(forms.ModelForm[ContentItem]):
    """A piece of content."""

    owner = PersonField(label=_("Owner"), required=False)

    class Meta:
        model = ContentItem
        fields = ("title", "kind", "language", "url", "owner", "expires_on", "phases", "description")
        widgets = {"phases": forms.CheckboxSelectMultiple, "title": forms.TextInput({"autofocus": True})}
        help_texts = {"expires_on": _("The last day on which it is right; empty: for good.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.offer(also=self.instance.owner_id)
        phases: Any = self.fields["phases"]
        phases.queryset = Phase.objects.default()


class ContentOwnerForm(forms.Form):
    """Who looks after the selected content."""

    owner = PersonField(label=_("Owner"), required=False, help_text=_("Empty: nobody."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.offer()


class ContentExpiryForm(forms.Form):
    """Until when the selected content is valid."""

    expires_on = forms.DateField(
        label=_("Valid until"), required=False, help_text=_("The last day; empty: for good.")
    )


def ids_of(values: Iterable[str]) -> list[int]:
    """Numbers among the values of a request, in order; what is none is left out."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]


class MatrixForm(forms.Form):
    """What the matrix shows: which phases, which gaps in the cells, what is counted."""

    model = forms.TypedChoiceField(label=_("Phase model"), coerce=int, empty_value=None, required=False)
    show = forms.MultipleChoiceField(
        label=_("Show in the cells"), widget=forms.CheckboxSelectMultiple, required=False
    )
    further = forms.BooleanField(label=_("Count further phases too"), required=False)
    dense = forms.BooleanField(label=_("Hide channels without touchpoints"), required=False)

    def __init__(self, *args: Any, models: Iterable[PhaseModel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model: Any = self.fields["model"]
        model.choices = [(phase_model.pk, phase_model.name) for phase_model in models]
        show: Any = self.fields["show"]
        show.choices = [(trait.code, trait.label) for trait in TRAITS.values()]
