"""The fixed words of training, and what is recorded of it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cxm.audit.choices import Verb
from cxm.notices.choices import NoticeKind


class Status(TextChoices):
    """Where a version of a course is in its life; it goes forward only."""

    DRAFT = "draft", pgettext_lazy("course", "Draft")
    PUBLISHED = "published", pgettext_lazy("course", "Published")
    RETIRED = "retired", pgettext_lazy("course", "Retired")


class LessonKind(TextChoices):
    """What a lesson shows besides its text."""

    TEXT = "text", _("Text")
    VIDEO = "video", _("Video with captions")
    FILE = "file", _("File")
    STANDARD = "standard", _("Standard of a touchpoint")


class RuleKind(TextChoices):
    """Whom a rule names."""

    ROLE = "role", _("Everybody with a role")
    UNIT = "unit", _("A unit with all below it")
    ACCOUNTABLE = "accountable", _("Who is accountable for a touchpoint")
    WORKING = "working", _("Who is accountable or responsible for a touchpoint, or a deputy")
    PERSON = "person", _("One person")


NAMES = {
    RuleKind.ROLE: "role", RuleKind.UNIT: "unit", RuleKind.ACCOUNTABLE: "touchpoint",
    RuleKind.WORKING: "touchpoint", RuleKind.PERSON: "person",
}  # fmt: skip
"""The field of a rule that says whom its kind names."""


class Reason(TextChoices):
    """Why somebody has to take a course."""

    ROLE = "role", _("Role")
    UNIT = "unit", _("Unit")
    TOUCHPOINT = "touchpoint", _("Works at a touchpoint")
    PERSON = "person", _("Named in person")
    REFRESHER = "refresher", _("Refresher")
    NEW_VERSION = "new_version", _("What is taught has changed")


class State(TextChoices):
    """How far somebody has come with an assignment."""

    OPEN = "open", pgettext_lazy("training", "Open")
    OVERDUE = "overdue", pgettext_lazy("training", "Overdue")
    PASSED = "passed", pgettext_lazy("training", "Passed")
    WAIVED = "waived", pgettext_lazy("training", "Waived")


COURSE_CREATED = Verb("training.course.created", _("{actor} created the course {label}"))
COURSE_CHANGED = Verb("training.course.changed", _("{actor} changed the course {label}"))
COURSE_ARCHIVED = Verb("training.course.archived", _("{actor} archived the course {label}"))
COURSE_RESTORED = Verb("training.course.restored", _("{actor} took the course {label} out of the archive"))
VERSION_DRAFTED = Verb("training.version.drafted", _("{actor} began version {version} of the course {label}"))
VERSION_DISCARDED = Verb("training.version.discarded", _("{actor} discarded the draft of the course {label}"))
VERSION_PUBLISHED = Verb(
    "training.version.published", _("{actor} published version {version} of the course {label}")
)
LESSON_ADDED = Verb("training.lesson.added", _("{actor} added the lesson “{lesson}” to {label}"))
LESSON_CHANGED = Verb("training.lesson.changed", _("{actor} changed the lesson “{lesson}” of {label}"))
LESSON_REMOVED = Verb("training.lesson.removed", _("{actor} removed the lesson “{lesson}” from {label}"))
LESSONS_ORDERED = Verb("training.lessons.ordered", _("{actor} changed the order of the lessons of {label}"))
QUIZ_WRITTEN = Verb("training.quiz.written", _("{actor} wrote the quiz of {label}"))
RULE_ADDED = Verb("training.rule.added", _("{actor} said who has to take {label}: {whom}"))
RULE_ENDED = Verb("training.rule.ended", _("{actor} ended a rule of {label}: {whom}"))
ASSIGNED = Verb("training.assigned", _("{person} has to take the course {label} by {due}"))
"""Data: person, person_id, due, assignment (id), reason. Target: the course."""
WAIVED = Verb("training.waived", _("{person} need not take the course {label} any more: {reason}"))
LESSON_DONE = Verb("training.lesson.done", _("{actor} has worked through “{lesson}” of {label}"))
ATTEMPT_BEGUN = Verb("training.attempt.begun", _("{actor} began the quiz of {label}"))
ATTEMPT_FAILED = Verb("training.attempt.failed", _("{person} did not pass the quiz of {label} yet"))
CERTIFIED = Verb("training.certified", _("{person} has passed the course {label}"))
"""Data: person, person_id, certificate (id as text), touchpoints (ids). Target: the course."""
EXPORTED = Verb("training.exported", _("{actor} exported who has to take which course"), about_people=True)
LISTED = Verb(
    "training.listed",
    _("{actor} read who has to take which course through the API ({count})"),
    about_people=True,
)
CERTIFICATES_LISTED = Verb(
    "training.certificates.listed",
    _("{actor} read the list of certificates through the API ({count})"),
    about_people=True,
)
CERTIFICATE_READ = Verb(
    "training.certificate.read",
    _("{actor} read the certificate of {person} for the course {label} through the API"),
    about_people=True,
)

ASSIGNED_NOTICE = NoticeKind(code="training.assigned", label=_("I have to take a course"))
DUE_NOTICE = NoticeKind(code="training.due", label=_("A course is due soon, or overdue"))
TEAM_NOTICE = NoticeKind(code="training.team", label=_("Somebody of my team is overdue with training"))
STUCK_NOTICE = NoticeKind(
    code="training.stuck", label=_("Somebody has not passed a quiz three times and may need help")
)
