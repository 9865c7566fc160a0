"""Takes back people whom an import added, unless others work with them by now."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import Invitation, User
from cxm.kit.references import references
from cxm.organisation.actions.people import delete_person
from cxm.organisation.actions.units import dissolve_unit
from cxm.organisation.models import Person, Unit

type Kept = list[tuple[str, str | Promise]]
"""Names of what stays, each with the reason."""


@transaction.atomic
def remove_people(*, actor: User, people: Sequence[Person], accounts: dict[int, int | None]) -> Kept:
    """Delete people who were added by an import; says who stays, and why. The caller has locked them.

    `accounts` says for each which account the import itself linked.
    """
    kept = why_kept(people, accounts)
    for person in people:
        if person.pk not in kept:
            delete_person(actor=actor, person=person)
    return [(person.name, kept[person.pk]) for person in people if person.pk in kept]


@transaction.atomic
def remove_units(*, actor: User, ids: Sequence[int]) -> Kept:
    """Dissolve units that were made by an import; says which ones stay, and why. Locks them."""
    units = list(Unit.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    used = {found.to for found in references(Unit, ids)}
    for unit in units:
        if unit.pk not in used:
            dissolve_unit(actor=actor, unit=unit, into=None)
    return [(unit.name, _("Is used elsewhere by now.")) for unit in units if unit.pk in used]


def why_kept(people: Sequence[Person], accounts: dict[int, int | None]) -> dict[int, str | Promise]:
    """Why some of these people stay, by id. Whoever leads somebody who stays, stays, too."""
    ids = {person.pk for person in people}
    invited = set(
        Invitation.objects.open()
        .filter(email__in=[person.email for person in people if person.email])
        .values_list("email", flat=True)
    )
    kept: dict[int, str | Promise] = {}
    for person in people:
        if person.user_id != accounts.get(person.pk) or person.email in invited:
            kept[person.pk] = _("Has an account or an invitation by now.")
        elif person.is_sponsor:
            kept[person.pk] = _("Is the executive sponsor by now.")
    lead_of: dict[int, int] = {}
    for found in references(Person, ids):
        if found.model is Person and found.pk in ids:
            lead_of[found.pk] = found.to
        else:
            kept.setdefault(found.to, _("Is used elsewhere by now."))
    staying = list(kept)
    while staying:
        lead = lead_of.get(staying.pop())
        if lead is not None and lead not in kept:
            kept[lead] = _("Leads somebody who stays.")
            staying.append(lead)
    return kept
