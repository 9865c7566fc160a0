"""Writing, publishing, comparing and discarding standards in the browser."""

import pytest

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_touchpoint
from tests.touchpoints.inventory.people import give
from tests.touchpoints.inventory.test_standards import published
from touchpoints.inventory.actions.standards import change_draft, draft_standard

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TEXTS = {"ideal_experience": "Nobody waits.", "process": "Open a till.", "is_material": "on"}


def test_looking_at_the_form_leaves_no_draft(mia: User) -> None:
    touchpoint = make_touchpoint()
    assert signed_in(mia).get(f"/touchpoints/{touchpoint.pk}/standard/edit/").status_code == 200
    assert not touchpoint.standards.exists()


def test_a_draft_is_saved_then_published(mia: User) -> None:
    touchpoint = make_touchpoint()
    client, url = signed_in(mia), f"/touchpoints/{touchpoint.pk}/standard/"
    assert client.post(f"{url}edit/", {"revision": 1, "process": "Half"}).headers["Location"] == url
    draft = touchpoint.standards.get()
    assert (draft.process, draft.published_at) == ("Half", None)
    response = client.post(f"{url}edit/", {"revision": draft.revision, "publish": 1} | TEXTS)
    assert response.headers["Location"] == url
    page = client.get(url).content.decode()
    assert "Nobody waits." in page
    assert touchpoint.standards.published().get().digest in page


def test_publishing_too_early_is_said_at_the_fields(mia: User) -> None:
    touchpoint = make_touchpoint()
    data = {"revision": 1, "publish": 1, "dos": "Smile"}
    response = signed_in(mia).post(f"/touchpoints/{touchpoint.pk}/standard/edit/", data)
    assert response.status_code == 422
    assert response.content.decode().count("Without this nothing can be published.") >= 2
    draft = touchpoint.standards.get()  # what was written is kept
    assert (draft.dos, draft.published_at) == ("Smile", None)


def test_publishing_what_a_colleague_changed_is_refused(mia: User, otto: User) -> None:
    touchpoint = make_touchpoint()
    draft = draft_standard(touchpoint=touchpoint, actor=mia)
    draft = change_draft(standard=draft, fields={"ideal_experience": "A", "process": "B"}, actor=mia)
    change_draft(standard=draft, fields={"process": "C"}, actor=otto)
    url = f"/touchpoints/{touchpoint.pk}/standard/"
    client = signed_in(mia)
    for revision in (draft.revision, "x", ""):
        client.post(f"{url}publish/", {"revision": revision})
        assert not touchpoint.standards.published().exists()
    client.post(f"{url}publish/", {"revision": draft.revision + 1})
    assert touchpoint.standards.published().exists()


def test_a_conflict_shows_both_texts(mia: User, otto: User) -> None:
    touchpoint = make_touchpoint()
    give(touchpoint, otto.person)
    url = f"/touchpoints/{touchpoint.pk}/standard/edit/"
    signed_in(mia).post(url, {"revision": 1, "process": "From Mia"})
    response = signed_in(otto).post(url, {"revision": 1, "process": "From Otto"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "From Mia" in page
    assert "From Otto" in page


def test_no_number_breaks_the_comparison(mia: User) -> None:
    touchpoint = make_touchpoint()
    published(touchpoint, mia)
    client, url = signed_in(mia), f"/touchpoints/{touchpoint.pk}/standard/1/"
    for number in ("9" * 5000, "-1", "\u00b2", ""):
        assert client.get(url, {"with": number}).status_code == 200


def test_the_standard_of_a_duplicate_offers_no_writing(mia: User) -> None:
    touchpoint = make_touchpoint(duplicate_of=make_touchpoint())
    page = signed_in(mia).get(f"/touchpoints/{touchpoint.pk}/standard/").content.decode()
    assert "No standard yet" in page
    assert f"/touchpoints/{touchpoint.pk}/standard/edit/" not in page


def test_versions_are_compared(mia: User) -> None:
    touchpoint = make_touchpoint()
    published(touchpoint, mia)
    published(touchpoint, mia, process="Open two tills.", change_note="Two tills")
    client = signed_in(mia)
    page = client.get(f"/touchpoints/{touchpoint.pk}/standard/2/").content.decode()
    assert "<ins>two tills</ins>" in page
    assert "<del>a till</del>" in page
    assert "Two tills" in page
    first = client.get(f"/touchpoints/{touchpoint.pk}/standard/1/?with=2").content.decode()
    assert "<ins>a till</ins>" in first
    assert client.get(f"/touchpoints/{touchpoint.pk}/standard/3/").status_code == 404


def test_a_draft_is_discarded(mia: User) -> None:
    touchpoint = make_touchpoint()
    draft_standard(touchpoint=touchpoint, actor=mia)
    signed_in(mia).post(f"/touchpoints/{touchpoint.pk}/standard/discard/")
    assert not touchpoint.standards.exists()


def test_nobody_writes_for_others(otto: User, emil: User, mia: User) -> None:
    touchpoint = make_touchpoint()
    draft = draft_standard(touchpoint=touchpoint, actor=mia)
    for user in (otto, emil):
        client = signed_in(user)
        for act in ("edit", "publish", "discard"):
            data = {"revision": 1} | TEXTS
            assert client.post(f"/touchpoints/{touchpoint.pk}/standard/{act}/", data).status_code == 403
        assert client.get(f"/touchpoints/{touchpoint.pk}/standard/").status_code == 200
    draft.refresh_from_db()
    assert (draft.process, draft.revision) == ("", 1)


def test_few_queries(mia: User, django_assert_max_num_queries: object) -> None:
    touchpoint = make_touchpoint()
    for number in range(5):
        published(touchpoint, mia, process=f"{number}")
    client = signed_in(mia)
    for path in ("", "4/", "edit/"):
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            client.get(f"/touchpoints/{touchpoint.pk}/standard/{path}")
