"""What comes with the days: refreshers, reminders, the weekly word to leads, figures of who is qualified."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cxm.accounts.models import User
from cxm.notices.actions import notify
from cxm.notices.models import Notice
from surveys.training.choices import DUE_NOTICE, TEAM_NOTICE
from surveys.training.models import Assignment
from surveys.training.standing import qualified, taught, workers
from touchpoints.inventory.models import Touchpoint
from touchpoints.kpis.actions import measure
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.models import KpiDefinition

STAGES = (-14, -3, 0, 7)
"""Days after the due date on which somebody is reminded."""
KPI = "TR1"
SOURCE = "training"


@transaction.atomic
def remind(*, at: date | None = None) -> int:
    """Remind whoever has not passed yet, once at each stage; a night that was missed is made up for. Returns how many
    notices were new. Of somebody who got the course later than a stage, that stage is left out."""
    today = at or timezone.localdate()
    due = Assignment.objects.open().filter(
        due_on__lte=today - timedelta(days=STAGES[0]), person__user__is_active=True
    )
    keys = {}
    for one in due.select_related("person__user", "course"):
        days = [one.due_on + timedelta(days=stage) for stage in STAGES]
        if reached := [day for day in days if one.assigned_on < day <= today]:
            keys[f"training:due:{one.pk}:{reached[-1]}"] = one
    told = set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    count = 0
    for key, one in keys.items():
        if key not in told and one.person.user:
            text, url = _said(one, today), one.get_absolute_url()
            count += notify(user=one.person.user, kind=DUE_NOTICE, text=text, key=key, url=url) is not None
    return count


def _said(one: Assignment, today: date) -> Promise:
    left = (one.due_on - today).days
    if left < 0:
        many = ngettext_lazy(
            "The course {course} is overdue since {n} day",
            "The course {course} is overdue since {n} days",
            -left,
        )
        return format_lazy(many, course=one.course.name, n=-left)
    if left == 0:
        return format_lazy(_("The course {course} is due today"), course=one.course.name)
    many = ngettext_lazy(
        "The course {course} is due in {n} day", "The course {course} is due in {n} days", left
    )
    return format_lazy(many, course=one.course.name, n=left)


@transaction.atomic
def tell_leads(*, at: date | None = None) -> int:
    """Once a week each lead hears how many of his team are overdue; not who scored what."""
    today = at or timezone.localdate()
    late = Assignment.objects.overdue(today).filter(person__lead__user__is_active=True)
    teams: dict[int, set[int]] = defaultdict(set)
    for lead, person in late.order_by().values_list("person__lead__user", "person"):
        teams[lead].add(person)
    count = 0
    for user in User.objects.filter(pk__in=teams).order_by("pk"):
        n = len(teams[user.pk])
        many = ngettext_lazy(
            "{n} person of your team is overdue with training",
            "{n} people of your team are overdue with training",
            n,
        )
        key = f"training:team:{today:%G-W%V}"
        told = notify(
            user=user, kind=TEAM_NOTICE, text=format_lazy(many, n=n), key=key, url=reverse("training:team")
        )
        count += told is not None
    return count


@transaction.atomic
def note_figures(*, at: date | None = None) -> int:
    """Write down for each touchpoint whose standard is taught how many of those who work there are qualified today.

    Run twice a day it counts once. It says nothing about customers, so the touchpoint does not count as measured.
    """
    today = at or timezone.localdate()
    kpi = KpiDefinition.objects.filter(code=KPI).first()
    ids = taught()
    able, people = qualified(ids, today), workers(ids, today)
    if kpi is None:
        return 0
    facts = [
        Fact(
            kpi=kpi, day=today, touchpoint=touchpoint, source=SOURCE, external_id=f"{touchpoint.pk}:{today}",
            given=Given(
                numerator=Decimal(sum(one.pk in able[touchpoint.pk] for one in people[touchpoint.pk])),
                denominator=Decimal(len(people[touchpoint.pk])),
            ),
        )
        for touchpoint in Touchpoint.objects.filter(pk__in=[pk for pk in ids if people.get(pk)]).order_by("pk")
    ]  # fmt: skip
    return measure(facts=facts, actor=None, is_of_customers=False) if facts else 0
