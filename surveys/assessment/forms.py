"""Forms about tasks."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from surveys.assessment.choices import TaskState
from surveys.assessment.models import Task
from touchpoints.inventory.forms_finding import PersonField


class TaskForm(forms.Form):
    """What somebody is to do, and until when."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    person = PersonField(label=_("Who"), help_text=_("Type a name and choose from the suggestions."))
    due_on = forms.DateField(label=_("Until"))
    note = forms.CharField(
        label=_("More about it"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: Any = None, *, task: Task | None = None, **kwargs: Any) -> None:
        if task is not None:
            names = ("title", "person", "due_on", "note")
            kwargs["initial"] = {name: getattr(task, name) for name in names} | {"revision": task.revision}
        super().__init__(data, **kwargs)
        if task is not None:
            self.fields["revision"] = forms.IntegerField(
                widget=forms.HiddenInput, min_value=0, max_value=10**9
            )
        self.fields["person"].offer(also=task.person_id if task else None)  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """How a task ended."""

    state = forms.ChoiceField(choices=TaskState.choices, widget=forms.HiddenInput)
    outcome = forms.CharField(label=_("What came of it"), max_length=300, required=False)


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Show what an action refused at the fields of the form; what belongs to none, above them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, messages in error.message_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, messages)
