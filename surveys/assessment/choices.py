"""The fixed words of the self-assessment, and what is recorded of it."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cxm.audit.choices import Verb
from cxm.notices.choices import NoticeKind
from surveys.assessment.scoring import FACTOR, Stage
from surveys.questionnaires.choices import Theme

BOND = Theme("bond", pgettext_lazy("theme", "Bond"))
SERVICE = Theme("service", pgettext_lazy("theme", "Service"))
DIALOGUE = Theme("dialogue", pgettext_lazy("theme", "Dialogue"))
LEARNING = Theme("learning", pgettext_lazy("theme", "Learning"))
STEERING = Theme("steering", pgettext_lazy("theme", "Steering"))
EACH_FACTOR = Theme(FACTOR, pgettext_lazy("theme", "Factors"), weighs=False)
FACTORS: dict[str, str | Promise] = {
    "leadership": pgettext_lazy("factor", "Leadership"),
    "employees": pgettext_lazy("factor", "Employees"),
    "processes": pgettext_lazy("factor", "Processes"),
    "technology": pgettext_lazy("factor", "Technology"),
    "content": pgettext_lazy("factor", "Content"),
    "data": pgettext_lazy("factor", "Data"),
    "centricity": pgettext_lazy("factor", "Centricity"),
    "persona": pgettext_lazy("factor", "Persona"),
    "touchpoints": pgettext_lazy("factor", "Touchpoints"),
    "journey": pgettext_lazy("factor", "Journey"),
    "lifecycle": pgettext_lazy("factor", "Lifecycle"),
    "experience": pgettext_lazy("factor", "Experience"),
}
STAGES: dict[Stage, str | Promise] = {
    Stage.ACCIDENTAL: pgettext_lazy("stage", "Left to chance"),
    Stage.BEGUN: pgettext_lazy("stage", "Begun"),
    Stage.DEFINED: pgettext_lazy("stage", "Defined"),
    Stage.STEERED: pgettext_lazy("stage", "Steered"),
    Stage.LIVED: pgettext_lazy("stage", "Lived"),
}


class TaskState(TextChoices):
    """Where a task is."""

    OPEN = "open", pgettext_lazy("task", "Open")
    DONE = "done", pgettext_lazy("task", "Done")
    DROPPED = "dropped", pgettext_lazy("task", "Dropped")


TASK_NOTICE = NoticeKind(code="assessment.task", label=_("A task from the self-assessment is given to you"))
RESULTS_NOTICE = NoticeKind(code="assessment.results", label=_("Results of a self-assessment are there"))

TAKEN_OVER = Verb("assessment.taken_over", _("{actor} took over the instrument {label}"))
TASK_GIVEN = Verb("assessment.task.given", _("{actor} gave {person} the task {label}"))
"""Data: person (name), task (id)."""
TASK_CHANGED = Verb("assessment.task.changed", _("{actor} changed the task {label}"))
TASK_DONE = Verb("assessment.task.done", _("{actor} finished the task {label}"))
TASK_DROPPED = Verb("assessment.task.dropped", _("{actor} dropped the task {label}"))
TASK_REOPENED = Verb("assessment.task.reopened", _("{actor} reopened the task {label}"))


def factor_name(code: str) -> str:
    """The name of a factor, by the code of its question, in the reader's language; own ones are named by themselves."""
    return str(FACTORS.get(code) or code.replace("-", " ").capitalize())
