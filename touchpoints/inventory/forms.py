"""Forms about touchpoints, the people who answer for them, and their standards."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxLengthValidator
from django.db.models import Q, QuerySet
from django.forms.models import fields_for_model, model_to_dict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxm.kit.days import DayField
from cxm.kit.forms import at_most
from cxm.kit.numbers import formats
from touchpoints.inventory.actions.conflicts import Conflict
from touchpoints.inventory.actions.talk import COMMENT_MAX, FILE_MAX
from touchpoints.inventory.choices import Part
from touchpoints.inventory.forms_finding import PersonField, ThingsField, holders
from touchpoints.inventory.forms_landscape import ids_of
from touchpoints.inventory.groups import Group, readable
from touchpoints.inventory.models import (
    Channel,
    Phase,
    Standard,
    Touchpoint,
)

LONG = 10_000  # characters of a text about a touchpoint


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Show what an action refused at the fields of the form; what belongs to none, above them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, messages in error.message_dict.items():
        known = name in form.fields and name != NON_FIELD_ERRORS
        form.add_error(name if known else None, messages)


class NewTouchpointForm(forms.Form):
    """The least that a touchpoint needs; everything else is filled in on its page."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    phase = forms.ModelChoiceField(
        label=gettext_lazy("Phase"),
        queryset=Phase.objects.none(),
        required=False,
        empty_label=gettext_lazy("Not known yet"),
    )
    channel = forms.ModelChoiceField(
        label=gettext_lazy("Channel"),
        queryset=Channel.objects.none(),
        required=False,
        empty_label=gettext_lazy("Not known yet"),
    )
    owner = PersonField(
        label=gettext_lazy("Accountable"), required=False, help_text=gettext_lazy("Empty: nobody yet.")
    )

    def __init__(self, *args: Any, may_assign: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self, phase=Phase.objects.default(), channel=Channel.objects.filter(is_archived=False))
        if may_assign:
            self.fields["owner"].offer()  # type: ignore[attr-defined]
        else:
            del self.fields["owner"]


ADDED_BY_NAME = (
    (
        "hands_over_to",
        "touchpoints",
        gettext_lazy("Hands over to: add by code or name, several with semicolons"),
    ),
    ("systems", "systems", gettext_lazy("Systems: add by name, several with semicolons")),
    ("contents", "contents", gettext_lazy("Content: add by title, several with semicolons")),
)
"""Links of which there may be thousands: the field, where to look, and what the line says."""


class GroupForm(forms.Form):
    """The fields of one group of a touchpoint, with the revision that the editor sees."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, group: Group, touchpoint: Touchpoint, **kwargs: Any) -> None:
        self.touchpoint = touchpoint
        seen = model_to_dict(touchpoint, group.fields) | {"revision": touchpoint.revision}
        super().__init__(*args, **kwargs | {"initial": seen})
        self.fields |= fields_for_model(
            Touchpoint,
            group.fields,
            widgets=dict.fromkeys(
                ("systems", "contents", "further_phases", "hands_over_to"), forms.CheckboxSelectMultiple
            ),
            field_classes=dict.fromkeys(("evidence_on", "trained_on", "improved_on"), DayField),
        )
        _limit_texts(self, rows=3)
        self._narrow(touchpoint)

    def _narrow(self, touchpoint: Touchpoint) -> None:
        """Offer what is in use, and what is chosen already."""
        in_use = Q(is_archived=False)
        _choose_from(
            self,
            phase=Phase.objects.default(),
            further_phases=Phase.objects.default(),
            channel=Channel.objects.filter(in_use | Q(pk=touchpoint.channel_id)),
        )
        if "tags" in self.fields:
            self.fields["tags"].help_text = _("Separate several by commas.")
        if "languages" in self.fields:
            self.fields["languages"].help_text = _("Codes, separated by commas: de, en")
        for name, kind, words in ADDED_BY_NAME:
            if name in self.fields:
                self._add_by_name(name, kind, words)
        self.order_fields([one for name in self.fields for one in (name, f"more_{name}")])

    def _add_by_name(self, name: str, kind: str, words: str | Promise) -> None:
        """What is linked can be ticked off, and a line below takes more by name, however many there are."""
        field: Any = self.fields[name]
        linked = Q(pk__in=getattr(self.touchpoint, name).values("pk"))
        field.queryset = field.queryset.model.objects.filter(linked | Q(is_archived=False))
        posted = self.data.getlist(name) if self.is_bound and hasattr(self.data, "getlist") else []
        shown = dict.fromkeys([*(row.pk for row in self.initial[name]), *ids_of(posted)])
        field.choices = [(row.pk, str(row)) for row in field.queryset.filter(pk__in=shown)] if shown else []
        if not field.choices:
            field.widget = forms.MultipleHiddenInput()
        self.fields[f"more_{name}"] = ThingsField(kind, label=words, required=False)

    def values(self) -> dict[str, Any]:
        """What is to be written, by field."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        for name, _kind, _words in ADDED_BY_NAME:
            if f"more_{name}" in values:
                more = [row for row in values.pop(f"more_{name}") if row != self.touchpoint]
                values[name] = list(dict.fromkeys([*values.get(name, ()), *more]))
        return values


def with_conflict(data: Mapping[str, Any], conflict: Conflict) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The data of a form that lost against a colleague, ready for a second try that is meant, and for each field
    what it says now and what the editor has written."""
    copied: Any = data.copy()  # type: ignore[attr-defined]  # a QueryDict keeps lists
    copied["revision"] = str(conflict.revision)
    rows = [
        {"name": clash.name, "label": clash.label, "theirs": shown(clash.theirs), "mine": shown(clash.mine)}
        for clash in conflict.clashes
    ]
    return copied, rows


def shown(value: Any) -> str:
    """A value of a conflict as text; a dash for nothing."""
    if isinstance(value, QuerySet | list | tuple):
        return ", ".join(str(item) for item in value) or "–"
    return readable(value) or "–"


def _limit_texts(form: forms.Form, *, rows: int) -> None:
    for field in form.fields.values():
        if isinstance(field.widget, forms.Textarea):
            field.validators = [*field.validators, MaxLengthValidator(LONG)]
            field.widget.attrs |= {"maxlength": LONG, "rows": rows}


def _choose_from(form: forms.Form, **querysets: Any) -> None:
    for name, queryset in querysets.items():
        if name in form.fields:
            form.fields[name].queryset = queryset  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    """Who gets which part from when to when. Both days count."""

    part = forms.ChoiceField(label=gettext_lazy("Part"), choices=Part.choices)
    person = PersonField(label=gettext_lazy("Person"))
    since = DayField(label=gettext_lazy("From"))
    last_day = DayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty: until further notice.")
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].offer()  # type: ignore[attr-defined]

    @property
    def until(self) -> date | None:
        """The first day without the part."""
        last = self.cleaned_data.get("last_day")
        return last + timedelta(days=1) if last else None


class EndForm(forms.Form):
    """The last day of a part."""

    last_day = DayField(label=gettext_lazy("Last day"))


class HandOverForm(forms.Form):
    """From whom to whom, from which day, and which touchpoints."""

    person = PersonField(label=gettext_lazy("Who hands over"), kind="holders")
    successor = PersonField(label=gettext_lazy("Who takes over"))
    on = DayField(label=gettext_lazy("First day of the successor"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self, person=holders())
        self.fields["successor"].offer()  # type: ignore[attr-defined]


class BulkOwnerForm(forms.Form):
    """Who becomes accountable for many, from when."""

    person = PersonField(label=gettext_lazy("Accountable"))
    since = DayField(label=gettext_lazy("From"), initial=timezone.localdate)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].offer()  # type: ignore[attr-defined]


class BulkPhaseForm(forms.Form):
    """One phase for many."""

    phase = forms.ModelChoiceField(label=gettext_lazy("Phase"), queryset=Phase.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self, phase=Phase.objects.default())


class BulkChannelForm(forms.Form):
    """One channel for many."""

    channel = forms.ModelChoiceField(
        label=gettext_lazy("Channel"), queryset=Channel.objects.filter(is_archived=False)
    )


class BulkTagForm(forms.Form):
    """One more tag for many."""

    tag = forms.CharField(label=gettext_lazy("Tag"), max_length=40)


class BulkRhythmForm(forms.Form):
    """How often many are looked after."""

    review_every = forms.IntegerField(
        label=gettext_lazy("Review every … days"), min_value=7, max_value=1500, initial=Touchpoint.REVIEW_DAYS
    )


class BulkArchiveForm(forms.Form):
    """Nothing to ask but whether."""


class ReviewForm(forms.Form):
    """When somebody looked after touchpoints, and what he found."""

    on = DayField(label=gettext_lazy("Reviewed on"), initial=timezone.localdate)
    note = forms.CharField(
        label=gettext_lazy("What was found"),
        widget=forms.Textarea({"rows": 2}),
        max_length=2000,
        required=False,
    )

    def clean_on(self) -> date:
        """A review has happened already."""
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day


class CommentForm(forms.Form):
    """A remark."""

    text = forms.CharField(
        label=gettext_lazy("Comment"),
        widget=forms.Textarea({"rows": 3}),
        max_length=COMMENT_MAX,
        help_text=gettext_lazy("Name people with @, for example @Anna Ahlers: they get a notice."),
    )


class FileForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=255,
        widget=forms.FileInput(at_most(FILE_MAX)),
        help_text=gettext_lazy("Pictures, PDF, office documents and texts up to 20 MB."),
    )


class StandardForm(forms.Form):
    """The texts of a draft, with the revision that the writer sees."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    FIELDS = (*Standard.TEXTS, "change_note", "is_material")

    def __init__(self, *args: Any, standard: Standard, **kwargs: Any) -> None:
        seen = model_to_dict(standard, self.FIELDS) | {"revision": standard.revision}
        super().__init__(*args, **kwargs | {"initial": seen})
        self.fields |= fields_for_model(Standard, self.FIELDS)
        _limit_texts(self, rows=5)
        self.fields["ideal_experience"].help_text = _(
            "How it should feel for customers. Needed for publishing."
        )
        self.fields["process"].help_text = _("What happens step by step. Needed for publishing.")
        self.fields["service_level"].help_text = _("For example: an answer within four hours.")
        self.fields["is_material"].help_text = _(
            "Who works here is told, and counts as trained only after a training on this version."
        )

    def values(self) -> dict[str, Any]:
        """What is to be written, by field."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


def day_text(day: date | None) -> str:
    """A day as the reader writes it."""
    return formats().date(day)
