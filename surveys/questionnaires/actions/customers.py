"""Customers on the roll: by a list of addresses, when a wave opens or while it is open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from surveys.questionnaires.actions.inviting import Invited, tell_invited
from surveys.questionnaires.choices import CUSTOMERS_ADDED, Identity, Step, Turnout
from surveys.questionnaires.customers import Customer
from surveys.questionnaires.models import Invitation, Version, Wave, digest_of, new_token


@dataclass(frozen=True)
class Sifted:
    """Who of a list is asked; how many stand on the roll already, and how many declined within twelve months."""

    fresh: list[Customer]
    known: int
    declined: int


@dataclass(frozen=True)
class Added:
    """Who was asked, and how many were not, with the reason."""

    invited: list[Invited]
    known: int
    declined: int


def sift(wave: Wave, customers: Iterable[Customer]) -> Sifted:
    """Leave out who stands on the roll, and who did not want to take part in a wave of this questionnaire lately.

    Two queries, however long the list.
    """
    on_roll = _keys(wave.invitations.exclude(email="").values_list("email", flat=True))
    others = Invitation.objects.filter(wave__questionnaire=wave.questionnaire_id).declined_lately()
    unwilling = _keys(others.values_list("email", flat=True)) - on_roll
    wanted = {one.key: one for one in customers}
    fresh = [one for key, one in wanted.items() if key not in on_roll and key not in unwilling]
    return Sifted(fresh, len(wanted.keys() & on_roll), len(wanted.keys() & unwilling))


def _keys(addresses: Iterable[str]) -> set[str]:
    return {address.lower() for address in addresses}


def enrol_customers(wave: Wave, customers: Sequence[Customer]) -> list[Invited]:
    """Write customers onto the roll; one insert. The caller has locked the wave and sifted the list."""
    usual = usual_language(wave.version)
    found = []
    for one in customers:
        token = new_token()
        invitation = Invitation(
            wave=wave, is_customer=True, email=one.email, name=one.name, language=one.language or usual,
            token_digest=digest_of(token), status=Turnout.SENT,
        )  # fmt: skip
        found.append(Invited(invitation, token))
    Invitation.objects.bulk_create([one.invitation for one in found], batch_size=5_000)
    return found


def usual_language(version: Version) -> str:
    """In which language who named none is written to: the first of the questionnaire in which we write letters."""
    return next((language for language in version.languages if language in {"de", "en"}), "de")


@transaction.atomic
def add_customers(*, wave: Wave, customers: Iterable[Customer], actor: User | None) -> Added:
    """Ask more customers in a wave that is open; a letter leaves to each. Locks the wave, so that of two who add the
    same address at once one adds it and the other is told that it is there."""
    locked = (
        Wave.objects.select_for_update(of=("self",))
        .select_related("version", "questionnaire")
        .get(pk=wave.pk)
    )
    refuse_others(locked)
    if locked.step != Step.OPEN:
        raise ValidationError(_("Customers are added to an open wave only."), code="not_open")
    sifted = sift(locked, customers)
    refuse_few(locked, locked.invitations.count() + len(sifted.fresh) if sifted.fresh else 0)
    invited = enrol_customers(locked, sifted.fresh)
    if invited:
        tell_invited(wave=locked, invited=[(one.invitation, one.token) for one in invited], users=[])
        record(CUSTOMERS_ADDED, actor=actor, target=locked, data={"count": len(invited)})
    return Added(invited, sifted.known, sifted.declined)


def refuse_others(wave: Wave) -> None:
    """Customers are asked what is meant for them."""
    if not wave.asks_customers:
        raise ValidationError(_("Only customer surveys ask customers."), code="use")


def refuse_few(wave: Wave, people: int) -> None:
    """Among fewer people than are shown together nobody is anonymous."""
    least = wave.min_cell if wave.opened_at else wave.questionnaire.min_cell
    if people and wave.version.identity == Identity.ANONYMOUS and people < least:
        raise ValidationError(
            _("Anonymous answers need at least %(least)s people to hide among.") % {"least": least},
            code="few",
        )
