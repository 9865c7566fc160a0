"""One's own profile, switches and saved views."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cxm.accounts.actions import delete_view, save_view, set_default_view
from cxm.accounts.models import SavedView, User
from tests.cast import signed_in

PAGE = "organisation.people"


def test_name_language_zone_and_appearance_are_kept(otto: User) -> None:
    client = signed_in(otto)
    answer = client.post(
        "/accounts/profile/",
        {"name": "Otto Ö.", "language": "de", "time_zone": "Asia/Kolkata", "theme": "dark"},
    )
    assert answer.status_code == 302
    otto.refresh_from_db()
    assert (otto.name, otto.language, otto.time_zone, otto.theme) == ("Otto Ö.", "de", "Asia/Kolkata", "dark")
    assert '<html lang="de"' in client.get("/accounts/profile/").content.decode()


def test_a_made_up_zone_is_refused_at_the_field(otto: User) -> None:
    data = {"name": "Otto", "language": "de", "time_zone": "Mars/Olympus", "theme": "dark"}
    assert signed_in(otto).post("/accounts/profile/", data).status_code == 422


def test_before_sign_in_the_language_lies_in_a_cookie(client: Client, company: Any) -> None:
    answer: Any = client.post("/accounts/language/", {"language": "en", "next": "/sign-in/login/"})
    assert answer.url == "/sign-in/login/"
    assert answer.cookies["cxm_language"].value == "en"
    assert answer.cookies["cxm_language"]["httponly"]
    assert '<html lang="en"' in client.get("/sign-in/login/").content.decode()
    client.post("/accounts/language/", {"language": "de"})
    assert '<html lang="de"' in client.get("/sign-in/login/").content.decode()


def test_the_switches_change_the_profile(otto: User) -> None:
    client = signed_in(otto)
    client.post("/accounts/language/", {"language": "de"})
    client.post("/accounts/theme/", {"theme": "dark"})
    client.post("/accounts/theme/", {"theme": "pink"})
    otto.refresh_from_db()
    assert (otto.language, otto.theme) == ("de", "dark")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_switch_leads_nowhere_else(otto: User, target: str) -> None:
    answer: Any = signed_in(otto).post("/accounts/theme/", {"theme": "dark", "next": target})
    assert answer.url == "/"


def test_a_list_is_kept_as_it_stands_and_opened_again(mia: User) -> None:
    client = signed_in(mia)
    state = "q=otto&sort=-name&cols=name&cols=unit"
    form = client.get(f"/accounts/views/?page={PAGE}&back=/organisation/people/&{state}&after=xyz")
    query = form.context["form"]["query"].value()
    assert query == state
    data = {"page": PAGE, "back": "/organisation/people/", "query": query, "name": "Mine", "is_default": "on"}
    answer: Any = client.post("/accounts/views/", data)
    assert answer.url == f"/organisation/people/?{state}&view=1"
    answer = client.get("/organisation/people/")
    assert answer.url == f"/organisation/people/?{state}&view=1"
    assert client.get(answer.url).status_code == 200


def test_the_same_name_replaces_and_one_view_opens_first(mia: User) -> None:
    save_view(user=mia, page=PAGE, name="A", query="q=1", is_default=True)
    save_view(user=mia, page=PAGE, name="B", query="q=2", is_default=True)
    save_view(user=mia, page=PAGE, name="A", query="q=3&page=2&after=x")
    views = SavedView.objects.order_by("name")
    assert [(v.name, v.query, v.is_default) for v in views] == [("A", "q=3", False), ("B", "q=2", True)]
    set_default_view(user=mia, view=views[1], is_default=False)
    assert not SavedView.objects.filter(is_default=True).exists()


def test_shared_views_are_seen_by_all_and_changed_by_their_owner(mia: User, otto: User) -> None:
    view = save_view(user=mia, page=PAGE, name="Ours", query="q=1", shared=True)
    save_view(user=mia, page=PAGE, name="Mine", query="q=2")
    assert [v.name for v in otto.views_of(PAGE)] == ["Ours"]
    client = signed_in(otto)
    assert client.post(f"/accounts/views/{view.pk}/delete/").status_code == 404
    assert client.post(f"/accounts/views/{view.pk}/default/").status_code == 404
    delete_view(user=mia, view=view)
    assert not otto.views_of(PAGE).exists()


def test_who_may_not_share_does_not_share(otto: User) -> None:
    data = {"page": PAGE, "name": "Mine", "shared": "on", "query": ""}
    signed_in(otto).post("/accounts/views/", data)
    assert not SavedView.objects.get().shared


def test_a_view_leads_back_inside_only(otto: User) -> None:
    data = {"page": PAGE, "name": "Mine", "back": "https://evil.example/", "query": ""}
    answer: Any = signed_in(otto).post("/accounts/views/", data)
    assert answer.url.startswith("/?")


def test_a_query_that_is_too_long_is_refused(otto: User) -> None:
    with pytest.raises(ValidationError):
        save_view(user=otto, page=PAGE, name="Long", query="q=" + "x" * 4000)
