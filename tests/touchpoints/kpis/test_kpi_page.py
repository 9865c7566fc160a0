"""The page of a KPI: few queries however it is taken apart, its sums, its versions, and what it cannot tell."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models import FETCH_RAISE, query
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from cxm.accounts.models import User
from cxm.audit.models import Entry
from tests.cast import signed_in
from tests.makers import make_touchpoint
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis.actions import (
    add_note,
    measure,
    raise_alarms,
    remove_version,
    set_target,
    start_version,
)
from touchpoints.kpis.choices import Shape, Split, Status
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.figures import figures
from touchpoints.kpis.models import KpiDefinition, KpiVersion, Measurement, Segment, Target
from touchpoints.kpis.periods import Period

D = Decimal
MARCH = Period.parse("2026-03")
QUERIES = 12
BY_SHAPE = {
    Shape.SHARE: "CL3", Shape.RATE: "CL1", Shape.MEAN: "AD5", Shape.NPS: "AD1", Shape.TOP_BOX: "AS1",
    Shape.PERCENTILE: "AS5R", Shape.COUNT: "ORD", Shape.SUM: "REV", Shape.QUOTIENT: "AW4", Shape.DISTINCT: "CUS",
    Shape.REPEAT: "RE3",
}  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def spring() -> Any:
    """The second of April: March and the first quarter are over."""
    with time_machine.travel("2026-04-02 10:00+00:00", tick=False):
        yield


def kpi(code: str) -> KpiDefinition:
    return KpiDefinition.objects.get(code=code)


def given(shape: str, number: int) -> Given:
    """What is delivered of a KPI of this shape."""
    if shape in (Shape.SHARE, Shape.RATE, Shape.QUOTIENT):
        return Given(numerator=D(80 + number), denominator=D(200))
    if shape in (Shape.DISTINCT, Shape.REPEAT):
        return Given(subject=f"Kunde-{number % 5}")
    return Given(value=D(1 if shape == Shape.COUNT else number % 5 + 1))


def put(code: str, count: int = 8, **place: Any) -> None:
    """Measurements in March."""
    found = kpi(code)
    facts = [
        Fact(
            kpi=found, day=MARCH.start + timedelta(days=number), given=given(found.shape, number),
            source="test", external_id=f"{code}-{place}-{number}", **place,
        )
        for number in range(count)
    ]  # fmt: skip
    measure(facts=facts, actor=None)


def page(user: User, found: KpiDefinition, **asked: Any) -> str:
    """The page as text, with plain blanks."""
    response = signed_in(user).get(found.get_absolute_url(), asked)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", unescape(response.content.decode()).replace("\xa0", " "))


def told_of(found: KpiDefinition) -> list[str]:
    """Its history, in English."""
    with translation.override("en"):
        return [unescape(str(entry.sentence())) for entry in Entry.objects.about(found)]


@pytest.mark.parametrize("shape", Shape)
def test_no_way_to_look_at_a_kpi_asks_more_than_twelve_times(
    mia: User, shape: Shape, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = kpi(BY_SHAPE[shape])
    place = make_touchpoint(
        name="Hotline", phase=Phase.objects.default()[5], channel=Channel.objects.all()[0]
    )
    segment = Segment.objects.create(code="new", name="Neukunden")
    put(found.code, touchpoint=place, segment=segment)
    put(found.code)
    set_target(kpi=found, value=D(5), since=date(2026, 1, 1), actor=mia)
    start_version(actor=mia, kpi=found, valid_from=date(2026, 2, 1), note="Neu", formula="a / b")
    add_note(actor=mia, kpi=found, day=date(2026, 3, 3), text="Messe")
    raise_alarms(at=date(2027, 3, 1))
    everywhere = {
        "phase": place.phase_id,
        "channel": place.channel_id,
        "touchpoint": place.pk,
        "segment": segment.pk,
    }
    client = signed_in(mia)
    monkeypatch.setattr(query, "DEFAULT_FETCH_MODE", FETCH_RAISE)
    many = {}
    for split in (None, *Split):
        for where in ({}, {"segment": segment.pk}, everywhere):
            asked = {"period": "2026-03", "split": split or "", "order": "-name"} | {
                name: str(pk) for name, pk in where.items()
            }
            with CaptureQueriesContext(connection) as queries:
                assert client.get(found.get_absolute_url(), asked).status_code == 200
            if len(queries) > QUERIES:
                many[split, len(where)] = len(queries)
    assert many == {}


def test_each_part_of_a_split_leads_to_its_rows_also_what_is_assigned_to_none(otto: User) -> None:
    channel = Channel.objects.all()[0]
    put("AS1", 10, channel=channel)
    put("AS1", 7)
    opened = page(otto, kpi("AS1"), period="2026-03", split="channel")
    found = figures([kpi("AS1")], MARCH, by=Split.CHANNEL, history=1)
    sizes = {}
    for (_kpi, place), one in found.items():
        assert one.rows_url in opened
        rows = signed_in(otto).get(one.rows_url).content.decode()
        sizes[place] = re.search(r"1–\d+ of (\d+)", rows).group(1)  # type: ignore[union-attr]  # a list says how long it is
        assert one.n == int(sizes[place])
    assert sizes == {channel.pk: "10", None: "7"}
    assert opened.count("not assigned") >= 2  # in the chart and in the table


def test_the_table_of_a_split_has_all_parts_sorted_and_by_pages(otto: User) -> None:
    made = Touchpoint.objects.bulk_create(Touchpoint(name=f"Ort {number:03}") for number in range(60))
    for number, place in enumerate(made):
        measure(
            facts=[
                Fact(
                    kpi=kpi("AS1"), day=MARCH.start, touchpoint=place,
                    given=Given(numerator=D(number + 10), denominator=D(100 + number)),
                )
            ],
            actor=None,
        )  # fmt: skip

    def names(**asked: Any) -> list[str]:
        text = page(otto, kpi("AS1"), period="2026-03", split="touchpoint", **asked)
        assert "of 60" in text
        return re.findall(r'<th scope="row"><a href="[^"]+">(Ort \d+)</a>', text)

    first, second = names(order="name"), names(order="name", page=2)
    assert [*first, *second] == [f"Ort {number:03}" for number in range(60)]
    assert len(first) == 50
    assert names(order="-n")[0] == names()[0] == "Ort 059"
    assert names(order="value")[0] == "Ort 000"
    assert names(page=99) == names(page=2)
    for nonsense in ("x", "-1", "0", "9" * 30, "²"):
        assert names(page=nonsense) == names()


def test_a_part_with_few_answers_stands_in_the_table_without_its_figure(otto: User) -> None:
    put("AS1", 10, channel=Channel.objects.all()[0])
    put("AS1", 4, channel=Channel.objects.all()[1])
    text = page(otto, kpi("AS1"), period="2026-03", split="channel")
    row = re.search(rf'<th scope="row"><a [^>]+>{Channel.objects.all()[1].name_en}</a></th>.*?</tr>', text)
    assert row
    assert "too few answers" in row[0]
    assert "%" not in re.sub(r"<[^>]+>", "", row[0])


@pytest.mark.parametrize("code", ["CUS", "RE3"])
def test_different_customers_are_not_taken_apart_and_the_page_says_why(otto: User, code: str) -> None:
    put(code)
    channel = Channel.objects.all()[0]
    text = page(
        otto, kpi(code), period="2026-03-01..2026-03-17", grain="week", split="channel", channel=channel.pk
    )
    assert "This figure counts different customers" in text
    assert "too few answers" not in text
    offered = " ".join(re.findall(r'href="([?][^"]*)"', text))
    assert "grain=quarter" in offered
    for nonsense in ("split=", "channel=", "grain=week", "grain=day"):
        assert nonsense not in offered
    assert "Q1 2026" in text  # not the span of days of the address


def test_a_chosen_split_is_taken_off_again(otto: User) -> None:
    put("AS1")
    text = page(otto, kpi("AS1"), period="2026-03", split="channel")
    assert 'href="?period=2026-03#split"' in text


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("AS1", {"Answers 4 and 5": "2", "All valid answers": "8"}),
        ("CL3", {"Deliveries on or before the promised day": "668", "Deliveries": "1,600"}),
        ("CL1", {"Orders": "668", "Sessions or offers sent": "1,600"}),
        ("AW4", {"Cost of campaigns": "€668.00", "New leads with consent": "1,600"}),
        ("AD5", {"Stars": "21", "Reviews": "8"}),
        ("AD1", {"Promoters": "0", "Passives": "0", "Detractors": "8", "All answers": "8"}),
        ("RE3", {"Customers with two or more orders": "3", "Customers with at least one order": "5"}),
    ],
)
def test_numerator_and_denominator_stand_beside_a_ratio(otto: User, code: str, parts: dict[str, str]) -> None:
    put(code)
    text = page(otto, kpi(code), period="2026-03")
    found = dict(re.findall(r"<div><dt>([^<]+)</dt><dd>([^<]+)</dd></div>", text))
    assert found == parts


def test_below_the_fewest_answers_no_sum_is_told(otto: User) -> None:
    put("AS1", 4)
    text = page(otto, kpi("AS1"), period="2026-03")
    assert "too few answers" in text
    assert "<div><dt>" not in text


def test_without_a_period_it_is_the_last_quarter_that_is_over_as_in_the_list(otto: User) -> None:
    put("AS1")
    assert "Q1 2026</h2>" in page(otto, kpi("AS1"))
    text = signed_in(otto).get(reverse("kpis:list")).content.decode()
    assert re.search(r"<th[^>]*>\s*Q1 2026\s*</th>", text)
    assert "25.0%" in text.replace("\xa0", "")


def test_a_broken_source_is_said_beside_the_figure(otto: User) -> None:
    put("AS1")
    assert "Source is broken" not in page(otto, kpi("AS1"))
    KpiDefinition.objects.filter(code="AS1").update(status=Status.BROKEN)
    assert page(otto, kpi("AS1")).count("Source is broken") > 1
    assert "Source is broken" in signed_in(otto).get(reverse("kpis:list")).content.decode()


def test_a_version_shows_its_formula_is_corrected_and_removed(mia: User) -> None:
    found = kpi("AS1")
    put("AS1")
    version = start_version(
        actor=mia, kpi=found, valid_from=date(2026, 2, 1), note="Neue Frage", formula="x / y"
    )
    text = page(mia, found, period="2026-03")
    assert "<dt>Formula</dt><dd>x / y</dd>" in text
    assert "Formula before" in text
    assert "<dt>Formula</dt><dd>x / y</dd>" not in page(mia, found, period="2026-01")
    edit = reverse("kpis:version_edit", args=[version.pk])
    assert "x / y" in signed_in(mia).get(edit).content.decode()
    data = {"valid_from": "2026-03-01", "note": "Neue Skala", "formula": "v / w"}
    assert signed_in(mia).post(edit, data).status_code == 302
    version.refresh_from_db()
    assert (version.version, version.valid_from, version.formula) == (2, date(2026, 3, 1), "v / w")
    other = start_version(actor=mia, kpi=found, valid_from=date(2026, 3, 9), note="Noch eine")
    assert signed_in(mia).post(edit, data | {"valid_from": "2026-03-09"}).status_code == 422
    assert signed_in(mia).post(reverse("kpis:version_remove", args=[version.pk])).status_code == 302
    assert list(KpiVersion.objects.values_list("version", flat=True)) == [other.version]
    remove_version(actor=mia, version=other)
    assert start_version(actor=mia, kpi=found, valid_from=date(2026, 3, 9), note="Dritte").version == 4
    said = told_of(found)
    assert "Mia Meyer corrected version 2 of AS1 Satisfaction (CSAT), from 1 Mar 2026: Neue Skala" in said
    assert "Mia Meyer removed version 2 of AS1 Satisfaction (CSAT), from 1 Mar 2026: Neue Skala" in said


def test_a_target_is_corrected_for_the_past_too_and_the_history_keeps_both(mia: User) -> None:
    found = kpi("AS1")
    wrong = set_target(kpi=found, value=D(7), since=date(2025, 1, 1), until=date(2026, 1, 1), actor=mia)
    later = set_target(kpi=found, value=D(75), since=date(2026, 1, 1), actor=mia)
    edit = reverse("kpis:target_edit", args=[wrong.pk])
    assert 'value="7"' in signed_in(mia).get(edit).content.decode()
    data = {
        "value": "70",
        "tolerance": "2",
        "since": "2025-01-01",
        "until": "2026-01-01",
        "note": "Tippfehler",
    }
    assert signed_in(mia).post(edit, data | {"until": "2026-02-01"}).status_code == 422
    assert signed_in(mia).post(edit, data | {"until": "2024-01-01"}).status_code == 422
    wrong.refresh_from_db()
    assert wrong.value == 7
    assert signed_in(mia).post(edit, data).status_code == 302
    wrong.refresh_from_db()
    assert (wrong.value, wrong.tolerance, wrong.during.upper) == (D(70), D(2), date(2026, 1, 1))
    kept = Target.pgh_event_model.objects.filter(pgh_obj_id=wrong.pk)  # type: ignore[attr-defined]  # by pghistory
    assert list(kept.order_by("pgh_id").values_list("value", flat=True)) == [7, 70]
    assert signed_in(mia).post(reverse("kpis:target_remove", args=[later.pk])).status_code == 302
    assert list(found.targets.all()) == [wrong]
    said = told_of(found)
    assert "Mia Meyer corrected a target of AS1 Satisfaction (CSAT): 7 became 70, from 1 Jan 2025" in said
    assert "Mia Meyer removed the target 75 of AS1 Satisfaction (CSAT), from 1 Jan 2026" in said


@pytest.mark.parametrize("name", ["version_edit", "version_remove", "target_edit", "target_remove"])
def test_who_only_reads_corrects_nothing(mia: User, sofia: User, name: str) -> None:
    version = start_version(actor=mia, kpi=kpi("AS1"), valid_from=date(2026, 2, 1), note="Neu")
    target = set_target(kpi=kpi("AS1"), value=D(75), since=date(2026, 1, 1), actor=mia)
    url = reverse(f"kpis:{name}", args=[version.pk if "version" in name else target.pk])
    data = {"valid_from": "2026-03-01", "note": "x", "value": "1", "since": "2026-01-01"}
    assert signed_in(sofia).post(url, data).status_code == 403
    assert (KpiVersion.objects.get(), Target.objects.get().value) == (version, D(75))


def test_a_customer_number_is_for_those_who_import_or_manage_and_its_reading_is_kept(
    mia: User, dario: User, sofia: User, emil: User
) -> None:
    put("CUS", 1)
    row = Measurement.objects.get()
    for user in (sofia, emil):
        text = signed_in(user).get(row.get_absolute_url()).content.decode()
        assert "Kunde-0" not in text
        assert "who import or manage" in text
    reads = Entry.objects.filter(verb="kpis.measurement.read")
    assert not reads.exists()
    for user in (mia, dario):
        assert "Kunde-0" in signed_in(user).get(row.get_absolute_url()).content.decode()
    assert [(entry.actor, entry.is_read) for entry in reads.order_by("pk")] == [(mia, True), (dario, True)]
    put("AS1", 1)
    signed_in(mia).get(Measurement.objects.get(kpi__code="AS1").get_absolute_url())
    assert reads.count() == 2  # of a row without a customer nothing was read


def test_an_empty_page_offers_only_what_the_reader_may_do(mia: User, karla: User, sofia: User) -> None:
    offers = {
        user.name: (
            "/imports/measurements/" in (text := page(user, kpi("AS1"))) or "/imports/new/" in text,
            reverse("kpis:measurement", args=[kpi("AS1").pk]) in text,
        )
        for user in (mia, karla, sofia)
    }
    assert offers == {"Mia Meyer": (True, True), "Karla Kraus": (False, True), "Sofia Sander": (False, False)}


def test_alarms_are_found_from_the_list_and_narrowed_to_open_ones(mia: User) -> None:
    put("AS1")
    put("CL3")
    raise_alarms(at=date(2026, 12, 1))
    text = signed_in(mia).get(reverse("kpis:list")).content.decode()
    assert text.count(f'href="{reverse("kpis:alarms")}"') == 2  # beside the title, and in the navigation
    closed = kpi("CL3").alarms.get()
    closed.state, closed.closed_at = "closed", "2026-12-02T10:00Z"
    closed.save()
    text = signed_in(mia).get(reverse("kpis:alarms"), {"state": "unclosed"}).content.decode()
    assert kpi("AS1").alarms.get().get_absolute_url() in text
    assert closed.get_absolute_url() not in text
    assert closed.get_absolute_url() in signed_in(mia).get(reverse("kpis:alarms")).content.decode()
