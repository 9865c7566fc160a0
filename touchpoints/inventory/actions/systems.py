"""Writes of systems, their interfaces and the touchpoints they serve."""

from typing import Any

from django.db import transaction

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.organisation.models import Person
from touchpoints.inventory.actions.links import link
from touchpoints.inventory.choices_landscape import (
    INTERFACE_ADDED,
    INTERFACE_CHANGED,
    INTERFACE_REMOVED,
    SYSTEM_ARCHIVED,
    SYSTEM_CHANGED,
    SYSTEM_CREATED,
    SYSTEM_RESTORED,
    SYSTEM_SERVES,
)
from touchpoints.inventory.models import Interface, System, Touchpoint


@transaction.atomic
def create_system(
    *,
    actor: User,
    name: str,
    kind: str,
    vendor: str = "",
    url: str = "",
    description: str = "",
    owner: Person | None = None,
) -> System:
    """Record a system; raises ValidationError if its name is taken."""
    system = System(name=name, kind=kind, vendor=vendor, url=url, description=description, owner=owner)
    system.validate_constraints()
    system.save()
    record(SYSTEM_CREATED, actor=actor, target=system)
    return system


@transaction.atomic
def change_system(
    *,
    actor: User,
    system: System,
    name: str,
    kind: str,
    vendor: str,
    url: str,
    description: str,
    owner: Person | None,
) -> System:
    """Change what is known of a system; raises ValidationError if its name is taken."""
    system.name, system.kind, system.vendor = name, kind, vendor
    system.url, system.description, system.owner = url, description, owner
    system.validate_constraints()
    system.save(update_fields=["name", "kind", "vendor", "url", "description", "owner"])
    record(SYSTEM_CHANGED, actor=actor, target=system)
    return system


@transaction.atomic
def archive_system(*, actor: User, system: System) -> None:
    """Take a system out of use; what it served and exchanged stays on record."""
    if System.objects.current().filter(pk=system.pk).update(is_archived=True):
        record(SYSTEM_ARCHIVED, actor=actor, target=system)


@transaction.atomic
def restore_system(*, actor: User, system: System) -> None:
    """Bring a system back into use."""
    if System.objects.filter(pk=system.pk, is_archived=True).update(is_archived=False):
        record(SYSTEM_RESTORED, actor=actor, target=system)


@transaction.atomic
def serve_touchpoint(*, actor: User, system: System, touchpoint: Touchpoint, serves: bool) -> None:
    """Say that a system serves a touchpoint, or that it does not. Locks the touchpoint."""
    if link(touchpoint, "systems", system, wanted=serves, actor=actor):
        data: dict[str, Any] = {"touchpoint": touchpoint.name, "serves": serves}
        record(SYSTEM_SERVES, actor=actor, target=system, data=data)


@transaction.atomic
def add_interface(
    *, actor: User, source: System, target: System, carries: str, technique: str, state: str
) -> Interface:
    """Record information that flows, or should, from one system to another."""
    interface = Interface(source=source, target=target, carries=carries, technique=technique, state=state)
    interface.validate_constraints()
    interface.save()
    record(INTERFACE_ADDED, actor=actor, target=interface)
    return interface


@transaction.atomic
def change_interface(
    *,
    actor: User,
    interface: Interface,
    source: System,
    target: System,
    carries: str,
    technique: str,
    state: str,
) -> Interface:
    """Change what flows, how, and whether it works."""
    interface.source, interface.target = source, target
    interface.carries, interface.technique, interface.state = carries, technique, state
    interface.validate_constraints()
    interface.save(update_fields=["source", "target", "carries", "technique", "state"])
    record(INTERFACE_CHANGED, actor=actor, target=interface)
    return interface


@transaction.atomic
def remove_interface(*, actor: User, interface: Interface) -> None:
    """Delete an interface; its past stays in the history."""
    record(INTERFACE_REMOVED, actor=actor, target=interface)
    interface.delete()
