"""The company and its people. A person need not have an account: touchpoints may be answered for by anybody."""

from collections import defaultdict
from datetime import date, timedelta
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.accounts.choices import DEMO_CAST, DEMO_DOMAIN
from cxm.accounts.models import Invitation, Language, User
from cxm.kit.fields import SortKey
from cxm.kit.history import track_history


class CompanyQuerySet(models.QuerySet["Company"]):
    """Reads of the company."""

    def is_open_demo(self) -> bool:
        """Whether the demo company is loaded and the settings allow its one-click sign-in."""
        return settings.DEMO and self.filter(is_demo=True).exists()

    def demo_cast(self) -> list[User]:
        """Who is offered on the sign-in page of the demo, and nobody else comes in with one click: the people whom it
        brought, whatever roles visitors gave them since. Accounts that were added to the demo are not of it."""
        if not self.is_open_demo():
            return []
        emails = [f"{name}@{DEMO_DOMAIN}" for name in DEMO_CAST]
        found = {user.email: user for user in User.objects.active().filter(email__in=emails)}
        return [found[email] for email in emails if email in found]


@track_history()
class Company(models.Model):
    """The one organisation of this installation."""

    name = models.CharField(_("Company"), max_length=150)
    language = models.CharField(_("Language"), max_length=2, choices=Language, default=Language.DE)
    is_demo = models.BooleanField(default=False, editable=False)
    # The one row: a second company is refused by the database.
    only = models.BooleanField(default=True, editable=False, unique=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(only=True), name="organisation_company_only")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:company")


def company_language() -> str:
    """What new accounts speak unless somebody chooses; before the set-up, what the installation speaks."""
    return Company.objects.values_list("language", flat=True).first() or str(settings.LANGUAGE_CODE)


class UnitQuerySet(models.QuerySet["Unit"]):
    """Reads of units."""

    def visible_to(self, user: User) -> Self:
        """Everybody who is signed in sees the organisation."""
        return self.all() if user.is_active else self.none()

    def at_or_below(self, unit: "Unit | int") -> Self:
        """A unit with everything that stands below it; one more query for the shape of the tree."""
        below = defaultdict(list)
        for pk, parent in Unit.objects.order_by().values_list("pk", "parent"):
            below[parent].append(pk)
        found, open_ends = set(), [unit.pk if isinstance(unit, Unit) else unit]
        while open_ends:
            found.add(here := open_ends.pop())
            open_ends += below[here]
        return self.filter(pk__in=found)


# Two moves at the same time could each be fine and make a circle together; so moves wait for one another.
NO_CIRCLE = """
IF NEW.parent_id IS NOT NULL THEN
  PERFORM pg_advisory_xact_lock(hashtext('organisation_unit_tree'));
  IF EXISTS (
    WITH RECURSIVE up (id, parent_id) AS (
      SELECT id, parent_id FROM organisation_unit WHERE id = NEW.parent_id
      UNION
      SELECT u.id, u.parent_id FROM organisation_unit u JOIN up ON u.id = up.parent_id
    ) SELECT FROM up WHERE id = NEW.id
  ) THEN
    RAISE EXCEPTION 'unit % would stand below itself', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'organisation_unit_no_circle';
  END IF;
END IF;
RETURN NEW;
"""


# As with units: two changes at the same time could make a circle together. After the row, so that one statement may
# turn a whole line of leads round.
NO_CIRCLE_OF_LEADS = """
IF NEW.lead_id IS NOT NULL AND NEW.lead_id IS DISTINCT FROM OLD.lead_id THEN
  PERFORM pg_advisory_xact_lock(hashtext('organisation_person_leads'));
  IF EXISTS (
    WITH RECURSIVE up (id, lead_id) AS (
      SELECT id, lead_id FROM organisation_person WHERE id = NEW.lead_id
      UNION
      SELECT p.id, p.lead_id FROM organisation_person p JOIN up ON p.id = up.lead_id
    ) SELECT FROM up WHERE id = NEW.id
  ) THEN
    RAISE EXCEPTION 'person % would lead himself', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'organisation_person_no_circle';
  END IF;
END IF;
RETURN NULL;
"""


@track_history()
class Unit(models.Model):
    """A department or team; units form a tree."""

    name = models.CharField(_("Name"), max_length=150)
    code = models.CharField(_("Code"), max_length=30, blank=True)
    # PROTECT: a unit is dissolved by moving what hangs below it first.
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Part of")
    )
    name_sort = SortKey("name")

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ("name_sort", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"),
                "parent",
                name="organisation_unit_name",
                nulls_distinct=False,
                violation_error_message=_("There is a unit of this name here already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")), name="organisation_unit_not_own_parent"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="no_circle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=NO_CIRCLE,
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:unit", args=[self.pk])


class PersonQuerySet(models.QuerySet["Person"]):
    """Reads of people."""

    def visible_to(self, user: User) -> Self:
        """Everybody who is signed in sees colleagues."""
        return self.all() if user.is_active else self.none()

    def present(self, at: date | None = None) -> Self:
        """Who belongs to the company on that day (today by default)."""
        return self.filter(models.Q(left_on=None) | models.Q(left_on__gt=at or timezone.localdate()))

    def gone(self, at: date | None = None) -> Self:
        """Who has left the company by that day."""
        return self.filter(left_on__lte=at or timezone.localdate())

    def absent(self, at: date | None = None) -> Self:
        """Who is away on that day."""
        away = Absence.objects.filter(
            person=models.OuterRef("pk"), during__contains=at or timezone.localdate()
        )
        return self.filter(models.Exists(away))

    def in_unit(self, unit: "Unit | int") -> Self:
        """Who works in a unit or below it."""
        return self.filter(unit__in=Unit.objects.at_or_below(unit))

    def without_account(self) -> Self:
        """Who cannot sign in, because there is no account."""
        return self.filter(user=None)

    def not_invited(self) -> Self:
        """Who has neither an account nor an invitation that is open."""
        return self.without_account().exclude(email__in=Invitation.objects.open().values("email"))


@track_history()
class Person(models.Model):
    """Somebody who works here, with or without an account. `left_on` is the first day without him."""

    HISTORY_PERMISSION = "organisation.edit"  # old phone numbers and the like are not for everybody

    # SET_NULL: the person outlives the account.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="person"
    )
    name = models.CharField(_("Name"), max_length=150)
    email = models.EmailField(_("E-mail"), blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    position = models.CharField(_("Position"), max_length=150, blank=True)
    # PROTECT: see Unit.parent.
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("Unit")
    )
    lead = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("Lead")
    )
    is_sponsor = models.BooleanField(_("Executive sponsor"), default=False)
    joined_on = models.DateField(_("Joined on"), null=True, blank=True)
    left_on = models.DateField(_("Left on"), null=True, blank=True)
    name_sort = SortKey("name")
    search_key = SortKey("name", "email", "position")

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ("name_sort", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="organisation_person_email",
                condition=~models.Q(email=""),
                violation_error_message=_("There is a person with this e-mail already."),
            ),
            models.UniqueConstraint(
                fields=["is_sponsor"],
                name="organisation_person_one_sponsor",
                condition=models.Q(is_sponsor=True),
                violation_error_message=_("There can be one executive sponsor only."),
            ),
            models.CheckConstraint(
                condition=~models.Q(lead=models.F("id")),
                name="organisation_person_not_own_lead",
                violation_error_message=_("Nobody leads himself."),
            ),
            models.CheckConstraint(
                condition=models.Q(left_on=None)
                | models.Q(joined_on=None)
                | models.Q(left_on__gte=models.F("joined_on")),
                name="organisation_person_dates",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["search_key"], name="organisation_person_search", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["name_sort", "id"], name="organisation_person_sort"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="no_circle",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("lead_id"),  # type: ignore[no-untyped-call]
                func=NO_CIRCLE_OF_LEADS,
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:person", args=[self.pk])

    def is_present(self, at: date | None = None) -> bool:
        """Whether the person belongs to the company on that day."""
        return self.left_on is None or self.left_on > (at or timezone.localdate())


@track_history()
class Absence(models.Model):
    """When somebody is away and who stands in; two absences of one person never overlap."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="absences")
    deputy = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="stands_in", verbose_name=_("Deputy")
    )
    during = DateRangeField(_("From – to"))
    note = models.CharField(_("Note"), max_length=200, blank=True)

    class Meta:
        ordering = ("during",)
        constraints: ClassVar = [
            ExclusionConstraint(
                name="organisation_absence_no_overlap",
                expressions=[("person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                violation_error_message=_("There is an absence in this time already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(deputy=models.F("person")),
                name="organisation_absence_other_deputy",
                violation_error_message=_("Nobody is his own deputy."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.during}"

    @property
    def last_day(self) -> date | None:
        """The last day away; the range in the database ends with the day after."""
        return self.during.upper - timedelta(days=1) if self.during.upper else None
