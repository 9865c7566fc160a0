"""Forms about questionnaires: created, named, the head of a version, published, read from a file."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxm.kit.fields import sort_key
from surveys.questionnaires.actions.merging import Marks, Raw, marks
from surveys.questionnaires.choices import Identity, Meaning, Slot, Use
from surveys.questionnaires.comparison import Change
from surveys.questionnaires.models import SMALLEST_CELL, Questionnaire
from surveys.questionnaires.publishing import name_of

LARGEST_CELL = 500
LONGEST = 4_000  # characters of a text: see `models.Label`
HEAD_SLOTS = (Slot.TITLE, Slot.INTRO, Slot.THANKS)


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Show what an action refused at the fields of the form; what belongs to none, above them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, messages in error.message_dict.items():
        known = name in form.fields and name != NON_FIELD_ERRORS
        form.add_error(name if known else None, messages)


class LanguagesField(forms.MultipleChoiceField):
    """Languages of the house, as check boxes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=gettext_lazy("Languages"), choices=settings.LANGUAGES, **kwargs)


class CellField(forms.IntegerField):
    """The smallest group of which anything is shown."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Smallest group shown"), min_value=SMALLEST_CELL, max_value=LARGEST_CELL,
            initial=SMALLEST_CELL,
            help_text=gettext_lazy("Of fewer answers nothing is shown. At least 5."),
            error_messages={"min_value": gettext_lazy("Fewer than 5 answers are never shown.")},
        )  # fmt: skip


class NewQuestionnaireForm(forms.Form):
    """What a questionnaire begins with."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, required=False,
        help_text=gettext_lazy("For files and other systems; it stays. Empty: made from the name."),
    )  # fmt: skip
    use = forms.ChoiceField(label=gettext_lazy("Used for"), choices=Use.choices)
    identity = forms.ChoiceField(
        label=gettext_lazy("Who can know who answered"), choices=Identity.choices, widget=forms.RadioSelect,
        initial=Identity.CONFIDENTIAL,
        help_text=gettext_lazy(
            "With name: whoever reads results sees it. Confidential: only the system knows, results show groups. "
            "Anonymous: nobody can find out, not even in the database."
        ),
    )  # fmt: skip
    languages = LanguagesField(initial=["de", "en"])
    min_cell = CellField()

    def clean_code(self) -> str:
        """As given, else made from the name; nobody else has it."""
        given: str = self.cleaned_data["code"]
        code = given or free_code(self.cleaned_data.get("name", ""))
        if given and Questionnaire.objects.filter(code=given).exists():
            raise ValidationError(_("Another questionnaire has this code. Please choose another one."))
        return code


def free_code(name: str) -> str:
    """A code for a name that no questionnaire has."""
    start = slugify(sort_key(name))[:34].strip("-_") or "x"
    taken = set(Questionnaire.objects.filter(code__startswith=start).values_list("code", flat=True))
    code, number = start, 1
    while code in taken:
        number += 1
        code = f"{start}-{number}"
    return code


class Seen(forms.Form):
    """A form that knows what its reader saw: see `actions.merging`."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100_000)

    def show(self, raw: Raw) -> None:
        """This is what the reader sees now."""
        self.initial["seen"] = json.dumps(marks(raw))

    def clean_seen(self) -> Marks:
        """What he saw; nonsense counts as nothing seen, so every difference is shown to him."""
        try:
            found = json.loads(self.cleaned_data["seen"] or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class FactsForm(Seen):
    """Name, use and smallest group of a questionnaire."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    use = forms.ChoiceField(label=gettext_lazy("Used for"), choices=Use.choices)
    min_cell = CellField()

    def facts(self) -> dict[str, Any]:
        """What is to be written."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def text_field(label: Any, language: str, *, rows: int = 2, longest: int = LONGEST) -> forms.CharField:
    """A text in one language."""
    return forms.CharField(
        label=f"{label} ({name_of(language)})", max_length=longest, required=False,
        widget=forms.Textarea(attrs={"rows": rows, "lang": language, "maxlength": longest}),
    )  # fmt: skip


def texts_in(cleaned: Mapping[str, Any], slots: tuple[Slot, ...], languages: list[str]) -> dict[str, str]:
    """The texts of a form by slot and language."""
    return {
        f"{slot}.{language}": cleaned.get(f"{slot}_{language}", "").replace("\r\n", "\n").strip()
        for slot in slots
        for language in languages
    }


class HeadForm(Seen):
    """What a version says of itself, in all languages side by side."""

    identity = NewQuestionnaireForm.base_fields["identity"]
    languages = LanguagesField()
    pass_mark = forms.IntegerField(
        label=gettext_lazy("Passed from (%)"), min_value=1, max_value=100, required=False,
        help_text=gettext_lazy("Share of the points; only for a quiz."),
    )  # fmt: skip

    def __init__(self, *args: Any, head: Raw, **kwargs: Any) -> None:
        self.spoken: list[str] = list(head["languages"]) or ["de"]
        texts = {key.replace(".", "_"): body for key, body in head["texts"].items()}
        facts = {name: value for name, value in head.items() if name != "texts"}
        super().__init__(*args, **{"initial": facts | texts, **kwargs})
        for slot in HEAD_SLOTS:
            for language in self.spoken:
                rows = 1 if slot == Slot.TITLE else 4
                longest = 150 if slot == Slot.TITLE else LONGEST
                self.fields[f"{slot}_{language}"] = text_field(
                    slot.label, language, rows=rows, longest=longest
                )
        self.show(head)

    def pairs(self) -> list[list[forms.BoundField]]:
        """The texts, languages side by side."""
        return [[self[f"{slot}_{language}"] for language in self.spoken] for slot in HEAD_SLOTS]

    def head(self) -> dict[str, Any]:
        """What is to be written."""
        found = {name: self.cleaned_data[name] for name in ("identity", "languages", "pass_mark")}
        return found | {"texts": texts_in(self.cleaned_data, HEAD_SLOTS, self.spoken)}


class PublishForm(forms.Form):
    """What is new, and what reworded questions mean."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    change_note = forms.CharField(
        label=gettext_lazy("What is new"), max_length=200, required=False,
        help_text=gettext_lazy("In a sentence, for those who compare versions later."),
    )  # fmt: skip

    def __init__(self, *args: Any, asked: list[Change], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [change.item.code for change in asked if not change.is_rescaled]
        for code in self.codes:
            self.fields[f"meaning_{code}"] = forms.ChoiceField(
                label=_("What does it mean now?"), choices=Meaning.choices, widget=forms.RadioSelect,
                error_messages={"required": _("Please say whether it still means the same.")},
            )  # fmt: skip

    def meanings(self) -> dict[str, str]:
        """By code of the question."""
        return {code: self.cleaned_data[f"meaning_{code}"] for code in self.codes}
