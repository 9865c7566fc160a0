"""What a list page is declared from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from html import escape
from typing import Any

from django.db.models import Expression, F, Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cxm.kit.access import Permission
from cxm.kit.numbers import Formats
from cxm.kit.tables import Value

type Text = str | Promise
NOTHING = "–"  # shown where a value is missing
NAME = 18  # characters; a linking column that is narrower holds days or codes, not names


@dataclass(frozen=True, kw_only=True)
class _Named:
    width: int = 18  # characters, in an exported workbook
    number: bool = False  # set flush right
    shown: bool = True  # until the reader chooses columns
    link: bool = False  # carries the link to the object's page; one column has it
    phone: bool = True  # shown on a phone, too
    wide: bool = False  # holds sentences: keeps the width in which they can be read


@dataclass(frozen=True)
class Column[M: Model](_Named):
    """One column. `value` gives what is exported and, formatted by its type, shown; `html` may show more.

    `sort` is a field or an expression that is never NULL (wrap others in Coalesce), so that paging can go on from
    any row; without it the column cannot be sorted by.
    """

    key: str
    label: Text
    value: Callable[[M], Value]
    html: Callable[[M, Formats], str] | None = None
    sort: str | Expression | F | None = None

    @property
    def room(self) -> str:
        """The class of its heading, which holds the column open."""
        return "is-name" if self.link and self.width >= NAME else "is-text" if self.wide else ""

    def cell(self, row: M, formats: Formats) -> str:
        """The cell's markup, escaped."""
        shown = self.html(row, formats) if self.html else self.value(row)
        return shown if isinstance(shown, SafeString) else as_text(shown, formats)


def chosen(name: str) -> Callable[[Model], Value]:
    """What a field with choices holds, in words: as `get_..._display` of the row, which reads all choices anew each
    time and so costs most of an export."""

    def label(row: Model) -> Value:
        value = getattr(row, name)
        found: Value = _labels(type(row), name).get(value, value)
        return found

    return label


@cache
def _labels(model: type[Model], name: str) -> dict[Any, Any]:
    """The words of a field's choices, still to be translated."""
    field: Any = model._meta.get_field(name)
    return dict(field.flatchoices)


def as_text(value: Value, formats: Formats) -> str:
    """A typed value as the reader of this language writes it, escaped; a dash where nothing is known."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, Promise):
        return escape(str(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return formats.count(value)
    if isinstance(value, datetime):
        return formats.date(timezone.localtime(value).date())
    if isinstance(value, date):
        return formats.date(value)
    if isinstance(value, float | Decimal):
        return formats.decimal(value, 1)
    return escape(str(value))


@dataclass(frozen=True)
class BulkAction:
    """Something that can be done with many rows at once: a POST to `url_name` with the selection."""

    key: str
    label: Text
    url_name: str
    permission: Permission
    icon: str = ""
    danger: bool = False


@dataclass(frozen=True)
class Link:
    """A button beside the title."""

    label: Text
    url_name: str
    permission: Permission
    icon: str = "plus"
    primary: bool = True


@dataclass(frozen=True)
class Empty:
    """What an empty list says: what is missing, and what to do first."""

    title: Text
    text: Text = ""
    icon: str = "inbox"
    importer: str = ""  # code of the kind of list with which one may begin
