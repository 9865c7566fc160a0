"""Invitations: one link, one account, fourteen days."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from cxm.accounts.actions import (
    accept_invitation,
    create_user,
    invite,
    send_invitation_again,
    withdraw_invitation,
)
from cxm.accounts.models import Invitation, User
from cxm.audit.actions import deliver_next
from cxm.audit.models import Entry
from cxm.notices.models import OutgoingMail
from cxm.organisation.models import Company, Person
from tests.cast import PASSWORD, signed_in


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    """The product's own mailer, in place of that of the test runner."""
    settings.MAILERS = {"default": {"BACKEND": "cxm.notices.mail.OutboxBackend"}}


def link() -> str:
    """The path of the newest invitation mail."""
    body = OutgoingMail.objects.latest("id").body
    return next(line for line in body.splitlines() if "/welcome/" in line).removeprefix(
        "http://127.0.0.1:8000"
    )


def invite_nora(ada: User, **fields: Any) -> Invitation:
    """Nora gets a mail."""
    return invite(actor=ada, email="Nora@Example.org", name="Nora Neu", roles=["owner"], **fields)


def test_the_page_sends_a_mail_in_the_invited_persons_language(ada: User) -> None:
    answer = signed_in(ada).post(
        "/accounts/invitations/new/",
        {"name": "Nora Neu", "email": "nora@example.org", "language": "de", "roles": ["owner"]},
    )
    assert answer.status_code == 302
    mail = OutgoingMail.objects.get()
    assert (mail.recipients, mail.is_secret) == (["nora@example.org"], True)
    token = link().split("/")[-2]
    assert not Invitation.objects.filter(token_hash=token).exists()
    assert Entry.objects.events().latest("id").verb == "accounts.invitation.sent"


def test_the_link_opens_an_account_and_signs_in(ada: User, client: Client) -> None:
    invite_nora(ada, language="en")
    path = link()
    assert "Welcome, Nora Neu" in client.get(path).content.decode()
    assert client.post(path, {"name": "Nora N.", "password": PASSWORD}).status_code == 302
    nora = User.objects.get(email="nora@example.org")
    assert (nora.name, nora.roles, nora.language) == ("Nora N.", ["owner"], "en")
    assert client.get("/accounts/profile/").status_code == 200
    assert client.get(path).status_code == 404


def test_the_page_speaks_the_invited_persons_language(ada: User, client: Client) -> None:
    invite_nora(ada, language="en")
    client.cookies["cxm_language"] = "de"
    answer = client.get(link())
    assert answer.headers["Content-Language"] == "en"
    assert '<html lang="en"' in answer.content.decode()


def test_a_weak_password_is_refused_at_the_field(ada: User, client: Client) -> None:
    invite_nora(ada, language="en")
    for weak in ("short", "nora@example.org", "password1234"):
        answer = client.post(link(), {"name": "Nora", "password": weak})
        assert answer.status_code == 422
    assert not User.objects.filter(email="nora@example.org").exists()


def test_a_link_makes_one_account(ada: User) -> None:
    invite_nora(ada)
    token = link().split("/")[-2]
    accept_invitation(token=token, name="Nora", password=PASSWORD)
    with pytest.raises(ValidationError, match="not open"):
        accept_invitation(token=token, name="Nora", password=PASSWORD)


def test_who_got_an_account_meanwhile_reads_so(ada: User, client: Client) -> None:
    invite_nora(ada, language="en")
    create_user(actor=ada, email="nora@example.org", name="Nora", roles=["owner"])
    answer = client.post(link(), {"name": "Nora", "password": PASSWORD})
    assert answer.status_code == 422
    assert "There is an account with this e-mail already." in answer.content.decode()
    assert User.objects.filter(email="nora@example.org").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_invite_at_once_one_is_refused(ada: User, mia: User) -> None:
    start, outcomes = Barrier(2), []

    def send(actor: User) -> None:
        start.wait(10)
        try:
            invite_nora(actor)
            outcomes.append("done")
        except ValidationError as error:
            outcomes.append(error.messages[0])
        finally:
            connection.close()

    with translation.override("en"):
        threads = [Thread(target=send, args=[actor]) for actor in (ada, mia)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(str(outcome) for outcome in outcomes)[1] == "done"
    assert (Invitation.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_the_database_refuses_a_second_open_invitation(ada: User) -> None:
    first = invite_nora(ada)
    with pytest.raises(IntegrityError, match="accounts_invitation_one_pending"), transaction.atomic():
        Invitation.objects.create(
            email=first.email, name="x", roles=["owner"], token_hash="x", expires_at=first.expires_at
        )


def test_what_has_run_out_makes_room_and_is_sent_again_only_if_there_is(ada: User) -> None:
    old = invite_nora(ada)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        new = invite_nora(ada)
        with pytest.raises(ValidationError, match="open invitation"):
            send_invitation_again(actor=ada, invitation=old)
        withdraw_invitation(actor=ada, invitation=new)
        send_invitation_again(actor=ada, invitation=old)
        assert list(Invitation.objects.open()) == [old]


def test_new_accounts_speak_the_companys_language_in_the_installations_zone(ada: User, settings: Any) -> None:
    Company.objects.update(language="de")  # Ada reads English
    settings.TIME_ZONE = "Europe/Lisbon"
    page = signed_in(ada).get("/accounts/invitations/new/")
    assert page.context["form"]["language"].value() == "de"
    Company.objects.update(language="en")
    person = Person.objects.create(name="Nora Neu", email="nora@example.org")
    signed_in(ada).post("/organisation/people/invite/", {"ids": [person.pk], "role": "employee", "go": "1"})
    assert Invitation.objects.get().language == "en"
    user = accept_invitation(token=link().split("/")[-2], name="Nora", password=PASSWORD)
    assert (user.language, user.time_zone) == ("en", "Europe/Lisbon")


def test_a_link_runs_out_after_fourteen_days(ada: User, client: Client) -> None:
    invite_nora(ada)
    path = link()
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        assert client.get(path).status_code == 404


def test_sent_again_only_the_new_link_works(ada: User, client: Client) -> None:
    invitation = invite_nora(ada)
    old = link()
    send_invitation_again(actor=ada, invitation=invitation)
    assert (client.get(old).status_code, client.get(link()).status_code) == (404, 200)


def test_a_withdrawn_link_does_not_work(ada: User, client: Client) -> None:
    invitation = invite_nora(ada)
    withdraw_invitation(actor=ada, invitation=invitation)
    assert client.get(link()).status_code == 404
    with pytest.raises(ValidationError, match="not open"):
        withdraw_invitation(actor=ada, invitation=invitation)


def test_who_has_an_account_or_an_invitation_is_not_invited(ada: User, otto: User) -> None:
    invite_nora(ada)
    with pytest.raises(ValidationError, match="open invitation"):
        invite_nora(ada)
    with pytest.raises(ValidationError, match="account with this e-mail"):
        invite(actor=ada, email=otto.email, name="Otto", roles=["owner"])


def test_a_made_up_link_is_not_found(company: Any, client: Client) -> None:
    assert client.get("/accounts/welcome/made-up/").status_code == 404


def test_the_new_account_finds_its_person_by_email(ada: User) -> None:
    person = Person.objects.create(name="Nora Neu", email="nora@example.org")
    invite_nora(ada)
    user = accept_invitation(token=link().split("/")[-2], name="Nora", password=PASSWORD)
    while deliver_next():
        pass
    person.refresh_from_db()
    assert person.user == user


def test_who_is_in_no_list_of_people_is_added(ada: User) -> None:
    invite_nora(ada)
    user = accept_invitation(token=link().split("/")[-2], name="Nora", password=PASSWORD)
    while deliver_next():
        pass
    assert Person.objects.get(user=user).name == "Nora"
