"""How forms look: the renderer, the classes of inputs, native date inputs."""

from typing import Any

from django.forms import BoundField, Field, Form, Widget
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import (
    ChoiceWidget,
    DateInput,
    DateTimeInput,
    Input,
    MultiWidget,
    Select,
    Textarea,
    TimeInput,
)
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

# A native date input knows only ISO 8601 values, whatever the language; the browser shows its user's format.
NATIVE_INPUTS: dict[type[Widget], tuple[str, str]] = {
    DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
    DateInput: ("date", "%Y-%m-%d"),
    TimeInput: ("time", "%H:%M"),
}
LONG_TEXT_ROWS = 4  # Django's own 10 rows push the rest of a form off a laptop screen


class StyledBoundField(BoundField):
    """A field with the kit's classes on its input and native inputs for dates."""

    def __init__(self, form: Form, field: Field, name: str) -> None:
        super().__init__(form, field, name)
        make_native(field.widget)
        if str(field.widget.attrs.get("placeholder", "")) == str(self.label):
            del field.widget.attrs["placeholder"]  # says nothing that the label does not

    @property
    def is_choice_list(self) -> bool:
        """Whether the field is drawn as a list of radio buttons or check boxes."""
        widget = self.field.widget
        return isinstance(widget, ChoiceWidget) and not isinstance(widget, Select)

    @property
    def is_check(self) -> bool:
        """Whether the field is one check box, whose label stands behind it."""
        return getattr(self.field.widget, "input_type", "") == "checkbox" and not self.is_choice_list

    @property
    def first_input_id(self) -> str:
        """Id of what a link to the field leads to: the input, or the first of a choice list."""
        return self.id_for_label or (f"{self.auto_id}_0" if self.is_choice_list else self.auto_id)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        """Django's attributes (required, aria-invalid, aria-describedby) and the class of the kit."""
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        given = str(attrs.get("class") or widget.attrs.get("class", ""))
        invalid = "is-invalid" if self.errors and not widget.is_hidden else ""
        if classes := list(dict.fromkeys(f"{given} {css_class(widget)} {invalid}".split())):
            attrs["class"] = " ".join(classes)
        return attrs


class CxmRenderer(TemplatesSetting):
    """Forms and fields by the templates of the components; widgets by Django's own."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = StyledBoundField


def at_most(size: int) -> dict[str, Any]:
    """Attributes of a file input by which the browser says at once that a file is larger than so many bytes."""
    text = format_lazy(_("The file is too large: at most {limit} MB."), limit=size // 1024**2)
    return {"data-max-bytes": size, "data-too-large": text}


def css_class(widget: Widget) -> str:
    """The kit's class for a widget; none for a hidden one."""
    if widget.is_hidden:
        return ""
    if getattr(widget, "input_type", "") in {"checkbox", "radio"}:
        return "form-check-input"
    if getattr(widget, "input_type", "") == "range":
        return "form-range"
    return "form-select" if isinstance(widget, Select) else "form-control"


def make_native(widget: Widget) -> None:
    """Turn a text input for a date or time into the browser's own, and a long text into four rows."""
    for part in widget.widgets if isinstance(widget, MultiWidget) else [widget]:
        for kind, (input_type, iso_format) in NATIVE_INPUTS.items():
            if isinstance(part, kind) and isinstance(part, Input) and part.input_type == "text":
                part.input_type, part.format = input_type, iso_format  # type: ignore[attr-defined]
        if isinstance(part, Textarea) and part.attrs.get("rows") == "10":
            part.attrs["rows"] = LONG_TEXT_ROWS
