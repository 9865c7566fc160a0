"""The pages of the figures: read, entered, decided; refused to whom they are not for."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_touchpoint
from touchpoints.inventory.models import Channel, Phase
from touchpoints.kpis.actions import measure, raise_alarms
from touchpoints.kpis.choices import AlarmState, Aspect, Shape, Split, Status, Unit
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.figures import figure
from touchpoints.kpis.models import Alarm, KpiDefinition, KpiNote, KpiVersion, Measurement, Target
from touchpoints.kpis.periods import Period

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def nps(company: object) -> KpiDefinition:
    """The NPS with 60 answers in March 2026, at a touchpoint and without."""
    kpi = KpiDefinition.objects.get(code="AD1")
    place = make_touchpoint(
        name="Hotline", phase=Phase.objects.default()[5], channel=Channel.objects.all()[0]
    )
    facts = [
        Fact(
            kpi=kpi, day=date(2026, 3, 1) + timedelta(days=n % 28), given=Given(value=D(n % 11)),
            touchpoint=place if n % 2 else None, external_id=str(n), source="survey",
        )
        for n in range(60)
    ]  # fmt: skip
    measure(facts=facts, actor=None)
    return kpi


def page(user: User, name: str, *args: object, **query: str) -> Any:
    return signed_in(user).get(reverse(f"kpis:{name}", args=args), query)


def send(user: User, name: str, *args: object, **data: object) -> Any:
    return signed_in(user).post(reverse(f"kpis:{name}", args=args), data)


def test_from_the_number_to_its_row_in_two_clicks(nps: KpiDefinition, sofia: User) -> None:
    opened = page(sofia, "kpi", nps.pk, period="2026-03")
    assert opened.status_code == 200
    one = figure(nps, Period.parse("2026-03"))
    assert one.rows_url.replace("&", "&amp;") in opened.text
    rows = signed_in(sofia).get(one.rows_url)
    assert "1–50 of 60" in rows.text
    row = Measurement.objects.order_by("-day", "-pk")[0]
    assert row.get_absolute_url() in rows.text
    assert "survey" in page(sofia, "row", row.pk).text


@pytest.mark.parametrize("split", [None, *Split])
@pytest.mark.parametrize("code", ["AD1", "REV", "CUS", "AS5R", "CL3", "AD5", "AW4"])
def test_every_kind_of_kpi_opens_with_every_split(
    nps: KpiDefinition, otto: User, split: Split | None, code: str
) -> None:
    kpi = KpiDefinition.objects.get(code=code)
    given = {
        "REV": Given(value=D(100)), "CUS": Given(subject="A"), "AS5R": Given(value=D("2.5")),
        "CL3": Given(numerator=D(95), denominator=D(100)), "AD5": Given(value=D(4)), "AW4": Given(numerator=D(5)),
    }  # fmt: skip
    if code in given:
        facts = [
            Fact(kpi=kpi, day=date(2026, 3, n), given=given[code], external_id=str(n)) for n in range(1, 9)
        ]
        measure(facts=facts, actor=None)
    assert page(otto, "kpi", kpi.pk, period="2026-Q1", split=split or "", grain="week").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"period": "soon"}, {"grain": "x"}, {"split": "x"}, {"channel": "9" * 30}, {"touchpoint": "none"},
        {"phase": "\x00"},
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_opens_the_page(
    nps: KpiDefinition, mia: User, query: dict[str, str]
) -> None:
    assert page(mia, "kpi", nps.pk, **query).status_code == 200


def test_a_measurement_is_entered_by_hand_once_however_often_it_is_sent(
    nps: KpiDefinition, karla: User
) -> None:
    form = page(karla, "measurement", nps.pk)
    assert form.status_code == 200
    data = {"day": "2026-03-30", "value": "9", "times": "3", "note": "Phone calls", "ticket": "0" * 32}
    for _ in range(2):
        assert send(karla, "measurement", nps.pk, **data).status_code == 302
    row = Measurement.objects.get(source="hand")
    assert (row.n, row.total) == (3, D(3))
    assert (row.entered_by, row.note) == (karla, "Phone calls")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"value": "11"}, "value"), ({}, "promoters"), ({"value": "9", "day": "2099-01-01"}, "day"),
        ({"promoters": "9", "detractors": "9", "denominator": "10"}, "denominator"), ({"value": "NaN"}, "value"),
        ({"value": "9", "note": ""}, "note"), ({"value": "9", "phase": "999"}, "phase"),
    ],
)  # fmt: skip
def test_a_wrong_entry_says_what_is_wrong_at_the_field(
    nps: KpiDefinition, mia: User, data: dict[str, str], field: str
) -> None:
    start = {"day": "2026-03-30", "note": "n", "ticket": "0" * 32}
    answer = send(mia, "measurement", nps.pk, **start | data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Measurement.objects.filter(source="hand").exists()


def test_what_was_entered_by_hand_is_removed_with_a_reason(nps: KpiDefinition, mia: User) -> None:
    data = {"day": "2026-03-30", "value": "9", "times": "40", "note": "typo", "ticket": "0" * 32}
    send(mia, "measurement", nps.pk, **data)
    row = Measurement.objects.get(source="hand")
    send(mia, "row_remove", row.pk, note=" ")
    assert figure(nps, Period.parse("2026-03")).n == 100
    assert send(mia, "row_remove", row.pk, note="40 was a slip").status_code == 302
    assert figure(nps, Period.parse("2026-03")).n == 60


def test_own_kpis_are_defined_and_then_fixed_once_measured(mia: User) -> None:
    data = {
        "code": "HB9", "name_de": "Zufriedenheit Montage", "shape": Shape.TOP_BOX, "unit": Unit.PERCENT,
        "aim": "higher",
        "scale_low": "1", "scale_high": "5", "box": "2", "q": "0.5", "factor": "1", "status": Status.ACTIVE,
        "aspect": Aspect.EXPERIENCE, "position": "5", "min_n": "5", "stale_after": "62",
        "settles_after": "0", "is_shown": "on",
    }  # fmt: skip
    assert send(mia, "new", **data | {"scale_high": "1"}).status_code == 422
    assert send(mia, "new", **data | {"box": "0"}).status_code == 422
    assert send(mia, "new", **data | {"code": "AD1"}).status_code == 422
    unfit = send(mia, "new", **data | {"unit": Unit.POINTS})
    assert "unit" in unfit.context["form"].errors
    assert send(mia, "new", **data).status_code == 302
    kpi = KpiDefinition.objects.get(code="HB9")
    measure(facts=[Fact(kpi=kpi, day=date(2026, 3, 1), given=Given(value=D(4)))], actor=None)
    refused = send(mia, "edit", kpi.pk, **data | {"box": "1"})
    assert "box" in refused.context["form"].errors
    assert send(mia, "edit", kpi.pk, **data | {"name_de": "Montage"}).status_code == 302


def test_the_owner_is_typed_with_suggestions(nps: KpiDefinition, mia: User, otto: User) -> None:
    data = {
        "is_shown": "on", "status": nps.status, "phase": nps.phase_id or "", "aspect": nps.aspect,
        "position": nps.position, "min_n": nps.min_n, "stale_after": nps.stale_after, "grain": nps.grain or "",
    }  # fmt: skip
    drawn = page(mia, "edit", nps.pk).text
    assert reverse("inventory:find", args=["people"]) in drawn
    assert otto.name not in drawn, "nobody is listed"
    assert send(mia, "edit", nps.pk, **data, owner="otto").status_code == 302
    nps.refresh_from_db()
    assert nps.owner == otto.person
    assert 'value="Otto Özdemir – otto@example.org"' in page(mia, "edit", nps.pk).text
    refused = send(mia, "edit", nps.pk, **data, owner="Nobody")
    assert refused.context["form"].errors["owner"] == ["Nobody of the name “Nobody” is found here."]
    otto.person.left_on = date(2020, 1, 1)
    otto.person.save()
    assert send(mia, "edit", nps.pk, **data, owner="Otto Özdemir – otto@example.org").status_code == 302
    assert send(mia, "edit", nps.pk, **data, owner="").status_code == 302
    assert not KpiDefinition.objects.exclude(owner=None).exists()
    assert send(mia, "edit", nps.pk, **data, owner="otto").status_code == 422, "he has left"


def test_targets_notes_and_versions(nps: KpiDefinition, mia: User) -> None:
    assert send(mia, "target", nps.pk, value="30", tolerance="2", since="2026-01-01").status_code == 302
    assert send(mia, "target", nps.pk, value="40", since="2026-03-01").status_code == 302
    first, second = Target.objects.order_by("during")
    assert (first.during.upper, second.during.upper) == (date(2026, 3, 1), None)
    assert send(mia, "target", nps.pk, value="50", since="2026-02-01", until="2026-04-01").status_code == 422
    assert send(mia, "target_end", second.pk).status_code == 302
    assert send(mia, "note", nps.pk, day="2026-03-05", text="New hotline <b>").status_code == 302
    assert send(mia, "version", nps.pk, valid_from="2026-03-10", note="New wording").status_code == 302
    opened = page(mia, "kpi", nps.pk, period="2026-03").text
    assert "New hotline &lt;b&gt;" in opened
    assert "<b>New hotline" not in opened
    assert (KpiNote.objects.count(), KpiVersion.objects.get().version) == (1, 2)


def test_alarms_are_listed_looked_into_and_closed(nps: KpiDefinition, mia: User) -> None:
    raise_alarms(at=date(2026, 8, 1))
    alarm = Alarm.objects.get()
    assert "no new data since" in page(mia, "alarms").text
    assert page(mia, "alarm", alarm.pk).status_code == 200
    send(mia, "alarm_look", alarm.pk)
    send(mia, "alarm_close", alarm.pk, note="")
    alarm.refresh_from_db()
    assert alarm.state == AlarmState.SEEN
    send(mia, "alarm_close", alarm.pk, note="Survey was off.")
    alarm.refresh_from_db()
    assert (alarm.state, alarm.closed_note) == (AlarmState.CLOSED, "Survey was off.")


def test_the_manager_chooses_what_is_shown(nps: KpiDefinition, mia: User) -> None:
    assert "Net Promoter Score" in page(mia, "list").text
    send(mia, "hide", ids=[nps.pk])
    nps.refresh_from_db()
    assert not nps.is_shown
    send(mia, "show", ids=[nps.pk])
    nps.refresh_from_db()
    assert nps.is_shown


WRITES = ("new", "edit", "version", "target", "row_remove", "alarm_look", "alarm_close", "show", "hide")


@pytest.mark.parametrize("name", WRITES)
def test_who_only_reads_changes_nothing(nps: KpiDefinition, sofia: User, name: str) -> None:
    args = () if name in ("new", "show", "hide") else (nps.pk,)
    assert send(sofia, name, *args, ids=[nps.pk]).status_code == 403
    nps.refresh_from_db()
    assert nps.is_shown
    assert not Target.objects.exists()


def test_strangers_are_led_to_sign_in(nps: KpiDefinition) -> None:
    assert Client().get(nps.get_absolute_url()).status_code == 302


@pytest.mark.parametrize("text", ["none", "x", "9" * 30, "\x00", "1 OR 1=1"])
def test_filters_of_the_rows_refuse_nonsense(nps: KpiDefinition, mia: User, text: str) -> None:
    for name in ("kpi", "touchpoint", "phase", "first", "run", "segment"):
        assert page(mia, "measurements", **{name: text}).status_code == 200
