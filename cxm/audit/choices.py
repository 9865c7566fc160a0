"""The words of history: each room declares its verbs here-alike, in its own `choices.py`."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxm.kit.registry import Registry


@dataclass(frozen=True)
class Verb:
    """A kind of event, e.g. `inventory.touchpoint.created`.

    `sentence` is shown in the history; it may use {actor}, {label} (the object's name at that time) and keys of
    the entry's data, e.g. "{actor} made {person} accountable for {label}".
    """

    code: str
    sentence: str | Promise
    about_people: bool = False  # a read of personal data

    def __post_init__(self) -> None:
        VERBS.register(self)


VERBS: Registry[Verb] = Registry("verb")

DELIVERIES_RETRIED = Verb(
    "audit.deliveries.retried", _("{actor} had reactions that failed tried again ({count})")
)
