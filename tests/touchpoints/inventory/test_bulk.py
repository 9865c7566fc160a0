"""The same for many touchpoints."""

import pytest

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, give, timeline
from touchpoints.inventory.models import Channel, Phase, Touchpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_it_asks_first_and_names_what_is_meant(mia: User) -> None:
    one, two = make_touchpoint(name="Kasse"), make_touchpoint(name="Shop")
    response = signed_in(mia).post("/touchpoints/bulk/phase/", {"ids": [one.pk, two.pk]})
    page = response.content.decode()
    assert response.status_code == 200
    assert "For 2 touchpoints" in page
    assert "Kasse" in page
    assert Touchpoint.objects.filter(phase=None).count() == 2


def test_ticked_rows_get_an_owner(mia: User) -> None:
    one, two, other = (make_touchpoint() for _ in range(3))
    anna = make_person(name="Anna")
    data = {"ids": [one.pk, two.pk], "confirmed": 1, "person": anna.pk, "since": str(TODAY)}
    response = signed_in(mia).post("/touchpoints/bulk/owner/", data)
    assert response.headers["Location"] == "/touchpoints/"
    assert timeline(one) == timeline(two) == [("Anna", TODAY, None)]
    assert timeline(other) == []


def test_it_says_how_many_have_somebody_already(mia: User) -> None:
    one, two, free, gone = (make_touchpoint() for _ in range(4))
    for touchpoint in (one, two):
        give(touchpoint, make_person())
    give(gone, make_person(left_on=days(1)))
    client, url = signed_in(mia), "/touchpoints/bulk/owner/"
    words = "have somebody who is accountable today"
    assert f"2 of them {words}" in client.post(url, {"ids": [one.pk, two.pk, free.pk]}).content.decode()
    assert words not in client.post(url, {"ids": [free.pk]}).content.decode()
    assert words not in client.post("/touchpoints/bulk/tag/", {"ids": [one.pk, two.pk]}).content.decode()


def test_everything_that_matches_the_filters(mia: User) -> None:
    closing, decision = (Phase.objects.default().get(code=code) for code in ("closing", "decision"))
    for _ in range(3):
        make_touchpoint(phase=closing)
    other = make_touchpoint(phase=decision)
    data = {"all": 1, "query": f"phase={closing.pk}", "confirmed": 1, "tag": "Till"}
    signed_in(mia).post("/touchpoints/bulk/tag/", data)
    assert Touchpoint.objects.filter(tags=["Till"]).count() == 3
    other.refresh_from_db()
    assert other.tags == []


def test_phase_channel_rhythm_and_archive(mia: User) -> None:
    touchpoint, phase, channel = make_touchpoint(), Phase.objects.default().first(), Channel.objects.first()
    assert phase is not None
    assert channel is not None
    client = signed_in(mia)
    for act, data in (
        ("phase", {"phase": phase.pk}),
        ("channel", {"channel": channel.pk}),
        ("rhythm", {"review_every": 30}),
        ("archive", {}),
    ):
        response = client.post(f"/touchpoints/bulk/{act}/", {"ids": touchpoint.pk, "confirmed": 1} | data)
        assert response.status_code == 302
    touchpoint.refresh_from_db()
    assert (touchpoint.phase, touchpoint.channel, touchpoint.review_every) == (phase, channel, 30)
    assert touchpoint.is_archived


@pytest.mark.parametrize(
    ("act", "data"),
    [
        ("owner", {"person": "", "since": str(TODAY)}),
        ("owner", {"person": "1", "since": "never"}),
        ("phase", {"phase": "x"}),
        ("tag", {"tag": "x" * 41}),
        ("rhythm", {"review_every": "1"}),
    ],
)
def test_wrong_answers_are_shown_and_change_nothing(mia: User, act: str, data: dict[str, str]) -> None:
    touchpoint = make_touchpoint()
    response = signed_in(mia).post(f"/touchpoints/bulk/{act}/", {"ids": touchpoint.pk, "confirmed": 1} | data)
    assert response.status_code == 422
    touchpoint.refresh_from_db()
    assert touchpoint.revision == 1
    assert timeline(touchpoint) == []


def test_somebody_who_has_left_is_no_owner(mia: User) -> None:
    touchpoint, gone = make_touchpoint(), make_person(left_on=days(3))
    data = {"ids": touchpoint.pk, "confirmed": 1, "person": gone.pk, "since": str(days(5))}
    response = signed_in(mia).post("/touchpoints/bulk/owner/", data)
    assert response.status_code == 422
    assert "does not work here on that day" in response.content.decode()


def test_nothing_selected_is_said(mia: User) -> None:
    assert "No touchpoint is selected." in signed_in(mia).post("/touchpoints/bulk/tag/").content.decode()
