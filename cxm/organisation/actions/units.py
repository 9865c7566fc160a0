"""The tree of units."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.organisation.actions.checked import save_checked
from cxm.organisation.choices import UNIT_CHANGED, UNIT_CREATED, UNIT_DISSOLVED, UNIT_MOVED
from cxm.organisation.models import Person, Unit


def lock_tree() -> None:
    """Changes of the tree's shape wait for one another; the same lock as in the trigger `no_circle`."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('organisation_unit_tree'))")


@transaction.atomic
def create_unit(*, actor: User, name: str, code: str = "", parent: Unit | None = None) -> Unit:
    """Add a unit, at the top or below another."""
    unit = Unit(name=name.strip(), code=code.strip(), parent=parent)
    save_checked(unit)
    record(UNIT_CREATED, actor=actor, target=unit)
    return unit


@transaction.atomic
def change_unit(*, actor: User, unit: Unit, name: str, code: str, parent: Unit | None) -> Unit:
    """Rename a unit or move it with everything below it. Locks the tree."""
    lock_tree()
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if parent and Unit.objects.at_or_below(unit).filter(pk=parent.pk).exists():
        raise ValidationError({"parent": _("A unit cannot stand below itself.")})
    moved = unit.parent_id != (parent.pk if parent else None)
    renamed = (unit.name, unit.code) != (name.strip(), code.strip())
    unit.name, unit.code, unit.parent = name.strip(), code.strip(), parent
    save_checked(unit)
    if renamed:
        record(UNIT_CHANGED, actor=actor, target=unit)
    if moved:
        top = _now("the top")
        record(UNIT_MOVED, actor=actor, target=unit, data={"parent": parent.name if parent else top})
    return unit


@transaction.atomic
def dissolve_unit(*, actor: User, unit: Unit, into: Unit | None) -> None:
    """Delete a unit; its people and what stands below it go to `into` (None: no unit, the top). Locks the tree."""
    lock_tree()
    if into and Unit.objects.at_or_below(unit).filter(pk=into.pk).exists():
        raise ValidationError({"into": _("Choose a unit outside of the one that is dissolved.")})
    Person.objects.filter(unit=unit).update(unit=into)
    for child in Unit.objects.select_for_update().filter(parent=unit):
        child.parent = into
        save_checked(child)
    record(UNIT_DISSOLVED, actor=actor, target=unit, data={"into": into.name if into else _now("no unit")})
    try:
        unit.delete()
    except ProtectedError:
        raise ValidationError(
            _("Something else still refers to this unit; it cannot be dissolved.")
        ) from None
