"""Measurements from lists: the real purchase history, messy lists, the same list again, and back out."""

import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cxm.accounts.models import User
from cxm.imports import jobs
from cxm.imports.actions import assign_columns, start_import, undo_import, upload_list
from cxm.imports.choices import State
from cxm.imports.models import ImportRun
from cxm.kit.importers import IMPORTERS
from tests.cast import signed_in
from tests.makers import make_touchpoint
from touchpoints.inventory.models import Channel, Phase
from touchpoints.kpis import rollup
from touchpoints.kpis.figures import figure
from touchpoints.kpis.models import DayCell, KpiDefinition, Measurement, Segment
from touchpoints.kpis.periods import Period
from touchpoints.kpis.reads import Where

type Bring = Callable[..., ImportRun]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> None:
    """Uploaded lists lie in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bring(mia: User, company: object) -> Bring:
    """Upload a list, take the proposed columns (or others), check and import what is good."""

    def run(content: str | bytes, *, mapping: dict[str, int] | None = None, **answers: Any) -> ImportRun:
        data = content.encode() if isinstance(content, str) else content
        upload = SimpleUploadedFile("list.csv", data)
        brought = upload_list(actor=mia, importer=IMPORTERS["measurements"], file=upload)
        brought = assign_columns(
            run=brought, mapping=mapping or brought.mapping, settings=answers, clear_empty=False
        )
        assert jobs.check(brought.pk)
        brought.refresh_from_db()
        assert brought.state == State.READY, brought.failure
        start_import(actor=mia, run=brought, only_good=True)
        assert jobs.execute(brought.pk)
        brought.refresh_from_db()
        assert brought.state == State.DONE, brought.failure
        return brought

    return run


def ids(*codes: str) -> list[str]:
    return [str(KpiDefinition.objects.get(code=code).pk) for code in codes]


def value(code: str, period: str, **where: Any) -> float | None:
    estimate = figure(
        KpiDefinition.objects.get(code=code), Period.parse(period), where=Where(**where)
    ).estimate
    return estimate.value if estimate else None


def purchases() -> Path:
    """CDNOW: 69,659 purchases of 23,570 customers, January 1997 to June 1998."""
    package = find_spec("lifetimes")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "datasets" / "CDNOW_master.txt"


def test_the_purchase_history_gives_the_orders_revenue_and_customers_of_each_month(
    bring: Bring, mia: User
) -> None:
    content = purchases().read_bytes()
    run = bring(
        content,
        mapping={"subject": 0, "day": 1, "value": 3},
        kpis=ids("ORD", "REV", "CUS"),
        source="shop",
    )
    assert (run.counts["total"], run.counts["wrong"], run.counts["new"]) == (69_659, 0, 69_659)
    orders: dict[str, int] = defaultdict(int)
    revenue: dict[str, Decimal] = defaultdict(Decimal)
    visits: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    with purchases().open() as file:  # counted once more, by nothing but the standard library
        next(file)
        for customer, day, _discs, dollars in csv.reader(
            (line.strip() for line in file), delimiter=" ", skipinitialspace=True
        ):
            for period in (f"{day[:4]}-{day[4:6]}", f"{day[:4]}-Q{(int(day[4:6]) + 2) // 3}", day[:4]):
                orders[period] += 1
                revenue[period] += Decimal(dollars)
                visits[period][customer] += 1
    assert sum(orders[period] for period in orders if len(period) == 4) == 69_659
    assert len(orders) == 18 + 6 + 2
    for period, customers in visits.items():
        assert value("ORD", period) == orders[period]
        assert value("REV", period) == float(revenue[period])
        assert value("CUS", period) == len(customers)
    assert set(rollup.drift().values()) == {0}
    for period in ("1997-03", "1998-Q1", "1997"):  # and the page of each KPI says the same
        said = {
            "ORD": f"{orders[period]:,}",
            "REV": f"€{revenue[period]:,.0f}",
            "CUS": f"{len(visits[period]):,}",
        }
        for code, text in said.items():
            page = signed_in(mia).get(
                KpiDefinition.objects.get(code=code).get_absolute_url(), {"period": period}
            )
            assert f'<span class="figure-value">{text}</span>' in page.content.decode(), (period, code)


def test_the_same_list_again_adds_nothing_and_comes_back_after_undo(bring: Bring, mia: User) -> None:
    content = "Datum;Wert\n2026-03-01;9\n2026-03-01;9\n2026-03-02;3\n"
    first = bring(content, kpis=ids("AD1"))
    again = bring(content, kpis=ids("AD1"))
    assert (first.counts["new"], again.counts["new"], again.counts["unchanged"]) == (3, 0, 3)
    resaved = bring("Tag;Wert\r\n01.03.2026;9,0\r\n01.03.2026;9\r\n02.03.2026;3\r\n", kpis=ids("AD1"))
    assert (resaved.counts["new"], resaved.counts["unchanged"]) == (0, 3)
    other = bring(content, kpis=ids("AD1"), source="second survey")
    assert other.counts["new"] == 3
    undo_import(actor=mia, run=again)
    assert jobs.undo(again.pk)
    assert Measurement.objects.count() == 6
    undo_import(actor=mia, run=first)
    assert jobs.undo(first.pk)
    assert bring(content, kpis=ids("AD1")).counts["new"] == 3
    assert set(rollup.drift().values()) == {0}


def test_what_was_undone_between_check_and_import_is_not_taken_for_there(bring: Bring, mia: User) -> None:
    content = "Datum;Wert\n2026-03-01;9\n"
    first = bring(content, kpis=ids("AD1"))
    upload = SimpleUploadedFile("list.csv", content.encode())
    run = upload_list(actor=mia, importer=IMPORTERS["measurements"], file=upload)
    assign_columns(run=run, mapping=run.mapping, settings={"kpis": ids("AD1")}, clear_empty=False)
    assert jobs.check(run.pk)
    undo_import(actor=mia, run=first)
    assert jobs.undo(first.pk)
    start_import(actor=mia, run=run, only_good=True)
    jobs.execute(run.pk)
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert "taken back meanwhile" in run.failure


GERMAN = """Auswertung Kundenbefragung;;;;;
Kennzahl;Datum;Wert;Kontaktpunkt;Kanal;Kundengruppe
AD1;03.02.2026;9;Hotline;Telefon;Neukunden
Net Promoter Score;3.2.26;10;Hotline;;neukunden
AD1;2026-02-03;11;Hotline;;
AD1;31.02.2026;9;;;
XY9;03.02.2026;9;;;
REV;04.02.2026;1.234,50 €;;Online-Shop;Stammkunden
AS5R;04.02.2026 14:30;2,5;;;
"""


def test_a_german_list_with_many_kpis_is_understood_and_wrong_rows_are_named(bring: Bring) -> None:
    place = make_touchpoint(name="Hotline", phase=Phase.objects.default()[5])
    Channel.objects.filter(code="phone").update(name_de="Telefon")
    Channel.objects.filter(code="shop").update(name_de="Online-Shop")
    run = bring(GERMAN)
    assert run.counts["wrong"] == 3
    said = {field: message for field, message, _count, *_rows in run.kinds}
    assert said["value"] == "This KPI is answered in whole steps from 0 to 10."
    assert "kpi" in said
    assert "day" in said
    nps = KpiDefinition.objects.get(code="AD1")
    rows = Measurement.objects.filter(kpi=nps)
    assert {row.touchpoint for row in rows} == {place}
    assert {row.phase for row in rows} == {place.phase}
    assert [segment.name for segment in Segment.objects.order_by("code")] == ["Neukunden", "Stammkunden"]
    assert Measurement.objects.get(kpi__code="REV").value == Decimal("1234.5")
    answered = Measurement.objects.get(kpi__code="AS5R")
    assert (answered.day, answered.at is not None) == (date(2026, 2, 4), True)
    place.refresh_from_db()
    assert place.measured_on == date(2026, 2, 3)


def test_daily_sums_come_in_as_numerator_and_denominator(bring: Bring) -> None:
    bring("Tag;Zähler;Nenner\n01.03.2026;80;100\n02.03.2026;70;100\n03.03.2026;101;100\n", kpis=ids("AS1"))
    assert value("AS1", "2026-03") == 75


def test_undo_takes_back_exactly_what_the_list_brought(bring: Bring, mia: User) -> None:
    place = make_touchpoint(name="Hotline")
    bring("Datum;Wert;Touchpoint\n2026-03-01;9;Hotline\n", kpis=ids("AD1"))
    before = cells()
    run = bring("Datum;Wert;Touchpoint\n2026-03-01;3;Hotline\n2026-04-02;7;Hotline\n", kpis=ids("AD1"))
    assert cells() != before
    undo_import(actor=mia, run=run)
    assert jobs.undo(run.pk)
    assert cells() == before
    assert set(rollup.drift().values()) == {0}
    place.refresh_from_db()
    assert place.measured_on == date(2026, 3, 1)


def cells() -> set[Any]:
    return set(DayCell.objects.values_list("kpi", "day", "phase", "bucket", "rows", "n", "total", "squares"))


def test_the_same_case_in_two_lists_counts_once(bring: Bring) -> None:
    bring("Datum;Wert;Fallnummer\n2026-03-01;9;4711\n2026-03-02;8;4712\n", kpis=ids("AD1"), source="survey")
    run = bring(
        "Datum;Wert;Fallnummer\n2026-03-02;8;4712\n2026-03-02;8;4713\n", kpis=ids("AD1"), source="survey"
    )
    assert (run.counts["new"], run.counts["unchanged"]) == (1, 1)
    other = bring("Datum;Wert;Fallnummer\n2026-03-02;8;4712\n", kpis=ids("AD1"), source="other survey")
    assert other.counts["new"] == 1


def test_a_row_without_any_kpi_is_wrong(bring: Bring) -> None:
    run = bring("Datum;Wert\n2026-03-01;9\n")
    assert (run.counts["wrong"], Measurement.objects.count()) == (1, 0)


def test_texts_with_tabs_and_backslashes_arrive_as_they_were(bring: Bring) -> None:
    bring('Datum;Wert;Fallnummer;Segment\n2026-03-01;9;"a\tb\\n\\N";"A\\B"\n', kpis=ids("AD1"))
    row = Measurement.objects.select_related("segment").get()
    assert (row.external_id, row.segment and row.segment.name) == ("a\tb\\n\\N", "A\\B")


def test_tomorrow_has_not_been_measured(bring: Bring) -> None:
    run = bring("Datum;Wert\n2099-03-01;9\n", kpis=ids("AD1"))
    assert run.counts["wrong"] == 1
