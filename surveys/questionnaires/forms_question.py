"""One question as a form: its texts language by language, its answers, and when it is shown.

Rows of answers and conditions are added, moved and taken away by buttons that save nothing, with or without a script.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.questionnaires.actions.editing import MOST_CHOICES, MOST_CONDITIONS, slots_of
from surveys.questionnaires.actions.merging import Raw, marks
from surveys.questionnaires.choices import CHOOSING, TEXTS, Kind, Slot, theme_code, theme_name
from surveys.questionnaires.forms import Seen, text_field, texts_in
from surveys.questionnaires.lines import language_of, quoted
from surveys.questionnaires.sheet import Item, Sheet, plain

CHOICES, CONDITIONS = "choices", "conditions"
FURTHEST = 10**9  # of a number and of the ends of a condition
CHOICE_TEXT, FEEDBACK_TEXT = 300, 1_000  # characters

type Row = dict[str, Any]


class AddForm(forms.Form):
    """The least that a question needs; the rest is filled in where it then stands."""

    kind = forms.ChoiceField(label=gettext_lazy("How it is answered"), choices=Kind.choices)
    new_page = forms.BooleanField(label=gettext_lazy("Begins a new page"), required=False)
    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, required=False,
        help_text=gettext_lazy(
            "Stands for the meaning over all versions. Empty: made from the wording. The code of a question that was "
            "removed earlier takes its trend up again."
        ),
    )  # fmt: skip
    after = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**62)

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = list(languages) or ["de"]
        for language in self.languages:
            self.fields[f"text_{language}"] = text_field(Slot.TEXT.label, language)
        self.order_fields(["kind", *(f"text_{language}" for language in self.languages), "new_page", "code"])

    def clean(self) -> dict[str, Any]:
        """At least one wording: without, nobody knows the question from the others."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(f"text_{language}", "").strip() for language in self.languages):
            self.add_error(f"text_{self.languages[0]}", _("Please write what is asked."))
        return cleaned

    def texts(self) -> list[forms.BoundField]:
        """The wording, languages side by side."""
        return [self[f"text_{language}"] for language in self.languages]

    def raw(self) -> dict[str, Any]:
        """The question as data."""
        texts = texts_in(self.cleaned_data, (Slot.TEXT,), self.languages)
        found = {
            "kind": self.cleaned_data["kind"],
            "texts": {key: text for key, text in texts.items() if text},
        }
        return found | ({"code": code} if (code := self.cleaned_data["code"]) else {})


class ThemeField(forms.SlugField):
    """A theme, shown and typed by its name; one of one's own is what was typed."""

    def prepare_value(self, value: Any) -> Any:
        """The name of the stored code."""
        return theme_name(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> str:
        """The code that is stored."""
        return theme_code(super().to_python(value) or "")


class QuestionForm(Seen):
    """All of a question but its rows."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How it is answered"), choices=Kind.choices,
        help_text=gettext_lazy("Save after a change: then the fields of the new kind are here."),
    )  # fmt: skip
    required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)
    unknown = forms.BooleanField(label=gettext_lazy("“Don't know” is an answer"), required=False)
    low = forms.IntegerField(
        label=gettext_lazy("Lowest"), required=False, min_value=-FURTHEST, max_value=FURTHEST
    )
    high = forms.IntegerField(
        label=gettext_lazy("Highest"), required=False, min_value=-FURTHEST, max_value=FURTHEST
    )
    theme = ThemeField(
        label=gettext_lazy("Theme"), max_length=40, required=False,
        help_text=gettext_lazy(
            "One of ours by its name, or a word of your own without spaces and umlauts, such as “culture”; results are "
            "summed up by it."
        ),
    )  # fmt: skip
    weight = forms.DecimalField(
        label=gettext_lazy("Weight"), min_value=0, max_value=100, max_digits=5, decimal_places=2,
        help_text=gettext_lazy("Within its theme, or of its points in a quiz; 1 is usual."),
    )  # fmt: skip

    def __init__(self, *args: Any, raw: Raw, languages: Sequence[str], **kwargs: Any) -> None:
        self.stored_kind, self.languages = str(raw["kind"]), list(languages) or ["de"]
        self.slots = slots_of(self.stored_kind)
        texts = {key.replace(".", "_"): body for key, body in raw["texts"].items()}
        facts = {
            name: raw[name] for name in ("kind", "required", "unknown", "low", "high", "theme", "weight")
        }
        super().__init__(*args, **{"initial": facts | texts, **kwargs})
        for slot in self.slots:
            for language in self.languages:
                self.fields[f"{slot}_{language}"] = text_field(
                    slot.label, language, longest=300 if slot in {Slot.LOW, Slot.HIGH} else 2_000
                )
        if self.stored_kind != Kind.NUMBER:
            del self.fields["low"], self.fields["high"]
        if self.stored_kind in TEXTS:
            del self.fields["unknown"]

    def pairs(self) -> list[list[forms.BoundField]]:
        """The texts, languages side by side; what a page says of itself comes last."""
        slots = [slot for slot in self.slots if slot != Slot.INTRO]
        return [[self[f"{slot}_{language}"] for language in self.languages] for slot in slots]

    def intros(self) -> list[forms.BoundField]:
        """What stands above the question."""
        return [self[f"{Slot.INTRO}_{language}"] for language in self.languages]

    def facts(self) -> list[forms.BoundField]:
        """What is no text."""
        names = ("required", "unknown", "low", "high", "theme", "weight")
        return [self[name] for name in names if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """The ends of a number in their order."""
        cleaned: dict[str, Any] = super().clean() or {}
        low, high = cleaned.get("low"), cleaned.get("high")
        if low is not None and high is not None and low >= high:
            self.add_error("high", _("The highest number must be greater than the lowest."))
        return cleaned

    def raw(self) -> dict[str, Any]:
        """The question as data, without its rows."""
        names = ("kind", "required", "unknown", "low", "high", "theme")
        found = {name: self.cleaned_data[name] for name in names if name in self.fields}
        found["weight"] = plain(self.cleaned_data["weight"])
        return found | {"texts": texts_in(self.cleaned_data, self.slots, self.languages)}


class ChoiceForm(forms.Form):
    """An answer that is offered."""

    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, languages: Sequence[str], has_points: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        for language in languages:
            self.fields[f"text_{language}"] = text_field(
                Slot.TEXT.label, language, rows=1, longest=CHOICE_TEXT
            )
        if has_points:
            self.fields["points"] = forms.DecimalField(
                label=_("Points"),
                min_value=-1_000,
                max_value=1_000,
                max_digits=6,
                decimal_places=2,
                required=False,
            )
            self.fields["right"] = forms.BooleanField(label=_("Right"), required=False)
            for language in languages:
                self.fields[f"feedback_{language}"] = text_field(
                    Slot.FEEDBACK.label, language, longest=FEEDBACK_TEXT
                )

    def raw(self, old: Raw | None) -> dict[str, Any]:
        """As data; texts in languages that the version does not speak any more stay."""
        cleaned, before = self.cleaned_data, old or {}
        slots = (Slot.TEXT, Slot.FEEDBACK) if "points" in self.fields else (Slot.TEXT,)
        texts = {**before.get("texts", {}), **texts_in(cleaned, slots, list(self.languages))}
        points = cleaned.get("points") or Decimal(0)
        return {
            "code": cleaned["code"] if old else "",
            "points": plain(points) if "points" in self.fields else before.get("points", "0"),
            "right": cleaned.get("right", before.get("right", False)),
            "texts": {key: text for key, text in texts.items() if text},
        }  # fmt: skip


class ConditionForm(forms.Form):
    """A condition: on which earlier answer, and what that has to be."""

    of = forms.ChoiceField(label=gettext_lazy("If the question"), required=False)

    def __init__(
        self, *args: Any, earlier: Mapping[str, Item], kept: Collection[str], language: str, **kwargs: Any
    ) -> None:
        """`kept`: codes of questions that are waited for already, asked before or not."""
        super().__init__(*args, **kwargs)
        self.earlier = earlier
        name = self.add_prefix("of")
        self.chosen: str = (self.data.get(name, "") if self.is_bound else self.initial.get("of", "")) or ""
        known = [(code, f"{item.position}. {quoted(item, language)}") for code, item in earlier.items()]
        if self.chosen in kept and self.chosen not in earlier:
            known.append((self.chosen, _("“%(code)s”, which is not asked before") % {"code": self.chosen}))
        field: Any = self.fields["of"]
        field.choices = [("", _("Please choose")), *known]
        self._offer(earlier.get(self.chosen), language)

    def _offer(self, item: Item | None, language: str) -> None:
        """The answers of that question."""
        if item is None:
            return
        if item.kind in CHOOSING:
            options = [(one.code, one.text(Slot.TEXT, language) or one.code) for one in item.options]
            self.fields["chosen"] = forms.MultipleChoiceField(
                label=_("is answered by one of these"), choices=options, required=False,
                widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: by whatever."),
            )  # fmt: skip
        elif item.is_scale or item.kind == Kind.NUMBER:
            least, most = (item.low, item.high) if item.is_scale else (-FURTHEST, FURTHEST)
            for name, label in (("low", _("is at least")), ("high", _("is at most"))):
                self.fields[name] = forms.IntegerField(
                    label=label, required=False, min_value=least, max_value=most
                )

    def clean(self) -> dict[str, Any]:
        """The ends in their order."""
        cleaned: dict[str, Any] = super().clean() or {}
        low, high = cleaned.get("low"), cleaned.get("high")
        if low is not None and high is not None and low > high:
            self.add_error(
                "high", _("No answer is at least %(low)s and at most %(high)s.") % {"low": low, "high": high}
            )
        return cleaned

    def raw(self) -> dict[str, Any] | None:
        """As data: see `surveys.questionnaires.logic`; None for a row in which nothing is chosen."""
        cleaned = self.cleaned_data
        if not (of := cleaned.get("of")):
            return None
        if cleaned.get("chosen"):
            return {"of": of, "choices": sorted(cleaned["chosen"])}
        ends = {"from": cleaned.get("low"), "to": cleaned.get("high")}
        found = {name: end for name, end in ends.items() if end is not None}
        return {"of": of, **(found or {"answered": True})}


class Rows(BaseFormSet):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows that may be empty or many."""


def rows_of(form: type[forms.Form], most: int) -> type[Rows]:
    """A set of such rows."""
    found: type[Rows] = formset_factory(
        form, formset=Rows, extra=0, max_num=most, absolute_max=most + 5, validate_max=True
    )  # type: ignore[assignment]  # the stubs know its base only
    return found


ChoiceRows, ConditionRows = rows_of(ChoiceForm, MOST_CHOICES), rows_of(ConditionForm, MOST_CONDITIONS)


class QuestionEditor:
    """The form of a question with its rows: as it is stored, as it was typed, or as it stands after a press."""

    def __init__(
        self, sheet: Sheet, item: Item, *, has_points: bool, reader: str, data: QueryDict | None = None
    ) -> None:
        self.item, self.is_unsaved, self.focus_add = item, data is not None, ""
        self.has_choices = str(item.kind) in CHOOSING
        raws = sheet.as_content()["questions"]
        self.stored: dict[str, Any] = next(raw for raw in raws if raw["code"] == item.code)
        self.languages = list(sheet.languages) or ["de"]
        self.kwargs: dict[str, Any] = {"raw": self.stored, "languages": self.languages}
        has_points = has_points or any(one.points or one.is_correct for one in item.options)
        self.of_choices = {"languages": self.languages, "has_points": has_points}
        earlier = {one.code: one for one in sheet.items if one.position < item.position}
        kept = {raw["of"] for raw in self.stored["show_if"]}
        self.of_conditions = {"earlier": earlier, "kept": kept, "language": language_of(sheet, reader)}
        press = data.get("row", "") if data is not None else ""
        if data is None:
            self._fill(None, self._stored_choices(), conditions_as_rows(self.stored["show_if"]))
        elif press:
            typed = {name: data.get(name, "") for name in data if "-" not in name} | {
                name: name in data for name in ("required", "unknown")
            }
            self._fill(typed, *pressed(data, press))
            self._give_focus(press)
        else:
            self.form = QuestionForm(data, **self.kwargs)
            self.choices = ChoiceRows(data, prefix=CHOICES, form_kwargs=self.of_choices)
            self.conditions = ConditionRows(data, prefix=CONDITIONS, form_kwargs=self.of_conditions)

    def _fill(self, typed: Row | None, choices: list[Row], conditions: list[Row]) -> None:
        self.form = (
            QuestionForm(**self.kwargs) if typed is None else QuestionForm(initial=typed, **self.kwargs)
        )
        if typed is None:
            self.form.initial["seen"] = json.dumps(marks(self.stored))
        self.choices = ChoiceRows(initial=choices, prefix=CHOICES, form_kwargs=self.of_choices)
        self.conditions = ConditionRows(initial=conditions, prefix=CONDITIONS, form_kwargs=self.of_conditions)

    def _give_focus(self, press: str) -> None:
        """Who works from the keyboard goes on at the row that he pressed for."""
        prefix, _dash, rest = press.partition("-")
        act, _dash, given = rest.partition("-")
        rows: Any = {CHOICES: self.choices, CONDITIONS: self.conditions}.get(prefix)
        if rows is None or not rows.forms or act not in {"add", "up", "down", "refresh"}:
            self.focus_add = prefix
            return
        last = len(rows.forms) - 1
        at = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else last
        at = min(max(at + {"up": -1, "down": 1}.get(act, 0), 0), last)
        if act in {"up", "down"}:
            # A button that leads nowhere cannot have it.
            rows.forms[at].focus = "down" if at == 0 else "up" if at == last else act
            return
        name = "of" if prefix == CONDITIONS else f"text_{self.languages[0]}"
        rows.forms[at].fields[name].widget.attrs["autofocus"] = True

    def _stored_choices(self) -> list[Row]:
        """The answers as rows; two empty ones for a question that has none."""
        rows = [
            {**{key.replace(".", "_"): body for key, body in raw["texts"].items()},
             "code": raw["code"], "points": raw["points"], "right": raw["right"]}
            for raw in self.stored["choices"]
        ]  # fmt: skip
        return rows or [{}, {}]

    def insist(self, data: QueryDict) -> None:
        """Show what was typed once more, ready to be put in place of what stands there now."""
        typed = data.copy()
        typed["seen"] = json.dumps(marks(self.stored))
        self.form = QuestionForm(typed, **self.kwargs)

    def is_valid(self) -> bool:
        """Whether all parts are."""
        parts = [self.form.is_valid(), self.conditions.is_valid()]
        return all([*parts, self.choices.is_valid()] if self.has_choices else parts)

    @property
    def is_wrong(self) -> bool:
        """Whether something was refused."""
        rows = [*self.choices, *self.conditions] if self.has_choices else [*self.conditions]
        return self.form.is_bound and (bool(self.form.errors) or any(row.errors for row in rows))

    def raw(self) -> dict[str, Any]:
        """The question as data."""
        found = self.form.raw()
        conditions = [row.raw() for row in self.conditions]
        found["show_if"] = [raw for raw in conditions if raw is not None]
        if self.has_choices:
            stored = {raw["code"]: raw for raw in self.stored["choices"]}
            rows = [
                row.raw(stored.get(row.cleaned_data.get("code", "")))
                for row in self.choices
                if row.cleaned_data
            ]
            found["choices"] = [raw for raw in rows if raw["texts"]]
        return found


def conditions_as_rows(show_if: Sequence[Raw]) -> list[Row]:
    """Conditions as the form shows them."""
    return [
        {"of": raw["of"], "chosen": raw.get("choices", []), "low": raw.get("from"), "high": raw.get("to")}
        for raw in show_if
    ]


def typed_rows(data: QueryDict, prefix: str, most: int) -> list[Row]:
    """Rows as they were typed, not checked."""
    given = data.get(f"{prefix}-TOTAL_FORMS", "")
    total = min(int(given), most) if given.isascii() and given.isdigit() and len(given) < 4 else 0
    rows: list[Row] = [{} for _number in range(total)]
    for name in data:
        start, _dash, rest = name.partition("-")
        number, _dash, field = rest.partition("-")
        if (
            start == prefix
            and field
            and number.isascii()
            and number.isdigit()
            and len(number) < 4
            and int(number) < total
        ):
            rows[int(number)][field] = data.getlist(name) if field == "chosen" else data.get(name)
    return rows


def pressed(data: QueryDict, press: str) -> tuple[list[Row], list[Row]]:
    """The rows of answers and of conditions after a press such as "choices-up-2" or "conditions-add"."""
    choices, conditions = (
        typed_rows(data, CHOICES, MOST_CHOICES),
        typed_rows(data, CONDITIONS, MOST_CONDITIONS),
    )
    if press.startswith(f"{CHOICES}-"):
        return moved(choices, press.removeprefix(f"{CHOICES}-"), MOST_CHOICES), conditions
    return choices, moved(conditions, press.removeprefix(f"{CONDITIONS}-"), MOST_CONDITIONS)


def moved(rows: list[Row], press: str, most: int) -> list[Row]:
    """The rows after "add", "up-2", "down-0" or "take-1"; anything else changes nothing."""
    if press == "add":
        return [*rows, {}][:most]
    act, _dash, given = press.partition("-")
    at = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else len(rows)
    if at >= len(rows):
        return rows
    row = rows.pop(at)
    if act == "take":
        return rows
    rows.insert({"up": max(at - 1, 0), "down": at + 1}.get(act, at), row)
    return rows


def refused(editor: QuestionEditor, error: ValidationError) -> None:
    """Show what the action refused."""
    for name, messages in getattr(error, "message_dict", {"__all__": error.messages}).items():
        editor.form.add_error(name if name in editor.form.fields else None, messages)
