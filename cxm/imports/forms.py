"""Forms of the import pages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxm.imports.detection import Found
from cxm.imports.parsing import Choices
from cxm.kit.importers import Importer
from cxm.kit.sheets.header import plain
from cxm.kit.sheets.text import ENCODINGS

FAR_BELOW = 100  # rows: no header is further down than what was read of the file
DELIMITER_NAMES = {
    ";": gettext_lazy("Semicolon ;"),
    ",": gettext_lazy("Comma ,"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Bar |"),
    " ": gettext_lazy("Blanks"),
}
ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "cp1252": gettext_lazy("Windows (1252)"),
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16 BE",
    "cp850": gettext_lazy("MS-DOS (850)"),
    "mac_roman": "Mac",
}
TAB = "tab"  # a browser trims the character itself


class UploadForm(forms.Form):
    """The list to be imported."""

    file = forms.FileField(label=gettext_lazy("File"), max_length=250, allow_empty_file=True)


class FormatForm(forms.Form):
    """How the file is read, where the evidence was wrong."""

    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"), choices=[(n, ENCODING_NAMES[n]) for n in ENCODINGS]
    )
    delimiter = forms.ChoiceField(label=gettext_lazy("Columns are separated by"))
    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"))
    header_row = forms.IntegerField(
        label=gettext_lazy("Headings are in row"),
        min_value=0,
        max_value=FAR_BELOW,
        help_text=gettext_lazy("0 if the list has no headings."),
    )
    decimal = forms.ChoiceField(
        label=gettext_lazy("Decimal sign"),
        choices=[(",", gettext_lazy("Comma: 1.234,56")), (".", gettext_lazy("Point: 1,234.56"))],
    )
    day_first = forms.TypedChoiceField(
        label=gettext_lazy("03/04/2026 means"),
        choices=[("1", gettext_lazy("3 April")), ("0", gettext_lazy("4 March"))],
        coerce=lambda value: value == "1",
    )

    def __init__(self, data: QueryDict | None, found: Found) -> None:
        super().__init__(
            data, initial={**found, "delimiter": TAB if found["delimiter"] == "\t" else found["delimiter"]}
        )
        self.initial["day_first"] = "1" if found["day_first"] else "0"
        delimiter, sheet = self.fields["delimiter"], self.fields["sheet"]
        assert isinstance(delimiter, forms.ChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(sheet, forms.ChoiceField)  # noqa: S101 - for the type checker
        delimiter.choices = [(TAB if sign == "\t" else sign, name) for sign, name in DELIMITER_NAMES.items()]
        sheet.choices = [(name, name) for name in found["sheets"]]
        if found["kind"] == "workbook":
            del self.fields["encoding"], self.fields["delimiter"]
        else:
            del self.fields["sheet"]
        if len(found["sheets"]) == 1:
            del self.fields["sheet"]

    def options(self) -> dict[str, Any]:
        """What is kept with the import."""
        chosen = dict(self.cleaned_data)
        if chosen.get("delimiter") == TAB:
            chosen["delimiter"] = "\t"
        return chosen


class ColumnsForm(forms.Form):
    """Which column is which field."""

    clear_empty = forms.BooleanField(
        label=gettext_lazy("Empty cells delete what is there"),
        required=False,
        help_text=gettext_lazy("Otherwise an empty cell leaves the present value as it is."),
    )

    def __init__(
        self,
        data: QueryDict | None,
        importer: Importer,
        found: Found,
        mapping: dict[str, int],
        **initial: Any,
    ) -> None:
        super().__init__(data, initial=initial)
        self.importer, self.found = importer, found
        fields = {at: code for code, at in mapping.items()}
        choices = [("", _("– not imported –")), *((field.code, field.label) for field in importer.fields)]
        for at in range(len(found["headers"])):
            self.fields[column_name(at)] = forms.ChoiceField(
                choices=choices, required=False, initial=fields.get(at, ""), label=heading(found, at)
            )

    def columns(self) -> list[dict[str, Any]]:
        """The columns of the file with their select boxes."""
        return [
            {
                "heading": heading(self.found, at),
                "samples": self.found["samples"][at],
                "box": self[column_name(at)],
            }
            for at in range(len(self.found["headers"]))
        ]

    def clean(self) -> dict[str, Any]:
        """Each field once, and no required one forgotten."""
        data = super().clean() or {}
        places: dict[str, int] = {}
        for at in range(len(self.found["headers"])):
            code = data.get(column_name(at), "")
            if code in places:
                self.add_error(
                    column_name(at),
                    _("“{field}” is assigned to another column already.").format(
                        field=self.importer.field(code).label
                    ),
                )
            elif code:
                places[code] = at
        missing = [
            str(field.label) for field in self.importer.fields if field.required and field.code not in places
        ]
        if missing:
            raise forms.ValidationError(
                _("Choose a column for: %(fields)s."), params={"fields": ", ".join(missing)}, code="missing"
            )
        data["mapping"] = places
        return data


def column_name(at: int) -> str:
    """Name of the select box of a column."""
    return f"column_{at}"


def heading(found: Found, at: int) -> str:
    """The heading of a column, or its letter as in a spreadsheet."""
    return found["headers"][at] or _("Column {letter}").format(letter=letter(at))


def letter(at: int) -> str:
    """A, B, ... Z, AA: as a spreadsheet counts from 0."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


EMPTY, FORGET, OPEN = "empty", "forget", ""


def decisions_of(data: QueryDict, choices: Mapping[str, Choices]) -> dict[str, dict[str, dict[str, Any]]]:
    """What a person decided about unknown words: field -> word -> decision. Anything not on offer is left out."""
    decided: dict[str, dict[str, dict[str, Any]]] = {}
    for code, known in choices.items():
        for at in range(len(data.getlist(f"word_{code}"))):
            word = data.getlist(f"word_{code}")[at]
            answers = data.getlist(f"meaning_{code}")
            answer = answers[at] if at < len(answers) else OPEN
            if decision := decision_of(answer, known):
                decided.setdefault(code, {})[plain(word)] = decision
    return decided


def decision_of(answer: str, choices: Choices) -> dict[str, Any] | None:
    """One answer: "value:12", "offer:invite", "empty", "forget", or in words what was typed into a long list."""
    kind, _colon, code = answer.partition(":")
    word = plain(answer)
    if answer == FORGET or word == plain(_("Forget this answer")):
        return {"forget": True}
    if answer == EMPTY or word == plain(_("Leave empty")):
        return {"empty": True}
    if kind == "value" and code in choices.labels:
        return {"value": code}
    for offer in choices.field.offers:
        if answer == f"offer:{offer.code}" or word == plain(offer.label):
            return {"offer": offer.code}
    values = choices.index.get(word, []) if word else []
    return {"value": values[0]} if len(values) == 1 else None
