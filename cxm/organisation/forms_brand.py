"""The draft of vision and brand as a form."""

from collections.abc import Sequence
from typing import Any, Self

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cxm.organisation.actions import PromiseText
from cxm.organisation.actions.brand import FIELDS, MOST_PROMISES
from cxm.organisation.models import BrandPromise, BrandVersion

PREFIX = "promises"


class BrandForm(forms.Form):
    """Vision, brand core and what is new, each in German and English."""

    vision_de = forms.CharField(label=_("Vision (German)"), max_length=2000, required=False)
    vision_en = forms.CharField(label=_("Vision (English)"), max_length=2000, required=False)
    core_de = forms.CharField(label=_("Brand core (German)"), max_length=2000, required=False)
    core_en = forms.CharField(label=_("Brand core (English)"), max_length=2000, required=False)
    change_note_de = forms.CharField(label=_("What is new (German)"), max_length=300, required=False)
    change_note_en = forms.CharField(label=_("What is new (English)"), max_length=300, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)

    def __init__(
        self, data: Any = None, *, draft: BrandVersion, typed: QueryDict | None = None, **kwargs: Any
    ) -> None:
        """`typed`: what a form holds that is shown again without being checked."""
        initial = {name: typed.get(name, "") for name in self.base_fields} if typed else self.data_of(draft)
        super().__init__(data, initial=initial, **kwargs)
        for name in FIELDS:
            # Long ones too: in a text field of one line, Enter would press the first button of the page.
            short = name.startswith("change_note")
            self.fields[name].widget = forms.Textarea(
                attrs={"rows": 2 if short else 4, "lang": name[-2:], "maxlength": 300 if short else 2000}
            )

    @staticmethod
    def data_of(draft: BrandVersion) -> dict[str, Any]:
        """A draft as the form would send it; one that is not saved yet has no revision to be overtaken."""
        words = {name: getattr(draft, name) for name in FIELDS}
        return words | {"revision": draft.revision}

    def words(self) -> dict[str, str]:
        """The texts, without the revision."""
        return {name: self.cleaned_data[name].replace("\r\n", "\n") for name in FIELDS}


class PromiseForm(forms.Form):
    """One promise; both texts empty: it is left out."""

    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=12)
    text_de = forms.CharField(label=_("German"), max_length=500, required=False)
    text_en = forms.CharField(label=_("English"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("text_de", "text_en"):
            self.fields[name].widget = forms.Textarea(attrs={"rows": 2, "lang": name[-2:], "maxlength": 500})


class PromiseRows(BaseFormSet):  # type: ignore[type-arg]  # generic in the stubs only
    """The promises in their order."""

    @classmethod
    def of(cls, promises: Sequence[BrandPromise]) -> Self:
        """The rows of a draft; one empty row where there is none."""
        rows = [row_of(one) for one in promises]
        return cls(initial=rows or [{}], prefix=PREFIX)

    @staticmethod
    def data_of(promises: Sequence[BrandPromise]) -> dict[str, Any]:
        """The rows of a draft as the form would send them."""
        data: dict[str, Any] = {
            f"{PREFIX}-{number}-{name}": value
            for number, one in enumerate(promises)
            for name, value in row_of(one).items()
        }
        return data | {f"{PREFIX}-TOTAL_FORMS": len(promises), f"{PREFIX}-INITIAL_FORMS": 0}

    def texts(self) -> list[PromiseText]:
        """The promises as they are written."""
        names = PromiseText._fields
        return [
            PromiseText(**{name: form.cleaned_data.get(name, "") for name in names}) for form in self.forms
        ]


PromiseFormSet: type[PromiseRows] = formset_factory(  # type: ignore[assignment]  # the stubs know its base only
    PromiseForm,
    formset=PromiseRows,
    extra=0,
    max_num=MOST_PROMISES,
    absolute_max=MOST_PROMISES + 5,
    validate_max=True,
)


def row_of(promise: BrandPromise) -> dict[str, str]:
    """A promise as a row."""
    return {"code": promise.code, "text_de": promise.text_de, "text_en": promise.text_en}


def promise_rows(data: QueryDict) -> list[dict[str, str]]:
    """The rows as they were typed, not checked."""
    given = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    total = min(int(given), MOST_PROMISES) if given.isascii() and given.isdigit() and len(given) < 4 else 0
    names = PromiseText._fields
    return [{name: data.get(f"{PREFIX}-{n}-{name}", "") for name in names} for n in range(total)]


def moved(rows: list[dict[str, str]], press: str) -> list[dict[str, str]]:
    """The rows after a press: "add", "up-2", "down-0", "take-1"; anything else changes nothing."""
    if press == "add":
        return [*rows, {}][:MOST_PROMISES]
    act, _dash, given = press.partition("-")
    at = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else len(rows)
    if at >= len(rows):
        return rows
    row = rows.pop(at)
    if act == "take":
        return rows
    rows.insert({"up": max(at - 1, 0), "down": at + 1}.get(act, at), row)
    return rows
