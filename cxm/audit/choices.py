"""The words of history: each room declares its verbs here-alike, in its own `choices.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from cxm.kit.registry import Registry


@dataclass(frozen=True)
class Verb:
    """A kind of event, e.g. `inventory.touchpoint.created`.

    `sentence` is shown in the history; it may use {actor}, {label} (the object's name at that time) and keys of
    the entry's data, e.g. "{actor} made {person} accountable for {label}". One that counts is an `ngettext_lazy` of
    two forms, and `counts` is the key of its number.
    """

    code: str
    sentence: str | Promise
    about_people: bool = False  # a read of personal data
    counts: str = ""

    def __post_init__(self) -> None:
        VERBS.register(self)

    def text(self, data: Mapping[str, Any] | None = None) -> str:
        """The sentence in the reader's language, its words still named; without a number in the form for many."""
        if not self.counts:
            return str(self.sentence)
        forms: Any = self.sentence
        number = (data or {}).get(self.counts)
        return str(forms % (number if isinstance(number, int) else MANY))


MANY = 2
VERBS: Registry[Verb] = Registry("verb")

DELIVERIES_RETRIED = Verb(
    "audit.deliveries.retried",
    ngettext_lazy(
        "{actor} had {count} reaction that failed tried again",
        "{actor} had {count} reactions that failed tried again",
    ),
    counts="count",
)
