"""Plans and writes changes of responsibilities in an order that the database accepts at each step.

The exclusion constraint is checked row by row. So first rows go, then rows shrink, then rows come, then rows grow.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation

from cxm.organisation.models import Person
from touchpoints.inventory.choices import Part
from touchpoints.inventory.days import Days
from touchpoints.inventory.models import Responsibility


@dataclass
class Changes:
    """What is to be written."""

    gone: list[Responsibility] = field(default_factory=list)
    shrunk: list[Responsibility] = field(default_factory=list)
    new: list[Responsibility] = field(default_factory=list)
    grown: list[Responsibility] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.gone or self.shrunk or self.new or self.grown)

    def keep(self, row: Responsibility, pieces: list[Days]) -> None:
        """Leave of a row only these pieces of its days."""
        if not pieces:
            self.gone.append(row)
            return
        row.during = pieces[0].range
        self.shrunk.append(row)
        self.new += [copy_of(row, days=days) for days in pieces[1:]]

    def give(self, rows: Iterable[Responsibility], wanted: Responsibility) -> None:
        """Let the person play the part in the wanted days, one row for days that touch; `rows` are his own ones."""
        days = Days.of(wanted.during)
        touching = [row for row in rows if _touch(Days.of(row.during), days)]
        if not touching:
            self.new.append(wanted)
            return
        spans = [days, *(Days.of(row.during) for row in touching)]
        ends = [span.end for span in spans]
        whole = Days(min(span.start for span in spans), None if None in ends else max(e for e in ends if e))
        first, *others = touching
        self.gone += others
        if Days.of(first.during) != whole:
            first.during = whole.range
            self.grown.append(first)

    def write(self) -> None:
        """Write everything; a ValidationError says in words what the database refuses."""
        try:
            with transaction.atomic():
                Responsibility.objects.filter(pk__in=[row.pk for row in self.gone]).delete()
                Responsibility.objects.bulk_update(self.shrunk, ["during"], batch_size=500)
                Responsibility.objects.bulk_create(self.new, batch_size=500)
                Responsibility.objects.bulk_update(self.grown, ["during"], batch_size=500)
        except IntegrityError as error:
            raise refused(error) from error


def refused(error: IntegrityError) -> ValidationError:
    """The human message of the constraint that was violated; re-raises what is no matter of responsibility."""
    cause = error.__cause__
    name = cause.diag.constraint_name if isinstance(cause, ExclusionViolation) else ""
    for constraint in Responsibility._meta.constraints:
        if constraint.name == name:
            return ValidationError(constraint.violation_error_message or _("Refused."), code="overlap")
    raise error


def copy_of(row: Responsibility, *, days: Days, person: Person | None = None) -> Responsibility:
    """A new row like this one, for other days and perhaps another person."""
    return Responsibility(
        touchpoint_id=row.touchpoint_id,
        person=person or row.person,
        part=Part(row.part),
        during=days.range,
        note=row.note,
    )


def _touch(one: Days, other: Days) -> bool:
    return one.overlaps(other) or one.end == other.start or other.end == one.start
