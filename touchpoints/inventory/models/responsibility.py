"""Who answers for a touchpoint, and from when to when."""

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.kit.history import track_history
from cxm.organisation.models import Absence, Person
from touchpoints.inventory.choices import Part


class ResponsibilityQuerySet(models.QuerySet["Responsibility"]):
    """Reads of responsibilities."""

    def on(self, at: date | None = None) -> Self:
        """Valid on that day (today by default)."""
        return self.filter(during__contains=at or timezone.localdate())

    def since(self, at: date | None = None) -> Self:
        """Valid on that day (today by default) or later."""
        return self.filter(during__overlap=DateRange(at or timezone.localdate(), None))

    def ending(self, since: date, until: date) -> Self:
        """Whose time ends, or who leaves, after the day `since` and before `until`."""
        ends = models.Q(during__endswith__gt=since, during__endswith__lt=until)
        return self.filter(ends | models.Q(person__left_on__gt=since, person__left_on__lt=until))

    def accountable(self) -> Self:
        """The one who answers in the end."""
        return self.filter(part=Part.ACCOUNTABLE)

    def by_present_people(self, at: date | None = None) -> Self:
        """Held by people who belong to the company on that day."""
        day = at or timezone.localdate()
        return self.filter(models.Q(person__left_on=None) | models.Q(person__left_on__gt=day))

    def with_stand_in(self, at: date | None = None) -> Self:
        """Adds `stand_in` (name or None) and `away_until` (first day back, None: open) of who is absent that day."""
        away = Absence.objects.filter(
            person=models.OuterRef("person"), during__contains=at or timezone.localdate()
        )
        return self.annotate(
            is_away=models.Exists(away),
            stand_in=models.Subquery(away.values("deputy__name")[:1]),
            away_until=models.Subquery(away.values("during__endswith")[:1]),
        )

    def of_user(self, user: User, at: date | None = None) -> Self:
        """Held by the user's person, or by somebody for whom he stands in on that day."""
        standing_in = Absence.objects.filter(during__contains=at or timezone.localdate(), deputy__user=user)
        return self.filter(models.Q(person__user=user) | models.Q(person__in=standing_in.values("person")))


@track_history()
class Responsibility(models.Model):
    """A person plays a part at a touchpoint during a time; the end day is the first day without the part."""

    touchpoint = models.ForeignKey("inventory.Touchpoint", models.CASCADE, related_name="responsibilities")
    # PROTECT: people are never deleted, they leave; what they answered for stays on record.
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="responsibilities", verbose_name=_("Person")
    )
    part = models.CharField(_("Part"), max_length=12, choices=Part)
    during = DateRangeField(_("From – to"))
    note = models.CharField(_("Note"), max_length=200, blank=True)

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        ordering = ("touchpoint", "part", "during")
        constraints: ClassVar = [
            # The heart of the inventory: nobody can make two people accountable for one day, however parallel.
            ExclusionConstraint(
                name="inventory_one_accountable",
                expressions=[("touchpoint", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=models.Q(part=Part.ACCOUNTABLE),
                violation_error_message=_("Somebody else is accountable for this touchpoint in this time."),
            ),
            ExclusionConstraint(
                name="inventory_part_once",
                expressions=[
                    ("touchpoint", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("part", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person plays this part in this time already."),
            ),
            models.CheckConstraint(
                condition=models.Q(during__isempty=False, during__startswith__isnull=False),
                name="inventory_responsibility_starts",
                violation_error_message=_("A responsibility starts on a day and lasts at least one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_part_display()})"
