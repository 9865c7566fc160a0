"""Forms about touchpoints, the people who answer for them, and their standards."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.forms.models import fields_for_model, model_to_dict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxm.kit.numbers import formats
from cxm.organisation.models import Person
from touchpoints.inventory.actions.conflicts import Conflict
from touchpoints.inventory.actions.talk import COMMENT_MAX
from touchpoints.inventory.choices import Part
from touchpoints.inventory.groups import Group, readable
from touchpoints.inventory.models import (
    Channel,
    ContentItem,
    Phase,
    Responsibility,
    Standard,
    System,
    Touchpoint,
)

LONG = 10_000  # characters of a text about a touchpoint
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2200, 1, 1)


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Show what an action refused at the fields of the form; what belongs to none, above them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, messages in error.message_dict.items():
        known = name in form.fields and name != NON_FIELD_ERRORS
        form.add_error(name if known else None, messages)


class PersonField(forms.ModelChoiceField[Person]):
    """Somebody who works here, with position and unit to tell namesakes apart."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Person.objects.none(), **{"empty_label": gettext_lazy("Please choose")} | kwargs
        )

    def offer(self, *, at: date | None = None, also: int | None = None) -> None:
        """Offer those who belong to the company on that day, and one more person if wanted."""
        present = Person.objects.present(at).values("pk")
        self.queryset = Person.objects.filter(Q(pk__in=present) | Q(pk=also)).select_related("unit")

    def label_from_instance(self, obj: Any) -> str:
        details = ", ".join(str(part) for part in (obj.position, obj.unit or "") if part)
        return f"{obj.name} – {details}" if details else obj.name


class DayField(forms.DateField):
    """A day between 1900 and 2200: beyond, it is a slip of the keyboard."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators += [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]


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
        label=gettext_lazy("Accountable"), required=False, empty_label=gettext_lazy("Nobody yet")
    )

    def __init__(self, *args: Any, may_assign: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self, phase=Phase.objects.default(), channel=Channel.objects.filter(is_archived=False))
        if may_assign:
            self.fields["owner"].offer()  # type: ignore[attr-defined]
        else:
            del self.fields["owner"]


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
            systems=System.objects.filter(in_use | Q(touchpoints=touchpoint)).distinct(),
            contents=ContentItem.objects.filter(in_use | Q(touchpoints=touchpoint)).distinct(),
            hands_over_to=touchpoint.hands_over_to.all(),
        )
        if "tags" in self.fields:
            self.fields["tags"].help_text = _("Separate several by commas.")
        if "languages" in self.fields:
            self.fields["languages"].help_text = _("Codes, separated by commas: de, en")
        if "hands_over_to" in self.fields:
            chosen = self.initial["hands_over_to"]
            self.fields["hands_over_to"].choices = [(row.pk, row.name) for row in chosen]  # type: ignore[attr-defined]
            self.fields["more_hand_overs"] = TouchpointsField(
                label=_("Add: code or name, several separated by semicolons"), required=False
            )

    def values(self) -> dict[str, Any]:
        """What is to be written, by field."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        if "more_hand_overs" in values:
            more = [row for row in values.pop("more_hand_overs") if row != self.touchpoint]
            values["hands_over_to"] = [*values["hands_over_to"], *more]
        return values


class TouchpointsField(forms.CharField):
    """Touchpoints named by code or by name, separated by semicolons."""

    def to_python(self, value: Any) -> Any:
        words = [word.strip() for word in (super().to_python(value) or "").split(";") if word.strip()]
        return [self._found(word) for word in words[:50]]

    def validate(self, value: Any) -> None:
        """Whatever was found is valid."""

    def run_validators(self, value: Any) -> None:
        """None: the words were looked up."""

    @staticmethod
    def _found(word: str) -> Touchpoint:
        current = Touchpoint.objects.current()
        found = list(current.filter(Q(code__iexact=word) | Q(name__iexact=word))[:2])
        if len(found) == 1:
            return found[0]
        text = (
            _("“%(word)s” is the name of several touchpoints; use the code.")
            if found
            else _("There is no touchpoint “%(word)s”.")
        )
        raise ValidationError(text % {"word": word})


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

    person = PersonField(label=gettext_lazy("Who hands over"))
    successor = PersonField(label=gettext_lazy("Who takes over"))
    on = DayField(label=gettext_lazy("First day of the successor"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holding = Responsibility.objects.since().filter(touchpoint__in=Touchpoint.objects.current())
        people = Person.objects.filter(pk__in=holding.values("person")).select_related("unit")
        _choose_from(self, person=people)
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
