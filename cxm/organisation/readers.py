"""Who has read the valid version of vision and brand, and who may be reminded. For the CX manager only."""

from datetime import timedelta

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from cxm.organisation.models import (
    BrandConfirmation,
    BrandReminder,
    BrandVersion,
    Person,
    PersonQuerySet,
)

BETWEEN = timedelta(days=3)  # a second reminder comes at the earliest so long after the first


def readers(version: BrandVersion | None) -> PersonQuerySet:
    """Who works here, each with `confirmed_at`, `reminded` (how often) and `reminded_at` for that version."""
    number = version.pk if version else 0
    confirmations = BrandConfirmation.objects.filter(version=number, person=OuterRef("pk"))
    reminders = BrandReminder.objects.filter(version=number, person=OuterRef("pk")).order_by("-number")
    return Person.objects.present().annotate(
        confirmed_at=Subquery(confirmations.values("confirmed_at")[:1]),
        reminded=Coalesce(Subquery(reminders.values("number")[:1]), 0),
        reminded_at=Subquery(reminders.values("sent_at")[:1]),
    )


def remindable(version: BrandVersion) -> PersonQuerySet:
    """Who has not confirmed, is here today, can sign in, and was reminded less than twice and not just now."""
    today, now = timezone.localdate(), timezone.now()
    absent = Person.objects.absent(today).order_by().values("pk")
    return (
        readers(version)  # type: ignore[misc]  # fields of the annotation
        .filter(confirmed_at=None, reminded__lt=BrandReminder.MOST, user__is_active=True)
        .filter(Q(joined_on=None) | Q(joined_on__lte=today))
        .filter(Q(reminded_at=None) | Q(reminded_at__lte=now - BETWEEN))
        .exclude(pk__in=absent)
    )
