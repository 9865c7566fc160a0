"""Model fields that the whole house uses."""

import unicodedata

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Expression,
    F,
    Func,
    GeneratedField,
    TextField,
    Value,
)
from django.db.models.expressions import BaseExpression
from django.db.models.functions import Concat

_EXTRA = str.maketrans({"ß": "ss", "æ": "ae", "ł": "l", "ø": "o", "đ": "d"})


def sort_key(text: str) -> str:
    """The key of a text in Python, equal to the SQL function `cxm_sort_key()`: lower case, accents taken off."""
    folded = unicodedata.normalize("NFKD", text.lower().translate(_EXTRA))
    return "".join(c for c in folded if not "\u0300" <= c <= "\u036f")


def SortKey(*names: str) -> GeneratedField:  # noqa: N802 - reads like the field it makes
    """A stored generated column with the sort key of one field, or of several joined by spaces (for search).

    A migration that uses it depends on `("kit", "0001_ground")`.
    """
    parts: list[Expression | F] = []
    for name in names:
        parts += [Value(" "), F(name)] if parts else [F(name)]
    text = parts[0] if len(parts) == 1 else Concat(*parts, output_field=TextField())
    return GeneratedField(
        expression=Func(text, function="cxm_sort_key", output_field=TextField()),
        output_field=TextField(),
        db_persist=True,
        editable=False,
    )


class IsAny(Func):
    """Whether a number is in an array, which may be a subquery. Unlike IN (SELECT ...) it is looked up by index,
    whatever else is joined; unlike IN (1, 2, ...) it is one parameter, so that the text of the query stays short."""

    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field = BooleanField()

    def __init__(self, name: str, values: BaseExpression | list[int]) -> None:
        array = values if isinstance(values, BaseExpression) else Value(values, ArrayField(BigIntegerField()))
        super().__init__(F(name), array)
