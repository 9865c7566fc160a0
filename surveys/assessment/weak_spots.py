"""What a weak spot becomes. A room above may register a maker of its own (a measure); until then it is a task."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxm.kit.registry import Registry
from surveys.questionnaires.models import Concept, Wave


@dataclass(frozen=True)
class Maker:
    """One way to go on from a weak spot: its name on the button, and the page on which it is described."""

    code: str
    label: str | Promise
    url: Callable[[Wave, Concept], str]


MAKERS: Registry[Maker] = Registry("maker of measures")


def maker() -> Maker:
    """The one that is used: the last that was registered."""
    return list(MAKERS)[-1]


def _task_url(wave: Wave, concept: Concept) -> str:
    from django.urls import reverse  # noqa: PLC0415 - urls are not there yet when rooms are loaded

    return reverse("assessment:task_new", args=[wave.pk, concept.code])


MAKERS.register(Maker("task", _("Give somebody a task"), _task_url))
