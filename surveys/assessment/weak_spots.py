"""What a weak spot becomes. A room above may register a maker of its own (a measure); until then it is a task."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxm.kit.registry import Registry
from surveys.questionnaires.models import Wave


@dataclass(frozen=True)
class Maker:
    """One way to go on from a weak spot: its name on the button, and the page on which it is described, by
    the wave and the code of the concept."""

    code: str
    label: str | Promise
    url: Callable[[Wave, str], str]


MAKERS: Registry[Maker] = Registry("maker of measures")


def maker() -> Maker:
    """The one that is used: the last that was registered."""
    return list(MAKERS)[-1]


def _task_url(wave: Wave, code: str) -> str:
    return reverse("assessment:task_new", args=[wave.pk, code])


MAKERS.register(Maker("task", _("Give somebody a task"), _task_url))
