"""The company and its people. A person need not have an account: touchpoints may be answered for by anybody."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import Language, User
from cxm.kit.fields import SortKey
from cxm.kit.history import track_history


@track_history()
class Company(models.Model):
    """The one organisation of this installation."""

    name = models.CharField(_("Company"), max_length=150)
    language = models.CharField(_("Language"), max_length=2, choices=Language, default=Language.DE)
    is_demo = models.BooleanField(default=False, editable=False)
    # The one row: a second company is refused by the database.
    only = models.BooleanField(default=True, editable=False, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(only=True), name="organisation_company_only")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:company")


class UnitQuerySet(models.QuerySet["Unit"]):
    """Reads of units."""

    def visible_to(self, user: User) -> Self:
        """Everybody who is signed in sees the organisation."""
        return self.all() if user.is_active else self.none()


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
                Lower("name"), "parent", name="organisation_unit_name", nulls_distinct=False,
                violation_error_message=_("There is a unit of this name here already."),
            ),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="organisation_unit_not_own_parent"),
        ]  # fmt: skip

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

    def absent(self, at: date | None = None) -> Self:
        """Who is away on that day."""
        return self.filter(absences__during__contains=at or timezone.localdate()).distinct()


@track_history()
class Person(models.Model):
    """Somebody who works here, with or without an account."""

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
                Lower("email"), name="organisation_person_email", condition=~models.Q(email=""),
                violation_error_message=_("There is a person with this e-mail already."),
            ),
            models.UniqueConstraint(
                fields=["is_sponsor"], name="organisation_person_one_sponsor", condition=models.Q(is_sponsor=True),
                violation_error_message=_("There can be one executive sponsor only."),
            ),
            models.CheckConstraint(
                condition=~models.Q(lead=models.F("id")), name="organisation_person_not_own_lead",
                violation_error_message=_("Nobody leads himself."),
            ),
            models.CheckConstraint(
                condition=models.Q(left_on=None) | models.Q(joined_on=None) | models.Q(left_on__gte=models.F("joined_on")),
                name="organisation_person_dates", violation_error_message=_("The last day lies before the first."),
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            GinIndex(fields=["search_key"], name="organisation_person_search", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["name_sort", "id"], name="organisation_person_sort"),
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
                condition=~models.Q(deputy=models.F("person")), name="organisation_absence_other_deputy",
                violation_error_message=_("Nobody is his own deputy."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person}: {self.during}"
