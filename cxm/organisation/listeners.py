"""What this room does when something has happened below it."""

from contextlib import suppress

from django.core.exceptions import ValidationError

from cxm.accounts.choices import USER_CHANGED, USER_CREATED
from cxm.accounts.models import User
from cxm.audit.actions import listens_to
from cxm.audit.models import Entry
from cxm.organisation.actions import change_person, create_person, link_account
from cxm.organisation.models import Person


@listens_to(USER_CREATED)
def give_the_account_a_person(entry: Entry) -> None:
    """A new account belongs to the person of its e-mail; who is not in the list of people yet, is added."""
    user = User.objects.filter(pk=entry.target_id).first()
    if user is None or Person.objects.filter(user=user).exists():
        return
    person = Person.objects.filter(email__iexact=user.email, user=None).first()
    if person:
        link_account(actor=entry.actor, person=person, user=user)
    else:
        create_person(actor=entry.actor or user, name=user.name, email=user.email)


@listens_to(USER_CHANGED)
def keep_the_email_in_step(entry: Entry) -> None:
    """Who signs in with a new e-mail is reached there, too, unless the list of people knew another one."""
    person = Person.objects.filter(user=entry.target_id, user__isnull=False).select_related("user").first()
    if person is None or person.user is None or person.email != entry.data.get("old_email"):
        return
    with suppress(ValidationError):  # the address stands beside somebody else's name: people sort that out
        change_person(actor=entry.actor or person.user, person=person, email=person.user.email)
