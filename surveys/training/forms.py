"""Forms of this room."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cxm.kit.access import Role
from cxm.kit.forms import at_most
from cxm.organisation.models import Person, Unit
from surveys.training.actions.courses import CAPTIONS_MAX, VIDEO_MAX
from surveys.training.choices import NAMES, LessonKind, RuleKind
from surveys.training.models import Course, Lesson
from surveys.training.quizzes import Written, answers_of
from touchpoints.inventory.models import Touchpoint


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Show what an action refused at the fields of the form; what belongs to none, above them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error.messages)
        return
    for name, messages in error.message_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, messages)


class CourseForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What a course is and how often it has to be taken."""

    class Meta:
        model = Course
        fields = ("name", "summary", "language", "days_to_learn", "refresh_months", "refresh_month")
        help_texts = {
            "refresh_months": _("Empty: the certificate holds until what is taught changes."),
            "days_to_learn": _("Counted from the day of the assignment."),
        }


class LessonForm(forms.Form):
    """One lesson; of the fields below the text those of its kind count."""

    kind = forms.ChoiceField(label=_("Kind"), choices=LessonKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=150)
    body = forms.CharField(
        label=_("Text"), required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Markdown: # heading, **bold**, - list, [words](address)."),
    )  # fmt: skip
    touchpoint = forms.ModelChoiceField(
        label=_("Touchpoint whose standard is taught"), required=False, empty_label=_("none"),
        queryset=Touchpoint.objects.none(),
        help_text=_("The standard is shown as it is on the day of reading; a material change is asked again."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Video or file"), required=False, widget=forms.FileInput(at_most(VIDEO_MAX)),
        help_text=_("A video as MP4 or WebM of at most 500 MB; another file of at most 20 MB."),
    )  # fmt: skip
    captions = forms.FileField(
        label=_("Captions of the video"), required=False, widget=forms.FileInput(at_most(CAPTIONS_MAX)),
        help_text=_("A WebVTT file (.vtt). A video needs one."),
    )  # fmt: skip

    def __init__(self, *args: Any, lesson: Lesson | None = None, **kwargs: Any) -> None:
        if lesson:
            kwargs["initial"] = {
                name: getattr(lesson, name) for name in ("kind", "title", "body", "touchpoint")
            }
        super().__init__(*args, **kwargs)
        self.fields["touchpoint"].queryset = Touchpoint.objects.current()  # type: ignore[attr-defined]

    def plain(self) -> dict[str, Any]:
        """The values that are no files."""
        return {name: self.cleaned_data[name] for name in ("kind", "title", "body", "touchpoint")}


class PublishForm(forms.Form):
    """Publishing a version."""

    change_note = forms.CharField(label=_("What is new"), required=False, max_length=200)
    is_material = forms.BooleanField(
        label=_("Whoever has passed an older version has to take it again"), required=False
    )


class QuizForm(forms.Form):
    """What of the quiz is said once."""

    pass_mark = forms.IntegerField(label=_("Passed from (%)"), min_value=1, max_value=100)


def written_rows(data: QueryDict) -> tuple[list[Written], dict[int, str]]:
    """The questions as they were typed, without empty ones, and what is wrong with them, by place."""
    columns = (data.getlist("text"), data.getlist("answers"), data.getlist("code"))
    rows = [
        Written(text[:5_000], answers[:20_000], code[:40] if code.isidentifier() else "")
        for text, answers, code in zip(*columns, strict=False)
    ]
    rows = [row for row in rows if not row.says_nothing]
    wrong, codes = {}, set()
    for number, row in enumerate(rows):
        if row.code and row.code in codes:
            rows[number] = row = Written(row.text, row.answers)
        codes.add(row.code)
        try:
            answers_of(row)
        except ValidationError as error:
            wrong[number] = " ".join(error.messages)
    return rows, wrong


class RuleForm(forms.Form):
    """Who has to take a course; of the fields that of the chosen kind counts."""

    kind = forms.ChoiceField(label=_("Who"), choices=RuleKind.choices, widget=forms.RadioSelect)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("none")), *Role.choices])
    unit = forms.ModelChoiceField(
        label=_("Unit"), required=False, queryset=Unit.objects.none(), empty_label=_("none")
    )
    touchpoint = forms.ModelChoiceField(
        label=_("Touchpoint"), required=False, queryset=Touchpoint.objects.none(), empty_label=_("none")
    )
    person = forms.ModelChoiceField(
        label=_("Person"), required=False, queryset=Person.objects.none(), empty_label=_("none")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("unit", Unit.objects.all()),
            ("touchpoint", Touchpoint.objects.current()),
            ("person", Person.objects.present()),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What belongs to the kind is needed; the rest is let go."""
        found = super().clean() or {}
        needed = NAMES.get(found.get("kind", ""), "")
        if needed and not found.get(needed) and needed not in self.errors:
            self.add_error(needed, _now("Choose whom the rule names."))
        return found

    def whom(self) -> dict[str, Any]:
        """The fields of the rule."""
        name = NAMES[RuleKind(self.cleaned_data["kind"])]
        return {"kind": self.cleaned_data["kind"], name: self.cleaned_data[name]}


class WaiveForm(forms.Form):
    """Why somebody need not take a course this time."""

    reason = forms.CharField(
        label=_("Why"), max_length=250,
        help_text=_("For example: has taught the course, or has passed the same one elsewhere."),
    )  # fmt: skip
