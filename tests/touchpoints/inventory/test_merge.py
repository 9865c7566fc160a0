"""Duplicates become one touchpoint, and apart again."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from cxm.accounts.models import User
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, give, timeline
from touchpoints.inventory.actions.merging import merge_touchpoints, split_touchpoint
from touchpoints.inventory.actions.standards import change_draft, draft_standard
from touchpoints.inventory.actions.talk import comment
from touchpoints.inventory.actions.touchpoints import archive_touchpoints, change_touchpoint, mark_reviewed
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import Channel, System, Touchpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def keep() -> Touchpoint:
    return make_touchpoint(name="Kasse", tags=["a"], expectation="Quick")


@pytest.fixture
def twin() -> Touchpoint:
    channel = Channel.objects.get(code="branch")
    return make_touchpoint(name="Kasse 2", tags=["a", "b"], expectation="Fast", market="DE", channel=channel)


def test_empty_fields_are_filled_and_the_own_ones_stay(mia: User, keep: Touchpoint, twin: Touchpoint) -> None:
    merge_touchpoints(keep=keep, duplicates=[twin], actor=mia)
    keep.refresh_from_db()
    twin.refresh_from_db()
    assert (keep.name, keep.expectation, keep.market, keep.tags) == ("Kasse", "Quick", "DE", ["a", "b"])
    assert keep.channel == twin.channel
    assert twin.duplicate_of == keep
    assert list(Touchpoint.objects.current()) == [keep]


def test_the_chosen_value_counts(mia: User, keep: Touchpoint, twin: Touchpoint) -> None:
    merge_touchpoints(keep=keep, duplicates=[twin], take={"expectation": twin.pk, "name": keep.pk}, actor=mia)
    keep.refresh_from_db()
    assert (keep.name, keep.expectation) == ("Kasse", "Fast")


def test_people_come_along_without_two_accountable(mia: User, keep: Touchpoint, twin: Touchpoint) -> None:
    anna, bela = make_person(name="Anna"), make_person(name="Béla")
    give(keep, anna, start=0, end=10)
    give(twin, bela, start=-5)
    give(twin, anna, Part.CONSULTED)
    give(keep, anna, Part.CONSULTED, start=3, end=5)
    outcome = merge_touchpoints(keep=keep, duplicates=[twin], actor=mia)
    assert timeline(keep) == [("Béla", days(-5), TODAY), ("Anna", TODAY, days(10)), ("Béla", days(10), None)]
    assert [row[1:] for row in timeline(keep, Part.CONSULTED)] == [
        (TODAY, days(3)),
        (days(3), days(5)),
        (days(5), None),
    ]
    assert outcome.gaps == []


def test_links_comments_and_reviews_come_along(mia: User, keep: Touchpoint, twin: Touchpoint) -> None:
    crm, other = System.objects.create(name="CRM"), make_touchpoint(name="Parkplatz")
    twin.systems.add(crm)
    twin.hands_over_to.add(keep, other)
    other.hands_over_to.add(twin)
    comment(touchpoint=twin, text="Hello", actor=mia)
    mark_reviewed(touchpoints=[twin], on=days(-3), actor=mia)
    merge_touchpoints(keep=keep, duplicates=[twin], actor=mia)
    keep.refresh_from_db()
    assert list(keep.systems.all()) == [crm]
    assert list(keep.hands_over_to.all()) == [other]
    assert keep in other.hands_over_to.all()
    assert (keep.comments.count(), keep.reviews.count(), keep.last_reviewed_on) == (1, 1, days(-3))


def test_a_standard_comes_along_as_draft(mia: User, keep: Touchpoint, twin: Touchpoint) -> None:
    draft = draft_standard(touchpoint=twin, actor=mia)
    change_draft(standard=draft, fields={"process": "Open a till."}, actor=mia)
    merge_touchpoints(keep=keep, duplicates=[twin], actor=mia)
    assert [(s.version, s.process, s.published_at) for s in keep.standards.all()] == [
        (1, "Open a till.", None)
    ]


def test_duplicates_of_a_duplicate_follow(mia: User, keep: Touchpoint, twin: Touchpoint) -> None:
    third = make_touchpoint(name="Kasse 3")
    merge_touchpoints(keep=twin, duplicates=[third], actor=mia)
    merge_touchpoints(keep=keep, duplicates=[twin], actor=mia)
    third.refresh_from_db()
    assert third.duplicate_of == keep


def test_apart_again_everything_is_as_it_was(mia: User, keep: Touchpoint, twin: Touchpoint) -> None:
    anna, bela = make_person(name="Anna"), make_person(name="Béla")
    give(keep, anna, end=10)
    give(twin, bela)
    said, _unknown = comment(touchpoint=twin, text="Hello", actor=mia)
    merge_touchpoints(keep=keep, duplicates=[twin], take={"expectation": twin.pk}, actor=mia)
    change_touchpoint(touchpoint=keep, fields={"market": "AT"}, actor=mia)
    split_touchpoint(duplicate=twin, actor=mia)
    for row in (keep, twin, said):
        row.refresh_from_db()
    assert (keep.expectation, keep.channel, keep.tags) == ("Quick", None, ["a"])
    assert keep.market == "AT"  # somebody decided so after the merge
    assert (twin.duplicate_of, twin.market, said.touchpoint) == (None, "DE", twin)
    assert timeline(keep) == [("Anna", TODAY, days(10))]
    assert timeline(twin) == [("Béla", TODAY, None)]


def test_each_one_has_its_own_days_again(mia: User, keep: Touchpoint, twin: Touchpoint) -> None:
    third = make_touchpoint(name="Kasse 3")
    own = {keep.pk: days(-90), twin.pk: days(-30), third.pk: days(-5)}
    for pk, day in own.items():
        Touchpoint.objects.filter(pk=pk).update(last_reviewed_on=day, measured_on=day)

    def seen(row: Touchpoint) -> tuple[date | None, date | None]:
        return Touchpoint.objects.values_list("last_reviewed_on", "measured_on").get(pk=row.pk)

    merge_touchpoints(keep=keep, duplicates=[twin], actor=mia)
    merge_touchpoints(keep=keep, duplicates=[third], actor=mia)
    assert seen(keep) == (days(-5), days(-5))
    split_touchpoint(duplicate=twin, actor=mia)
    assert seen(keep) == (days(-5), days(-5))
    split_touchpoint(duplicate=third, actor=mia)
    assert {row.pk: seen(row) for row in (keep, twin, third)} == {pk: (day, day) for pk, day in own.items()}
    merge_touchpoints(keep=keep, duplicates=[twin, third], actor=mia)
    split_touchpoint(duplicate=third, actor=mia)
    assert seen(keep) == (days(-30), days(-30))
    mark_reviewed(touchpoints=[keep], on=days(-2), actor=mia)
    split_touchpoint(duplicate=twin, actor=mia)
    assert seen(keep) == (days(-2), days(-90))


def test_merged_archived_and_lonely_ones_are_refused(mia: User, keep: Touchpoint, twin: Touchpoint) -> None:
    with pytest.raises(ValidationError):
        merge_touchpoints(keep=keep, duplicates=[], actor=mia)
    with pytest.raises(ValidationError):
        split_touchpoint(duplicate=twin, actor=mia)
    archive_touchpoints(touchpoints=[twin], actor=mia)
    with pytest.raises(ValidationError):
        merge_touchpoints(keep=keep, duplicates=[twin], actor=mia)


def test_a_flag_and_its_reason_stay_together(mia: User, keep: Touchpoint) -> None:
    moment = make_touchpoint(is_moment_of_truth=True, moment_reason="They pay.")
    merge_touchpoints(keep=keep, duplicates=[moment], take={"is_moment_of_truth": moment.pk}, actor=mia)
    keep.refresh_from_db()
    assert (keep.is_moment_of_truth, keep.moment_reason) == (True, "They pay.")


def test_an_improvement_and_its_words_stay_together(mia: User, keep: Touchpoint) -> None:
    change_touchpoint(
        touchpoint=keep, fields={"improved_on": days(-9), "improved_note": "Second till"}, actor=mia
    )
    better = make_touchpoint(improved_on=days(-2), improved_note="Third till")
    merge_touchpoints(keep=keep, duplicates=[better], take={"improved_on": better.pk}, actor=mia)
    keep.refresh_from_db()
    assert (keep.improved_on, keep.improved_note) == (days(-2), "Third till")
    split_touchpoint(duplicate=better, actor=mia)
    keep.refresh_from_db()
    assert (keep.improved_on, keep.improved_note) == (days(-9), "Second till")
