"""The fixed words of the dashboards."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cxm.audit.choices import Verb
from cxm.notices.choices import NoticeKind


class Answer(TextChoices):
    """What became of a question to the sponsor."""

    OPEN = "open", pgettext_lazy("decision", "Open")
    YES = "yes", pgettext_lazy("decision", "Agreed")
    NO = "no", pgettext_lazy("decision", "Declined")
    LATER = "later", pgettext_lazy("decision", "Postponed")


class Rhythm(TextChoices):
    """How often the page comes by mail."""

    WEEKLY = "weekly", _("Every Monday")
    MONTHLY = "monthly", _("On the first of the month")
    QUARTERLY = "quarterly", _("On the first day of a quarter")


DECISION_ASKED = Verb("dashboards.decision.asked", _("{actor} asked for a decision: {label}"))
DECISION_TAKEN = Verb("dashboards.decision.taken", _("{actor} decided: {label} – {answer}"))
DECISION_WITHDRAWN = Verb("dashboards.decision.withdrawn", _("{actor} withdrew the question: {label}"))
REPORT_CHANGED = Verb("dashboards.report.changed", _("{actor} gets the sponsor page by mail: {rhythm}"))
REPORT_ENDED = Verb("dashboards.report.ended", _("{actor} no longer gets the sponsor page by mail"))
REPORT_SENT = Verb("dashboards.report.sent", _("The sponsor page was sent to {label}"))

DECISION_NOTICE = NoticeKind(code="dashboards.decision", label=_("I am asked for a decision"))
ANSWER_NOTICE = NoticeKind(code="dashboards.answer", label=_("A decision that I asked for was taken"))
