"""Accounts: kept by administrators, of whom one always remains."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.test import Client

from cxm.accounts.actions import (
    change_user,
    create_user,
    deactivate_user,
    reactivate_user,
    reset_two_factor,
    send_password_link,
    set_roles,
)
from cxm.accounts.models import User
from cxm.audit.actions import deliver_next
from cxm.audit.models import Entry
from cxm.kit.access import Role
from cxm.notices.models import OutgoingMail
from cxm.organisation.models import Person
from tests.cast import make_member, signed_in


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    """The product's own mailer, in place of that of the test runner."""
    settings.MAILERS = {"default": {"BACKEND": "cxm.notices.mail.OutboxBackend"}}


def test_the_list_shows_everybody(ada: User, otto: User, stranger: User) -> None:
    page = signed_in(ada).get("/accounts/users/").content.decode()
    for words in ("Ada Admin", "Otto Özdemir", "Stranger Schmidt", "Touchpoint owner", "Closed"):
        assert words in page


def test_who_takes_the_list_of_users_out_is_recorded(ada: User, otto: User) -> None:
    signed_in(ada).get("/accounts/users/?q=ozdemir&export=xlsx")
    entry = Entry.objects.get(is_read=True)
    assert (entry.verb, entry.actor, entry.data["count"]) == ("accounts.users.exported", ada, 1)


def test_the_list_is_searched_without_accents_and_filtered(ada: User, otto: User, stranger: User) -> None:
    client = signed_in(ada)
    assert "Otto" in client.get("/accounts/users/?q=ozdemir").content.decode()
    page = client.get("/accounts/users/?account=no", headers={"HX-Request": "true"}).content.decode()
    assert "Stranger" in page
    assert "Otto" not in page


def test_an_administrator_changes_name_email_and_roles(ada: User, otto: User) -> None:
    answer = signed_in(ada).post(
        f"/accounts/users/{otto.pk}/",
        {"name": "Otto Oez", "email": "OO@example.org", "language": "de", "roles": ["cx_manager", "owner"]},
    )
    assert answer.status_code == 302
    otto.refresh_from_db()
    assert (otto.name, otto.email, otto.language) == ("Otto Oez", "oo@example.org", "de")
    assert otto.roles == ["cx_manager", "owner"]
    assert EmailAddress.objects.get(user=otto).email == "oo@example.org"
    assert list(Entry.objects.events().order_by("-id").values_list("verb", flat=True)[:2]) == [
        "accounts.user.roles_changed",
        "accounts.user.changed",
    ]


def change_email(ada: User, otto: User, email: str) -> None:
    """Ada gives Otto another address."""
    change_user(actor=ada, user=otto, name=otto.name, email=email, roles=otto.roles, language="en")
    while deliver_next():
        pass
    otto.person.refresh_from_db()


def test_a_new_email_is_told_to_the_old_address_and_noted_in_the_list_of_people(
    ada: User, otto: User
) -> None:
    change_email(ada, otto, "oo@example.org")
    mail = OutgoingMail.objects.get()
    assert (mail.recipients, mail.subject) == (
        ["otto@example.org"],
        "Your e-mail address for cxm was changed",
    )
    assert "oo@example.org" in mail.body
    assert otto.person.email == "oo@example.org"


def test_an_address_that_people_know_otherwise_stays(ada: User, otto: User, mia: User) -> None:
    Person.objects.filter(user=otto).update(email="shop@example.org")
    change_email(ada, otto, "oo@example.org")
    assert otto.person.email == "shop@example.org"
    Person.objects.filter(user=otto).update(email="oo@example.org")
    Person.objects.filter(user=mia).update(email="taken@example.org")
    change_email(ada, otto, "taken@example.org")
    assert otto.person.email == "oo@example.org"


def test_an_email_in_use_is_refused_at_the_field(ada: User, otto: User, mia: User) -> None:
    answer = signed_in(ada).post(
        f"/accounts/users/{otto.pk}/",
        {"name": "Otto", "email": "MIA@example.org", "language": "de", "roles": ["owner"]},
    )
    assert answer.status_code == 422
    assert "This e-mail is in use already." in answer.content.decode()


def test_that_an_administrator_opened_an_account_is_recorded(ada: User, otto: User) -> None:
    signed_in(ada).get(f"/accounts/users/{otto.pk}/")
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.is_read, entry.target_id) == ("accounts.user.read", True, otto.pk)


def test_nobody_takes_the_administrator_from_himself(ada: User) -> None:
    make_member("Second Admin", Role.ADMIN)
    with pytest.raises(ValidationError, match="from yourself"):
        set_roles(actor=ada, user=ada, roles=["owner"])


def test_the_last_administrator_remains(ada: User, mia: User) -> None:
    with pytest.raises(ValidationError, match="must remain"):
        set_roles(actor=mia, user=ada, roles=["owner"])
    with pytest.raises(ValidationError, match="must remain"):
        deactivate_user(actor=mia, user=ada)
    ada.refresh_from_db()
    assert (ada.roles, ada.is_active) == (["admin"], True)


def test_a_user_without_roles_is_refused(ada: User, otto: User) -> None:
    with pytest.raises(ValidationError, match="at least one role"):
        change_user(actor=ada, user=otto, name="Otto", email=otto.email, roles=[], language="de")


def test_closing_asks_and_leads_to_the_leaving(ada: User, otto: User) -> None:
    client = signed_in(ada)
    page = client.get(f"/accounts/users/{otto.pk}/deactivate/").content.decode()
    assert "What becomes of the touchpoints" in page
    answer: Any = client.post(f"/accounts/users/{otto.pk}/deactivate/", {"then": "leave"})
    assert answer.url == f"/organisation/people/{otto.person.pk}/leave/"
    assert not User.objects.get(pk=otto.pk).is_active


def test_closing_oneself_is_refused_on_the_page(ada: User) -> None:
    answer = signed_in(ada).post(f"/accounts/users/{ada.pk}/deactivate/")
    assert answer.status_code == 422
    assert "You cannot close your own account." in answer.content.decode()


def test_several_accounts_are_closed_after_a_question_all_or_none(ada: User, otto: User, mia: User) -> None:
    client, url = signed_in(ada), "/accounts/users/close/"
    asked = client.post(url, {"ids": [otto.pk, mia.pk]})
    assert "Otto Özdemir" in asked.content.decode()
    assert User.objects.active().count() == 3
    refused = client.post(url, {"ids": [otto.pk, ada.pk], "go": "1"})
    assert refused.status_code == 422
    assert "You cannot close your own account." in refused.content.decode()
    assert User.objects.active().count() == 3
    answer: Any = client.post(url, {"ids": [otto.pk, mia.pk], "go": "1", "query": "q=o"})
    assert answer.url == "/accounts/users/?q=o"
    assert list(User.objects.active()) == [ada]
    assert Entry.objects.filter(verb="accounts.user.deactivated").count() == 2


def test_several_accounts_get_one_more_role(ada: User, otto: User, mia: User) -> None:
    client, url = signed_in(ada), "/accounts/users/role/"
    assert client.post(url, {"ids": [otto.pk], "go": "1", "role": "king"}).status_code == 422
    data = {"all": "1", "query": "account=yes", "go": "1", "role": "owner"}
    assert client.post(url, data).status_code == 302
    assert list(User.objects.order_by("name_sort").values_list("roles", flat=True)) == [
        ["admin", "owner"],
        ["cx_manager", "owner"],
        ["owner"],
    ]
    assert Entry.objects.filter(verb="accounts.user.roles_changed").count() == 2


@pytest.mark.parametrize(
    "path",
    ["/accounts/invitations/", "/accounts/api-keys/", "/notices/mails/", "/imports/", "/kpis/alarms/"],
)
def test_every_list_goes_out_as_a_file(ada: User, path: str) -> None:
    for kind in ("csv", "xlsx"):
        answer = signed_in(ada).get(f"{path}?export={kind}")
        assert answer.status_code == 200
        assert f".{kind}" in answer.headers["Content-Disposition"]


def test_a_closed_account_is_opened_again(ada: User, stranger: User) -> None:
    reactivate_user(actor=ada, user=stranger)
    stranger.refresh_from_db()
    assert stranger.is_active


def test_a_lost_device_is_forgotten_and_its_owner_told(ada: User, otto: User) -> None:
    Authenticator.objects.create(user=otto, type=Authenticator.Type.TOTP, data={})
    reset_two_factor(actor=ada, user=otto)
    assert not Authenticator.objects.exists()
    assert OutgoingMail.objects.get().to == otto.email


def test_the_password_link_works_once(ada: User, otto: User, client: Client) -> None:
    send_password_link(actor=ada, user=otto)
    mail = OutgoingMail.objects.get()
    assert mail.is_secret
    link = next(line for line in mail.body.splitlines() if "http" in line).removeprefix(
        "http://127.0.0.1:8000"
    )
    form: Any = client.get(link, follow=True)
    path = form.redirect_chain[-1][0]
    new = "a much better password 7"
    assert client.post(path, {"password1": new, "password2": new}).status_code == 302
    assert client.post("/sign-in/login/", {"login": otto.email, "password": new}).status_code == 302
    assert "/key/" not in str(getattr(Client().get(link, follow=True), "redirect_chain", ""))


def test_a_new_account_counts_its_email_as_confirmed(ada: User) -> None:
    user = create_user(actor=ada, email="New@Example.org", name=" New ", roles=["owner", "owner", "admin"])
    assert (user.email, user.name, user.roles) == ("new@example.org", "New", ["admin", "owner"])
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True).count() == 1
