"""What is to be done once a list is in: invite the people it brought along, and what its importer knows besides."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cxm.accounts.models import User
from cxm.accounts.permissions import INVITE
from cxm.imports.choices import State
from cxm.imports.models import ImportRun
from cxm.kit.importers import FollowUp
from cxm.organisation.models import Person

NAMED = 20  # people without an e-mail who are named


def follow_ups(run: ImportRun, user: User) -> list[FollowUp]:
    """What the page of a list that is in asks this person to do."""
    if run.state != State.DONE:
        return []
    return [*invitations(run, user), *run.kind.follow_ups(run)]


def invitations(run: ImportRun, user: User) -> list[FollowUp]:
    """New people who cannot sign in yet: those with an e-mail to be invited, the others by name. One query."""
    people = list(Person.objects.not_invited().present().filter(pk__in=run.kind.people(run)))
    if not people:
        return []
    ready = [person for person in people if person.email]
    without = [person for person in people if not person.email]
    text = ngettext(
        "{n} new person cannot sign in yet.", "{n} new people cannot sign in yet.", len(people)
    ).format(n=len(people))
    if without:
        none = ngettext(
            "{n} of them has no e-mail and cannot be invited before it is filled in:",
            "{n} of them have no e-mail and cannot be invited before it is filled in:",
            len(without),
        ).format(n=len(without))
        text = f"{text} {none}"
    may = ready and user.may(INVITE)
    label = ngettext("Invite {n} person…", "Invite {n} people…", len(ready)).format(n=len(ready))
    return [
        FollowUp(
            text=text,
            icon="user-plus",
            label=label if may else "",
            url=reverse("organisation:invite") if may else "",
            links=[(person.name, person.get_absolute_url()) for person in without[:NAMED]]
            + ([(_("and others"), reverse("organisation:people"))] if len(without) > NAMED else []),
            ids=[person.pk for person in ready],
            data={"role": run.kind.invite_as.value},
        )
    ]
