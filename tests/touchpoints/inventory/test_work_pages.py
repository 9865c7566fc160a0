"""Recording, reviews due, orphans, my touchpoints."""

import pytest

from cxm.accounts.models import User
from cxm.organisation.models import Absence
from tests.cast import signed_in
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, give, timeline
from touchpoints.inventory.actions.standards import draft_standard
from touchpoints.inventory.actions.talk import comment
from touchpoints.inventory.choices import Part
from touchpoints.inventory.days import Days
from touchpoints.inventory.models import Channel, Phase, Review, Touchpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


# New ---------------------------------------------------------------------------------------------------------


def test_a_new_touchpoint_needs_a_name_only(mia: User) -> None:
    response = signed_in(mia).post("/touchpoints/new/", {"name": "Kasse"})
    touchpoint = Touchpoint.objects.get()
    assert response.headers["Location"] == touchpoint.get_absolute_url()


def test_place_and_owner_are_taken(mia: User) -> None:
    anna, phase, channel = make_person(name="Anna"), Phase.objects.default().first(), Channel.objects.first()
    assert phase is not None
    assert channel is not None
    data = {"name": "Kasse", "phase": phase.pk, "channel": channel.pk, "owner": anna.pk}
    signed_in(mia).post("/touchpoints/new/", data)
    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.phase, touchpoint.channel) == (phase, channel)
    assert timeline(touchpoint) == [("Anna", TODAY, None)]


def test_similar_names_are_shown_before_anything_is_saved(mia: User) -> None:
    make_touchpoint(name="Kasse in der Filiale")
    client = signed_in(mia)
    response = client.post("/touchpoints/new/", {"name": "kasse in der filialle"})
    assert response.status_code == 422
    assert "Kasse in der Filiale" in response.content.decode()
    assert Touchpoint.objects.count() == 1
    client.post("/touchpoints/new/", {"name": "kasse in der filialle", "anyway": 1})
    assert Touchpoint.objects.count() == 2


@pytest.mark.parametrize(
    "data", [{"name": " "}, {"name": "x" * 201}, {"name": "a", "phase": "0"}, {"name": "\x00"}]
)
def test_mistakes_record_nothing(mia: User, data: dict[str, str]) -> None:
    assert signed_in(mia).post("/touchpoints/new/", data).status_code == 422
    assert not Touchpoint.objects.exists()


def test_owners_record_nothing(otto: User) -> None:
    assert signed_in(otto).post("/touchpoints/new/", {"name": "Kasse"}).status_code == 403
    assert not Touchpoint.objects.exists()


# Reviews -----------------------------------------------------------------------------------------------------


def test_what_is_due_is_reviewed_at_once(mia: User) -> None:
    due, other = make_touchpoint(name="Due", last_reviewed_on=days(-200)), make_touchpoint(name="Other")
    client = signed_in(mia)
    page = client.get("/touchpoints/reviews/").content.decode()
    assert "Due" in page
    assert "Other" not in page
    data = {"ids": [due.pk, other.pk], "confirmed": 1, "on": str(TODAY), "note": "Fine"}
    client.post("/touchpoints/reviews/done/", data)
    assert Review.objects.get().touchpoint == due
    due.refresh_from_db()
    assert (due.last_reviewed_on, due.next_review_on) == (TODAY, days(180))


def test_owners_review_only_their_own(otto: User) -> None:
    mine, other = (make_touchpoint(last_reviewed_on=days(-200)) for _ in range(2))
    give(mine, otto.person)
    data = {"ids": [mine.pk, other.pk], "confirmed": 1, "on": str(TODAY)}
    client = signed_in(otto)
    client.post("/touchpoints/reviews/done/", data)
    assert Review.objects.get().touchpoint == mine
    assert client.post(f"/touchpoints/{other.pk}/reviewed/", {"on": str(TODAY)}).status_code == 403
    assert Review.objects.count() == 1


def test_who_answers_for_nothing_reads_what_is_due_and_ticks_nothing(emil: User) -> None:
    due = make_touchpoint(name="Due", last_reviewed_on=days(-200))
    page = signed_in(emil).get("/touchpoints/reviews/").content.decode()
    assert "Due" in page
    assert "Mark as reviewed" not in page
    give(due, emil.person)
    assert "Mark as reviewed" in signed_in(emil).get("/touchpoints/reviews/").content.decode()


def test_one_is_reviewed_on_its_page(mia: User) -> None:
    touchpoint = make_touchpoint()
    url = f"/touchpoints/{touchpoint.pk}/reviewed/"
    assert signed_in(mia).post(url, {"on": str(days(1))}).status_code == 422
    assert signed_in(mia).post(url, {"on": str(days(-1)), "note": "Fine"}).status_code == 302
    assert Review.objects.get().note == "Fine"


# Orphans -----------------------------------------------------------------------------------------------------


def test_orphans_get_somebody(mia: User) -> None:
    orphan, owned, anna = (
        make_touchpoint(name="Orphan"),
        make_touchpoint(name="Kept well"),
        make_person(name="Anna"),
    )
    give(owned, make_person(name="Béla"))
    client = signed_in(mia)
    page = client.get("/touchpoints/orphans/").content.decode()
    assert "Orphan" in page
    assert "Kept well" not in page
    data = {"all": 1, "query": "", "confirmed": 1, "person": anna.pk, "since": str(TODAY)}
    client.post("/touchpoints/orphans/assign/", data)
    assert timeline(orphan) == [("Anna", TODAY, None)]
    assert timeline(owned) == [("Béla", TODAY, None)]  # "all" means all orphans


def test_orphans_of_a_later_day_and_what_is_near(mia: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    give(touchpoint, make_person(), end=20)
    client = signed_in(mia)
    today = client.get("/touchpoints/orphans/").content.decode()
    assert "Soon without anybody" in today
    assert "data-row" not in today
    assert "data-row" in client.get(f"/touchpoints/orphans/?at={days(20)}").content.decode()
    assert client.get("/touchpoints/orphans/?at=2026-02-31").status_code == 200


def test_ticked_orphans_of_a_later_day_get_somebody_from_that_day(mia: User) -> None:
    touchpoint, anna, bela = make_touchpoint(name="Kasse"), make_person(name="Anna"), make_person(name="Béla")
    give(touchpoint, anna, end=20)
    client, query = signed_in(mia), f"at={days(20)}"
    shown = client.get(f"/touchpoints/orphans/?{query}&sort=owner").content.decode()
    assert f'<input type="hidden" name="at" value="{days(20)}">' in shown  # searching keeps the day
    assert "nobody" in shown
    assert "Anna" not in shown
    data = {"ids": [touchpoint.pk], "query": f"{query}&q=elsewhere"}
    asked = client.post("/touchpoints/orphans/assign/", data)
    assert "Kasse" in asked.content.decode()
    since = asked.context["form"]["since"].value()
    assert since == days(20)
    client.post("/touchpoints/orphans/assign/", data | {"confirmed": 1, "person": bela.pk, "since": since})
    assert timeline(touchpoint) == [("Anna", TODAY, days(20)), ("Béla", days(20), None)]


def test_all_orphans_of_a_later_day(mia: User) -> None:
    later, kept, bela = make_touchpoint(), make_touchpoint(), make_person(name="Béla")
    give(later, make_person(name="Anna"), end=20)
    give(kept, make_person(name="Carla"))
    data = {"all": 1, "query": f"at={days(20)}", "confirmed": 1, "person": bela.pk, "since": days(20)}
    signed_in(mia).post("/touchpoints/orphans/assign/", data)
    assert timeline(later) == [("Anna", TODAY, days(20)), ("Béla", days(20), None)]
    assert timeline(kept) == [("Carla", TODAY, None)]


# Mine --------------------------------------------------------------------------------------------------------


def test_what_is_due_what_is_said_and_what_is_missing(otto: User, emil: User, mia: User) -> None:
    mine = make_touchpoint(name="Kasse", last_reviewed_on=days(-200))
    informed, other = make_touchpoint(name="Shop"), make_touchpoint(name="Other")
    give(mine, otto.person)
    give(informed, otto.person, Part.INFORMED)
    give(make_touchpoint(name="Soon"), otto.person, start=9)
    comment(touchpoint=mine, text="Long queue", actor=emil)
    comment(touchpoint=other, text="Nothing to do with him", actor=emil)
    draft_standard(touchpoint=mine, actor=mia)
    page = signed_in(otto).get("/touchpoints/mine/").content.decode()
    for words in (
        "Kasse",
        "review due since",
        "Long queue",
        "is a draft",
        "Shop",
        "Soon",
        "Channel",
    ):
        assert words in page, words
    assert "Nothing to do with him" not in page


def test_the_stand_in_sees_what_he_keeps_for_whom(otto: User, emil: User) -> None:
    give(make_touchpoint(name="Kasse"), otto.person)
    Absence.objects.create(person=otto.person, deputy=emil.person, during=Days(days(-1), days(3)).range)
    page = signed_in(emil).get("/touchpoints/mine/").content.decode()
    assert "Kasse" in page
    assert "for Otto Özdemir" in page


def test_nothing_is_said_kindly(emil: User) -> None:
    assert "You answer for no touchpoint yet" in signed_in(emil).get("/touchpoints/mine/").content.decode()


@pytest.mark.parametrize("page", ["mine", "orphans", "reviews", "new", "hand-over"])
def test_few_queries(mia: User, page: str, django_assert_max_num_queries: object) -> None:
    for number in range(30):
        touchpoint = make_touchpoint(last_reviewed_on=days(-200), phase=Phase.objects.default().first())
        if number % 2:
            give(touchpoint, mia.person, end=number + 1)
            comment(touchpoint=touchpoint, text="x", actor=mia)
    client = signed_in(mia)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert client.get(f"/touchpoints/{page}/").status_code == 200
