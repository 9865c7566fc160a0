"""How far a touchpoint has come, and what it lacks for the next step. Pure; the writing is in `actions.care`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from touchpoints.inventory.choices import Maturity

MEASURED_FOR = timedelta(days=365)  # a figure older than a year says nothing about today


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What is known of a touchpoint on the day `at`."""

    at: date
    phase_id: int | None = None
    channel_id: int | None = None
    kind: str = ""
    description: str = ""
    customer_goal: str = ""
    expectation: str = ""
    importance_customer: int | None = None
    contacts_per_month: int | None = None
    has_standard: bool = False  # a published one
    has_owner: bool = False  # who still works here
    trained_on: date | None = None
    material_on: date | None = None  # day of the newest standard that people had to learn
    measured_on: date | None = None
    improved_on: date | None = None

    @property
    def is_trained(self) -> bool:
        """Staff were trained, and not before the standard that is valid now."""
        return self.trained_on is not None and (
            self.material_on is None or self.material_on <= self.trained_on
        )

    @property
    def is_measured(self) -> bool:
        """There is a measurement of the last 365 days."""
        return self.measured_on is not None and self.measured_on > self.at - MEASURED_FOR


@dataclass(frozen=True)
class Fact:
    """Something a well-kept touchpoint has; `group` is where on its page it is filled in."""

    code: str
    step: Maturity
    group: str
    label: str | Promise
    is_there: Callable[[Snapshot], object]


FACTS = (
    Fact("phase", Maturity.DESCRIBED, "place", _("Phase"), lambda s: s.phase_id),
    Fact("channel", Maturity.DESCRIBED, "place", _("Channel"), lambda s: s.channel_id),
    Fact("kind", Maturity.DESCRIBED, "place", _("Kind: personal, digital, print or product"), lambda s: s.kind),
    Fact(
        "description", Maturity.DESCRIBED, "identity", _("What happens here, seen by the customer"),
        lambda s: s.description,
    ),
    Fact(
        "customer_goal", Maturity.DESCRIBED, "customer", _("What customers want to achieve here"),
        lambda s: s.customer_goal,
    ),
    Fact("expectation", Maturity.DESCRIBED, "customer", _("What customers expect"), lambda s: s.expectation),
    Fact(
        "importance_customer", Maturity.DESCRIBED, "weight", _("Importance to customers"),
        lambda s: s.importance_customer,
    ),
    Fact(
        "contacts_per_month", Maturity.DESCRIBED, "weight", _("Contacts per month"),
        lambda s: s.contacts_per_month is not None,
    ),
    Fact("standard", Maturity.DESCRIBED, "standard", _("A published standard"), lambda s: s.has_standard),
    Fact("owner", Maturity.OWNED, "people", _("Somebody who is accountable"), lambda s: s.has_owner),
    Fact(
        "trained_on", Maturity.TRAINED, "care", _("Staff trained on the standard that is valid now"),
        lambda s: s.is_trained,
    ),
    Fact(
        "measured_on", Maturity.MEASURED, "figures", _("A measurement of the last 12 months"),
        lambda s: s.is_measured,
    ),
    Fact("improved_on", Maturity.IMPROVED, "care", _("An improvement that is on record"), lambda s: s.improved_on),
)  # fmt: skip


@dataclass(frozen=True)
class Care:
    """The result: the step reached, per cent of all facts that are there, and what lacks for the next step."""

    maturity: Maturity
    completeness: int
    missing: tuple[Fact, ...]

    @property
    def next_step(self) -> Maturity | None:
        """The step that the missing facts lead to."""
        return Maturity(self.maturity + 1) if self.maturity < Maturity.IMPROVED else None


def assess(snapshot: Snapshot) -> Care:
    """Maturity step (each needs all facts of the steps below it) and completeness in per cent, rounded down."""
    absent = [fact for fact in FACTS if not fact.is_there(snapshot)]
    lowest = min((fact.step for fact in absent), default=None)
    return Care(
        maturity=Maturity(lowest - 1) if lowest else Maturity.IMPROVED,
        completeness=100 * (len(FACTS) - len(absent)) // len(FACTS),
        missing=tuple(fact for fact in absent if fact.step == lowest),
    )
