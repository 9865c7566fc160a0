"""The people of the company."""

from collections.abc import Iterable
from datetime import date
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cxm.accounts.actions import deactivate_user
from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.kit.days import refuse_odd_days
from cxm.organisation.actions.checked import save_checked
from cxm.organisation.choices import (
    ACCOUNT_LINKED,
    ACCOUNT_UNLINKED,
    PERSON_CHANGED,
    PERSON_CREATED,
    PERSON_DELETED,
    PERSON_LEAVES,
    PERSON_MOVED,
    PERSON_STAYS,
    SPONSOR_GONE,
    SPONSOR_NAMED,
)
from cxm.organisation.models import Person, Unit


class PersonFields(TypedDict, total=False):
    """What is known of a person and may be changed at any time."""

    name: str
    email: str
    phone: str
    position: str
    unit: Unit | None
    lead: Person | None
    joined_on: date | None


@transaction.atomic
def create_person(*, actor: User, **fields: Unpack[PersonFields]) -> Person:
    """Add somebody who works here; an account is made by invitation. Links the account of the same e-mail."""
    refuse_odd_days(joined_on=fields.get("joined_on"))
    person = Person(**tidy(fields))
    save_checked(person)
    record(PERSON_CREATED, actor=actor, target=person)
    if person.email and (user := User.objects.filter(email=person.email, person=None).first()):
        link_account(actor=actor, person=person, user=user)
    return person


def tidy(fields: PersonFields) -> PersonFields:
    """Texts without space around them, e-mails in lower case."""
    clean = fields.copy()
    for name in ("name", "email", "phone", "position"):
        if name in clean:
            clean[name] = clean[name].strip()
    if "email" in clean:
        clean["email"] = clean["email"].lower()
    return clean


def lock_leads() -> None:
    """Changes of who leads whom wait for one another; the same lock as in the trigger `no_circle`."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('organisation_person_leads'))")


@transaction.atomic
def change_person(*, actor: User, person: Person, **fields: Unpack[PersonFields]) -> Person:
    """Change what is known of a person. Locks the person and, for another lead, all leads."""
    refuse_odd_days(joined_on=fields.get("joined_on"))
    if "lead" in fields and fields["lead"] != person.lead:
        lock_leads()
    person = Person.objects.select_for_update().get(pk=person.pk)
    wanted = tidy(fields)
    changed = sorted(name for name, value in wanted.items() if getattr(person, name) != value)
    if not changed:
        return person
    for name in changed:
        setattr(person, name, wanted[name])  # type: ignore[literal-required]  # names come from `wanted`
    if "lead" in changed:
        refuse_circle(person)
    save_checked(person)
    record(PERSON_CHANGED, actor=actor, target=person, data={"fields": changed})
    return person


def refuse_circle(person: Person) -> None:
    """Nobody leads those who lead him."""
    above, seen = person.lead_id, {person.pk}
    while above is not None:
        if above in seen:
            raise ValidationError(
                {"lead": _("This person is led, directly or not, by the one you are changing.")}
            )
        seen.add(above)
        above = Person.objects.filter(pk=above).values_list("lead", flat=True).first()


@transaction.atomic
def move_people(*, actor: User, people: Iterable[Person], unit: Unit | None) -> int:
    """Put people into another unit and say how many moved. Locks them."""
    ids = [person.pk for person in people]
    where = unit.name if unit else _now("no unit")
    moving = [
        person
        for person in Person.objects.select_for_update().filter(pk__in=ids)
        if person.unit_id != (unit.pk if unit else None)
    ]
    Person.objects.filter(pk__in=[person.pk for person in moving]).update(unit=unit)
    for person in moving:
        record(PERSON_MOVED, actor=actor, target=person, data={"unit": where})
    return len(moving)


@transaction.atomic
def record_leaving(*, actor: User | None, person: Person, left_on: date) -> Person:
    """Note the first day without the person. On that day account and sponsorship end, now if it has come already;
    who gives tasks hears of it. Locks the person."""
    refuse_odd_days(left_on=left_on)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.left_on == left_on:
        return person
    person.left_on = left_on
    save_checked(person)
    record(PERSON_LEAVES, actor=actor, target=person, data={"left_on": left_on.isoformat()})
    if not person.is_present():
        see_off(person)
    return person


@transaction.atomic
def see_off(person: Person) -> bool:
    """What ends with the last day: the sponsorship and the account. Says whether an account was closed.

    May be called any number of times.
    """
    if person.is_sponsor:
        dismiss_sponsor(actor=None, person=person)
        person.is_sponsor = False
    return close_account_of(person)


@transaction.atomic
def withdraw_leaving(*, actor: User, person: Person) -> Person:
    """The person stays, or comes back. The account is opened again by an administrator."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.left_on is not None:
        person.left_on = None
        save_checked(person)
        record(PERSON_STAYS, actor=actor, target=person)
    return person


@transaction.atomic
def close_account_of(person: Person) -> bool:
    """Close the account of somebody who has left; False if that is impossible, as for the last administrator."""
    if person.user is None or not person.user.is_active:
        return False
    try:
        deactivate_user(actor=None, user=person.user)
    except ValidationError:
        return False
    return True


@transaction.atomic
def link_account(*, actor: User | None, person: Person, user: User) -> None:
    """Say that this account belongs to this person. Locks the person."""
    present = Person.objects.select_for_update().get(pk=person.pk)
    if present.user_id not in (None, user.pk):
        raise ValidationError({"user": _("This person has an account already.")})
    if present.user_id == user.pk:
        return
    try:
        with transaction.atomic():
            Person.objects.filter(pk=person.pk).update(user=user)
    except IntegrityError:  # the database decides: somebody may link it elsewhere at this moment
        raise ValidationError({"user": _("This account belongs to somebody else.")}) from None
    person.user = user
    record(ACCOUNT_LINKED, actor=actor, target=person, data={"account": user.email})


@transaction.atomic
def unlink_account(*, actor: User, person: Person) -> None:
    """The account stays, but belongs to nobody."""
    if Person.objects.filter(pk=person.pk).exclude(user=None).update(user=None):
        record(ACCOUNT_UNLINKED, actor=actor, target=person)


@transaction.atomic
def name_sponsor(*, actor: User, person: Person) -> None:
    """Make somebody the executive sponsor; there is one at a time. Locks the present one."""
    if not person.is_present():
        raise ValidationError({"person": _("This person has left the company.")})
    present = list(Person.objects.select_for_update().filter(is_sponsor=True).exclude(pk=person.pk))
    for old in present:
        dismiss_sponsor(actor=actor, person=old)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.is_sponsor:
        person.is_sponsor = True
        save_checked(person)
        record(SPONSOR_NAMED, actor=actor, target=person)


@transaction.atomic
def dismiss_sponsor(*, actor: User | None, person: Person) -> None:
    """Nobody is executive sponsor from now on. Without an actor it is the system, on the last day."""
    if Person.objects.filter(pk=person.pk, is_sponsor=True).update(is_sponsor=False):
        record(SPONSOR_GONE, actor=actor, target=person)


@transaction.atomic
def delete_person(*, actor: User | None, person: Person) -> None:
    """Delete an entry made by mistake. Raises ProtectedError where something still refers to it."""
    record(PERSON_DELETED, actor=actor, target=person)
    person.delete()
