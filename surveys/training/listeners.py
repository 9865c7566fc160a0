"""What training does when something has happened elsewhere, and whom it tells."""

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cxm.accounts.choices import ROLES_CHANGED
from cxm.accounts.models import User
from cxm.audit.actions import listens_to
from cxm.audit.models import Entry
from cxm.kit.access import Role
from cxm.kit.numbers import formats
from cxm.notices.actions import notify, notify_all
from cxm.organisation.choices import PERSON_CREATED, PERSON_LEAVES, PERSON_MOVED, PERSON_STAYS
from surveys.training.actions.assigning import assign_due
from surveys.training.choices import ASSIGNED, ASSIGNED_NOTICE, ATTEMPT_FAILED, STUCK_NOTICE, RuleKind
from surveys.training.models import Assignment, Course, Lesson, Rule
from touchpoints.inventory.choices import (
    ACCOUNTABLE_ASSIGNED,
    ACCOUNTABLE_ENDED,
    HANDED_OVER,
    PART_ASSIGNED,
    PART_ENDED,
    PLAN_WITHDRAWN,
    STANDARD_PUBLISHED,
)

TRIES = 3
"""After so many attempts without success somebody is asked to help."""


@listens_to(ACCOUNTABLE_ASSIGNED, PART_ASSIGNED, HANDED_OVER, ACCOUNTABLE_ENDED, PART_ENDED, PLAN_WITHDRAWN)
def assign_who_got_a_part(entry: Entry) -> None:
    """Whoever begins or ceases to work at a touchpoint gets its courses, or need not take them any more, at once."""
    rules = Rule.objects.filter(Q(touchpoint=entry.target_id) | Q(touchpoint__duplicate_of=entry.target_id))
    if courses := set(rules.order_by().values_list("course", flat=True)):
        assign_due(courses=courses)


@listens_to(STANDARD_PUBLISHED)
def assign_what_is_new(entry: Entry) -> None:
    """After a material change of a standard, whoever was trained on an older one learns it again."""
    if not entry.data.get("material"):
        return
    lessons = Lesson.objects.filter(touchpoint=entry.target_id)
    if courses := set(lessons.order_by().values_list("version__course", flat=True)):
        assign_due(courses=courses)


@listens_to(PERSON_CREATED, PERSON_MOVED, PERSON_LEAVES, PERSON_STAYS, ROLES_CHANGED)
def assign_who_came_or_goes(entry: Entry) -> None:
    """Rules about roles, units and people follow who comes, moves and goes."""
    kinds = (RuleKind.ROLE, RuleKind.UNIT, RuleKind.PERSON)
    courses = set(Course.objects.filter(rules__kind__in=kinds).order_by().values_list("pk", flat=True))
    courses |= set(
        Assignment.objects.open().filter(person=entry.target_id).order_by().values_list("course", flat=True)
        if entry.verb == PERSON_LEAVES.code
        else ()
    )
    if courses:
        assign_due(courses=courses)


@listens_to(ASSIGNED)
def tell_who_has_to_learn(entry: Entry) -> None:
    """Who has to take a course hears of it."""
    due = date.fromisoformat(str(entry.data["due"]))
    for user in User.objects.active().filter(person=entry.data["person_id"]):
        text = format_lazy(
            _("You have a course to take by {day}: {course}"),
            day=formats(user.language).date(due), course=entry.label,
        )  # fmt: skip
        number = entry.data["assignment"]
        url = reverse("training:learn", args=[number])
        notify(user=user, kind=ASSIGNED_NOTICE, text=text, key=f"training:assigned:{number}", url=url)


@listens_to(ATTEMPT_FAILED)
def tell_who_can_help(entry: Entry) -> None:
    """After three attempts without success those who manage training hear of it; each third time again."""
    if int(entry.data["number"]) % TRIES:
        return
    text = format_lazy(
        _("{person} has tried the quiz of {course} {n} times without passing. Perhaps a talk helps."),
        person=entry.data["person"], course=entry.label, n=entry.data["number"],
    )  # fmt: skip
    key = f"training:stuck:{entry.data['assignment']}:{entry.data['number']}"
    managers = User.objects.active().with_role(Role.CX_MANAGER)
    notify_all(users=managers, kind=STUCK_NOTICE, text=text, key=key, url=reverse("training:assignments"))
