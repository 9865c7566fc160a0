"""Who is invited when a wave opens, and who of them counts as a leader: chosen by rule, counted before, fixed then."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cxm.organisation.models import Person, Unit
from surveys.questionnaires.choices import Leading, Whom


@dataclass(frozen=True, kw_only=True)
class Circle:
    """A choice of people. `emails` are those of the leaders where they are chosen one by one."""

    whom: str = Whom.EVERYBODY
    units: Sequence[int] = ()
    roles: Sequence[str] = ()
    leading: str = Leading.LEADS
    emails: Sequence[str] = field(default=())

    def people(self) -> QuerySet[Person]:
        """All of them as of today, with their accounts."""
        people = Person.objects.present().select_related("user").order_by("pk")
        if self.whom == Whom.UNITS:
            return people.filter(unit__in=_below(self.units))
        if self.whom == Whom.ROLES:
            return people.filter(user__roles__overlap=list(self.roles), user__is_active=True)
        return people if self.whom == Whom.EVERYBODY else people.none()

    def leaders(self) -> QuerySet[Person]:
        """Those of them who count as leaders."""
        people = self.people()
        if self.leading == Leading.LEADS:
            return people.filter(Exists(Person.objects.present().filter(lead=OuterRef("pk"))))
        if self.leading == Leading.CHOSEN:
            return people.filter(email__in=list(self.emails)) if self.emails else people.none()
        return people.none()


@dataclass(frozen=True)
class Counted:
    """How many people a choice holds."""

    people: int
    leaders: int
    unreachable: int  # neither an address nor an account: they cannot be told
    small: tuple[str, ...]  # units with too few people to be shown by themselves

    @property
    def employees(self) -> int:
        """Those who are no leaders."""
        return self.people - self.leaders


def counted(circle: Circle, least: int) -> Counted:
    """The figures that are shown before a wave opens; three queries."""
    people = circle.people().order_by()
    found = people.aggregate(n=Count("pk"), silent=Count("pk", filter=Q(email="", user=None)))
    small = people.exclude(unit=None).values("unit__name").annotate(n=Count("pk")).filter(n__lt=least)
    names = tuple(small.order_by("unit__name").values_list("unit__name", flat=True))
    return Counted(found["n"], circle.leaders().count(), found["silent"], names)


def _below(units: Sequence[int]) -> set[int]:
    """The units with all that stands below them."""
    parents = dict(Unit.objects.order_by().values_list("pk", "parent"))
    chosen, found = set(units), set()
    for pk in parents:
        here: int | None = pk
        while here is not None and here not in chosen:
            here = parents[here]
        if here is not None:
            found.add(pk)
    return found
