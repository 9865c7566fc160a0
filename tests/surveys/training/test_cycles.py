"""Who has to take what, and when: rules, cycles, role changes, leavers, over years."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError

from cxm.accounts.models import User
from cxm.kit.access import Role
from cxm.notices.models import Notice
from cxm.organisation.models import Person, Unit
from surveys.training.actions.assigning import add_rule, assign_due, end_rule, waive
from surveys.training.actions.courses import archive_course, draft_course, publish_course
from surveys.training.actions.nightly import remind, tell_leads
from surveys.training.choices import Reason, RuleKind, State
from surveys.training.models import Assignment, Certificate, LessonDone
from surveys.training.standing import qualified
from surveys.training.tasks import look_after
from tests.makers import make_person, make_touchpoint
from tests.surveys.school import hear, make_course, owner, publish_text, read_all, take
from touchpoints.inventory.actions.responsibility import end_responsibility
from touchpoints.inventory.choices import Maturity
from touchpoints.inventory.models import Responsibility
from touchpoints.kpis.models import Measurement

pytestmark = pytest.mark.django_db
START = date(2026, 1, 5)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that only the test moves."""
    with time_machine.travel("2026-01-05 10:00+00:00", tick=False) as coordinates:
        yield coordinates


def go_to(clock: time_machine.Traveller, day: date) -> None:
    clock.move_to(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))


def open_of(person: Person) -> Assignment:
    return Assignment.objects.open().get(person=person)


def test_three_cycles_over_thirty_six_months_are_appended(
    clock: time_machine.Traveller, mia: User, otto: User
) -> None:
    touchpoint = make_touchpoint(name="Hotline")
    publish_text(touchpoint, mia)
    course = make_course(actor=mia, touchpoint=touchpoint, refresh_months=12)
    add_rule(course=course, actor=mia, kind=RuleKind.ACCOUNTABLE, touchpoint=touchpoint)
    assert not Assignment.objects.exists()
    owner(touchpoint, otto.person, START, mia)
    hear()
    first = open_of(otto.person)
    assert (first.cycle, first.reason, first.due_on) == (1, Reason.TOUCHPOINT, START + timedelta(days=30))
    take(first, otto)
    seen = []
    for month in range(1, 36):  # each month the night comes several times
        day = date(2026 + month // 12, month % 12 + 1, 5)
        go_to(clock, day)
        look_after()
        look_after()
        if one := Assignment.objects.open().first():
            seen.append((one.cycle, one.reason, one.assigned_on, one.due_on))
            take(one, otto)
    assert [row[0] for row in seen] == [2, 3]
    assert {row[1] for row in seen} == {Reason.REFRESHER}
    proofs = list(Certificate.objects.order_by("assignment__cycle"))
    assert [one.valid_until for one in proofs] == [date(2027, 1, 5), date(2028, 1, 5), date(2029, 1, 5)]
    assert all(one.is_genuine for one in proofs)
    assert Assignment.objects.count() == 3
    assert LessonDone.objects.count() == 6


def test_a_run_changes_nothing_the_second_time(mia: User, otto: User, emil: User) -> None:
    course = make_course(actor=mia)
    add_rule(course=course, actor=mia, kind=RuleKind.ROLE, role=Role.EMPLOYEE)
    add_rule(course=course, actor=mia, kind=RuleKind.PERSON, person=emil.person)
    assert [one.person for one in Assignment.objects.all()] == [emil.person]
    assert (assign_due().assigned, assign_due().waived) == ([], [])


def test_a_unit_is_meant_with_all_below_it(mia: User, unit: Unit) -> None:
    team = Unit.objects.create(name="Hotline", parent=unit)
    inside, outside = make_person(unit=team), make_person(unit=Unit.objects.create(name="Lager"))
    course = make_course(actor=mia)
    add_rule(course=course, actor=mia, kind=RuleKind.UNIT, unit=unit)
    assert [one.person for one in Assignment.objects.all()] == [inside]
    Person.objects.filter(pk=outside.pk).update(unit=team)
    assign_due()
    assert Assignment.objects.count() == 2


def test_whoever_leaves_the_part_need_not_go_on_and_keeps_his_evidence(
    mia: User, otto: User, emil: User
) -> None:
    touchpoint = make_touchpoint()
    publish_text(touchpoint, mia)
    course = make_course(actor=mia, touchpoint=touchpoint)
    add_rule(course=course, actor=mia, kind=RuleKind.WORKING, touchpoint=touchpoint)
    owner(touchpoint, otto.person, START, mia)
    hear()
    begun = open_of(otto.person)
    read_all(begun, otto)
    owner(touchpoint, emil.person, START, mia)
    hear()
    begun.refresh_from_db()
    assert (begun.state, begun.waived_on, bool(begun.waived_reason)) == (State.WAIVED, START, True)
    assert begun.done.count() == 2
    owner(touchpoint, otto.person, START, mia)
    hear()
    assert open_of(otto.person).cycle == 2


def test_whoever_leaves_the_company_has_nothing_open(mia: User, otto: User) -> None:
    course = make_course(actor=mia)
    add_rule(course=course, actor=mia, kind=RuleKind.PERSON, person=otto.person)
    Person.objects.filter(pk=otto.person.pk).update(left_on=START)
    [one] = assign_due().waived
    assert one.waived_reason == "Hat das Unternehmen verlassen" or "left" in one.waived_reason


def test_a_material_change_asks_again_and_an_editorial_one_does_not(
    clock: time_machine.Traveller, mia: User, otto: User
) -> None:
    touchpoint = make_touchpoint(name="Hotline")
    publish_text(touchpoint, mia)
    course = make_course(actor=mia, touchpoint=touchpoint)
    add_rule(course=course, actor=mia, kind=RuleKind.ACCOUNTABLE, touchpoint=touchpoint)
    owner(touchpoint, otto.person, START, mia)
    hear()
    take(open_of(otto.person), otto)
    touchpoint.refresh_from_db()
    assert touchpoint.trained_on == START
    assert qualified([touchpoint.pk]) == {touchpoint.pk: {otto.person.pk}}
    publish_text(touchpoint, mia, material=False)
    hear()
    assert not Assignment.objects.open().exists()
    assert qualified([touchpoint.pk])[touchpoint.pk] == {otto.person.pk}
    go_to(clock, START + timedelta(days=40))
    publish_text(touchpoint, mia)
    hear()
    again = open_of(otto.person)
    assert (again.cycle, again.reason) == (2, Reason.NEW_VERSION)
    assert qualified([touchpoint.pk]) == {}
    old = Certificate.objects.get()
    assert old.is_genuine
    take(again, otto)
    touchpoint.refresh_from_db()
    assert touchpoint.trained_on == START + timedelta(days=40)
    assert [row.number for row in old.standards.all()] == [1]
    assert Certificate.objects.get(assignment=again).standards.get().number == 3


def test_a_fixed_month_comes_every_year_whatever_the_last_day(
    clock: time_machine.Traveller, mia: User, emil: User
) -> None:
    course = make_course(actor=mia, refresh_month=3)
    add_rule(course=course, actor=mia, kind=RuleKind.PERSON, person=emil.person)
    take(open_of(emil.person), emil)
    assert Certificate.objects.get().valid_until == date(2026, 3, 31)
    go_to(clock, date(2026, 2, 28))
    look_after()
    assert not Assignment.objects.open().exists()
    go_to(clock, date(2026, 3, 1))
    look_after()
    second = open_of(emil.person)
    assert second.due_on == date(2026, 3, 31)
    take(second, emil)
    assert Certificate.objects.get(assignment=second).valid_until == date(2027, 3, 31)


def test_a_new_version_of_a_course_is_taken_by_who_has_not_begun(mia: User, otto: User, emil: User) -> None:
    course = make_course(actor=mia)
    for user in (otto, emil):
        add_rule(course=course, actor=mia, kind=RuleKind.PERSON, person=user.person)
    read_all(open_of(otto.person), otto)
    second = publish_course(version=draft_course(course=course, actor=mia), actor=mia, is_material=True)
    assert open_of(emil.person).version == second
    assert open_of(otto.person).version.number == 1
    take(open_of(otto.person), otto)
    assign_due()
    again = open_of(otto.person)
    assert (again.version, again.reason) == (second, Reason.NEW_VERSION)


def test_a_waiver_needs_a_reason_and_holds(mia: User, emil: User) -> None:
    course = make_course(actor=mia)
    add_rule(course=course, actor=mia, kind=RuleKind.PERSON, person=emil.person)
    with pytest.raises(ValidationError):
        waive(assignment=open_of(emil.person), reason=" ", actor=mia)
    waive(assignment=open_of(emil.person), reason="Trainerin", actor=mia)
    assert assign_due().assigned == []


def test_an_ended_rule_and_an_archived_course_ask_nobody(mia: User, emil: User, otto: User) -> None:
    course = make_course(actor=mia)
    rule = add_rule(course=course, actor=mia, kind=RuleKind.PERSON, person=emil.person)
    add_rule(course=course, actor=mia, kind=RuleKind.PERSON, person=otto.person)
    end_rule(rule=rule, actor=mia)
    assert [one.person for one in Assignment.objects.open()] == [otto.person]
    archive_course(course=course, actor=mia)
    assert not Assignment.objects.open().exists()
    assert assign_due().assigned == []


def test_reminders_come_once_at_each_stage_and_the_lead_hears_once_a_week(
    clock: time_machine.Traveller, mia: User, emil: User, otto: User
) -> None:
    Person.objects.filter(pk=emil.person.pk).update(lead=otto.person)
    course = make_course(actor=mia)
    add_rule(course=course, actor=mia, kind=RuleKind.PERSON, person=emil.person)
    due = open_of(emil.person).due_on
    told = []
    for day in range(-16, 12):
        go_to(clock, due + timedelta(days=day))
        if remind() + remind():
            told.append(day)
    assert told == [-14, -3, 0, 7]
    assert Notice.objects.filter(user=emil, kind="training.due").count() == 4
    assert (tell_leads(), tell_leads()) == (1, 0)
    assert Notice.objects.get(user=otto, kind="training.team").text.startswith("1 person")


def test_each_night_writes_down_who_is_qualified_and_measures_no_customers(
    mia: User, otto: User, emil: User
) -> None:
    touchpoint = make_touchpoint()
    publish_text(touchpoint, mia)
    course = make_course(actor=mia, touchpoint=touchpoint)
    add_rule(course=course, actor=mia, kind=RuleKind.ACCOUNTABLE, touchpoint=touchpoint)
    owner(touchpoint, otto.person, START, mia)
    hear()
    look_after()
    take(open_of(otto.person), otto)
    look_after()
    row = Measurement.objects.get(kpi__code="TR1")
    assert (row.touchpoint_id, row.n, row.total) == (touchpoint.pk, 1, Decimal(0))
    touchpoint.refresh_from_db()
    assert touchpoint.measured_on is None
    assert touchpoint.maturity < Maturity.MEASURED


def test_an_ended_part_ends_the_assignment_at_once(mia: User, otto: User) -> None:
    touchpoint = make_touchpoint()
    publish_text(touchpoint, mia)
    course = make_course(actor=mia, touchpoint=touchpoint)
    add_rule(course=course, actor=mia, kind=RuleKind.ACCOUNTABLE, touchpoint=touchpoint)
    owner(touchpoint, otto.person, START, mia)
    hear()
    assert open_of(otto.person)
    end_responsibility(responsibility=Responsibility.objects.get(), on=START, actor=mia)
    hear()
    assert not Assignment.objects.open().exists()


def test_after_a_change_a_certificate_counts_from_its_own_day(
    clock: time_machine.Traveller, mia: User, otto: User
) -> None:
    touchpoint = make_touchpoint()
    publish_text(touchpoint, mia)
    course = make_course(actor=mia, touchpoint=touchpoint, refresh_months=12)
    add_rule(course=course, actor=mia, kind=RuleKind.ACCOUNTABLE, touchpoint=touchpoint)
    owner(touchpoint, otto.person, START, mia)
    hear()
    take(open_of(otto.person), otto)
    go_to(clock, date(2026, 3, 5))
    publish_text(touchpoint, mia)
    hear()
    again = open_of(otto.person)
    take(again, otto)
    assert Certificate.objects.get(assignment=again).valid_until == date(2027, 3, 5)


def test_a_merged_touchpoint_keeps_its_rule(mia: User, otto: User) -> None:
    duplicate, kept = make_touchpoint(), make_touchpoint()
    course = make_course(actor=mia)
    add_rule(course=course, actor=mia, kind=RuleKind.ACCOUNTABLE, touchpoint=duplicate)
    duplicate.duplicate_of = kept
    duplicate.save(update_fields=["duplicate_of"])
    owner(kept, otto.person, START, mia)
    hear()
    assert open_of(otto.person)
