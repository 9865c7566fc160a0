"""Figures in a real browser: charts are drawn, period and split change, the sponsor's page prints on one sheet."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from cxm.accounts.models import User
from tests.browser.conftest import Enter
from touchpoints.inventory.models import Channel
from touchpoints.kpis.actions import measure, sync_catalogue
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.models import KpiDefinition
from touchpoints.kpis.periods import Period

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

A4_LANDSCAPE = (842, 595)  # points
LAST = Period.parse("2031-Q2")


@pytest.fixture(autouse=True)
def summer() -> Iterator[None]:
    """It is always the same day; not in the past, since the database's own clock goes on."""
    with time_machine.travel(datetime(2031, 8, 12, 11, tzinfo=UTC)):
        yield


def answered(kpi: KpiDefinition) -> None:
    """Answers 1 to 5 by turns in two quarters, in two channels and in none."""
    channels = [*Channel.objects.order_by("position")[:2], None]
    facts = [
        Fact(
            kpi=kpi, day=period.start + timedelta(days=number % 80), given=Given(value=Decimal(number % 5 + 1)),
            channel=channels[number % 3], source="test", external_id=f"{period.code}-{number}",
        )
        for period, count in ((LAST, 90), (LAST.previous(), 45))
        for number in range(count)
    ]  # fmt: skip
    measure(facts=facts, actor=None)


def test_a_kpi_is_drawn_and_looked_at_in_another_period_and_taken_apart(
    page: Page, live_server: LiveServer, enter: Enter, mia: User, silent: list[str]
) -> None:
    sync_catalogue()
    kpi = KpiDefinition.objects.get(code="AS1")
    answered(kpi)
    enter(page.context, mia)
    page.goto(live_server.url + kpi.get_absolute_url())
    trend = page.locator("section[aria-labelledby=trend] .js-plotly-plot")
    expect(trend.locator(".scatterlayer path.js-line").first).to_be_visible()
    page.locator(
        "section[aria-labelledby=spread]"
    ).scroll_into_view_if_needed()  # drawn when it comes into sight
    expect(page.locator("section[aria-labelledby=spread] .js-plotly-plot .bars path").first).to_be_visible()
    figure = page.locator("section[aria-labelledby=figure]")
    expect(figure).to_contain_text("n = 90")
    page.get_by_label("Period").select_option(LAST.previous().code)
    expect(figure).to_contain_text("n = 45")
    expect(page).to_have_url(re.compile(f"period={LAST.previous().code}"))
    split = page.locator("section[aria-labelledby=split]")
    split.get_by_role("link", name="Channel").click()
    expect(split.locator(".js-plotly-plot .bars .point")).to_have_count(3)
    expect(split.locator("tbody th[scope=row]").filter(has_text="not assigned")).to_have_count(2)
    expect(figure).to_contain_text("n = 45")  # the period stays
    split.get_by_role("link", name="Whole").click()
    expect(split.locator(".js-plotly-plot")).to_have_count(0)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_sponsors_page_is_printed_on_one_sheet(
    page: Page, live_server: LiveServer, enter: Enter, db: None, language: str, silent: list[str]
) -> None:
    call_command("demo", verbosity=0)
    User.objects.update(language=language)
    enter(page.context, User.objects.get(email__startswith="sofia@"))
    page.goto(live_server.url + reverse("dashboards:sponsor"))
    heads = page.locator(".board-phase h2")
    expect(heads).to_have_count(7)
    printed = PdfReader(BytesIO(page.pdf(format="A4", landscape=True, print_background=True)))
    assert len(printed.pages) == 1
    box = printed.pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx(A4_LANDSCAPE, abs=2)
    text = printed.pages[0].extract_text()
    for name in heads.all_inner_texts():
        assert name in text
    page.set_viewport_size({"width": 1054, "height": 726})  # A4 landscape within its margins
    page.emulate_media(media="print")
    columns = boxes(page, ".board-phase h2")
    assert max(width for _y, width, _end in columns) - min(width for _y, width, _end in columns) < 2
    for row in range(1, 7):  # the parts of all phases stand side by side
        assert len({y for y, _width, _end in boxes(page, f".board-phase > :nth-child({row})")}) == 1
    parts = [boxes(page, part)[-1] for part in ("#risks", "#decisions", ".board-legend")]
    assert max(end for _y, _width, end in parts) < 726


def boxes(page: Page, parts: str) -> list[tuple[int, int, int]]:
    """Top, width and bottom of each, in whole pixels."""
    found = [part.bounding_box() for part in page.locator(parts).all()]
    return [(round(box["y"]), round(box["width"]), round(box["y"] + box["height"])) for box in found if box]


LONG = (
    "Anteil der Reklamationen, die innerhalb von zwei Werktagen abschließend beantwortet wurden, samt Kulanz"
)


@pytest.mark.parametrize("width", [360, 1440])
def test_a_long_name_is_not_cut_in_the_legend(
    page: Page, live_server: LiveServer, enter: Enter, mia: User, width: int, silent: list[str]
) -> None:
    sync_catalogue()
    kpi = KpiDefinition.objects.get(code="AS1")
    KpiDefinition.objects.filter(pk=kpi.pk).update(name_de=LONG, name_en=LONG, code="HB9", is_declared=False)
    answered(kpi)
    enter(page.context, mia)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + kpi.get_absolute_url())
    trend = page.locator("section[aria-labelledby=trend]")
    names = trend.locator(".js-plotly-plot .legendtext")
    expect(names.filter(has_text="Reklamationen")).to_be_visible()
    plot = trend.locator(".chart-plot").bounding_box()
    assert plot
    for name in names.all():
        box = name.bounding_box()
        assert box
        assert plot["x"] <= box["x"]
        assert box["x"] + box["width"] <= plot["x"] + plot["width"]
    shown = "".join(names.filter(has_text="Reklamationen").locator("tspan").all_text_contents())
    assert re.sub(r"\W", "", shown) == re.sub(r"\W", "", LONG), "all of it"
    assert LONG in (trend.locator(".chart-plot").get_attribute("aria-label") or "")
