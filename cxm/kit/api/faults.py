"""The faults that Pydantic finds in a request, in the words of the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

NO_INTEGER = _("This is not a whole number.")
NO_NUMBER = _("This is not a number.")
NO_BOOLEAN = _("This is neither true nor false.")
NO_DATE = _("This is not a day in the form 2026-11-23.")
NO_MOMENT = _("This is not a moment in the form 2026-11-23T09:30:00Z.")
NO_OBJECT = _("This is not a JSON object.")
NO_CHOICE = _("This is not one of %(expected)s.")

FAULTS: dict[str, str | Promise] = {
    "missing": _("This field is required."),
    "extra_forbidden": _("There is no such field."),
    # Another type
    "string_type": _("This is not a text."),
    "int_type": NO_INTEGER,
    "int_parsing": NO_INTEGER,
    "int_from_float": NO_INTEGER,
    "int_parsing_size": _("This number is too large."),
    "float_type": NO_NUMBER,
    "float_parsing": NO_NUMBER,
    "decimal_type": NO_NUMBER,
    "decimal_parsing": NO_NUMBER,
    "finite_number": NO_NUMBER,
    "bool_type": NO_BOOLEAN,
    "bool_parsing": NO_BOOLEAN,
    "date_type": NO_DATE,
    "date_parsing": NO_DATE,
    "date_from_datetime_parsing": NO_DATE,
    "date_from_datetime_inexact": NO_DATE,
    "datetime_type": NO_MOMENT,
    "datetime_parsing": NO_MOMENT,
    "datetime_from_date_parsing": NO_MOMENT,
    "list_type": _("This is not a list."),
    "dict_type": NO_OBJECT,
    "model_type": NO_OBJECT,
    "model_attributes_type": NO_OBJECT,
    "none_required": _("This must be null."),
    "uuid_type": _("This is not a UUID."),
    "uuid_parsing": _("This is not a UUID."),
    # Not one of those that are allowed
    "literal_error": NO_CHOICE,
    "enum": NO_CHOICE,
    "string_pattern_mismatch": _("This does not fit the pattern %(pattern)s."),
    # Too long, too short, out of range
    "string_too_short": ngettext_lazy(
        "At least %(min_length)s character is needed.",
        "At least %(min_length)s characters are needed.",
        "min_length",
    ),
    "string_too_long": ngettext_lazy(
        "At most %(max_length)s character is allowed.",
        "At most %(max_length)s characters are allowed.",
        "max_length",
    ),
    "too_short": ngettext_lazy(
        "At least %(min_length)s entry is needed.",
        "At least %(min_length)s entries are needed.",
        "min_length",
    ),
    "too_long": ngettext_lazy(
        "At most %(max_length)s entry is allowed.",
        "At most %(max_length)s entries are allowed.",
        "max_length",
    ),
    "greater_than": _("This must be more than %(gt)s."),
    "greater_than_equal": _("This must be at least %(ge)s."),
    "less_than": _("This must be less than %(lt)s."),
    "less_than_equal": _("This must be at most %(le)s."),
    "decimal_max_digits": ngettext_lazy(
        "At most %(max_digits)s digit is allowed.", "At most %(max_digits)s digits are allowed.", "max_digits"
    ),
    "decimal_max_places": ngettext_lazy(
        "At most %(decimal_places)s decimal place is allowed.",
        "At most %(decimal_places)s decimal places are allowed.",
        "decimal_places",
    ),
}
"""By the type of Pydantic's error; its context fills in what is named."""


def reason_of(error: Mapping[str, Any]) -> str:
    """What is wrong, in words; of a kind that is not known here, Pydantic's own."""
    words: Any = FAULTS.get(error["type"])
    if words is None:
        return str(error["msg"])
    context = dict(error.get("ctx", {}))
    if "expected" in context:  # "'a', 'b' or 'c'"
        context["expected"] = ", ".join(str(context["expected"]).rsplit(" or ", 1))
    return str(words % context)
