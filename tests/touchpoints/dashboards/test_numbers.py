"""Every number of the sponsor's page leads to its rows, and is what one gets by counting them again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.dashboards.figures import LAST, TODAY, kpi, put
from tests.touchpoints.inventory.people import give
from touchpoints.inventory.models import Phase, Touchpoint
from touchpoints.kpis.choices import AlarmState, Grain, Reason, Shape
from touchpoints.kpis.models import Alarm, KpiDefinition, Measurement

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Number:
    """A number of the page as it is written, and the address that it leads to."""

    text: str
    url: str


def text_of(html: str) -> str:
    """What one reads."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\xa0", " ").strip()


def numbers(html: str) -> Iterator[Number]:
    """The tiles, the links with a digit in them, and the steps of the curve."""
    main = html[html.index("<main") : html.index("</main>")]
    for tile in re.findall(
        r'<div class="tile">.*?</div>\s*</div>\s*(?=<div class="tile">|</div>)', main, re.S
    ):
        url = unescape(re.search(r'<a [^>]*href="([^"]+)"', tile)[1])  # type: ignore[index]  # each tile leads somewhere
        yield Number(text_of(tile), url)
    board = re.sub(r'<div class="headlines">.*?(?=<div class="board">)', "", main, flags=re.S)
    for url, inside in re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', board, re.S):
        text = text_of(inside) or (re.search(r'aria-label="([^"]+)"', inside) or ["", ""])[1]
        if re.search(r"\d", text):
            yield Number(text, unescape(url))


def rows_behind(user: User, url: str) -> list[int]:
    """The ids of all rows of the list that an address opens."""
    html = signed_in(user).get(url).content.decode()
    ids = [int(pk) for pk in re.findall(r'data-row="(\d+)"', html)]
    count = re.search(r"–(\d+) of (\d+)", html)
    assert count is None or count[1] == count[2], "more than one page"
    return ids


def measured_again(user: User, found: KpiDefinition, url: str) -> tuple[str, int]:
    """The figure of a KPI's page counted again from the rows that the page links to, and n."""
    opened = signed_in(user).get(url).content.decode()
    link = re.search(
        r'<a class="btn btn-sm" href="([^"]+)">(?:(?!</a>).)*Rows behind this number', opened, re.S
    )
    assert link
    rows = Measurement.objects.filter(pk__in=rows_behind(user, unescape(link[1])))
    total, n = sum((row.total for row in rows), Decimal(0)), sum(row.n for row in rows)
    if found.shape == Shape.SUM:
        return f"€{total:,.0f}", n
    if found.shape == Shape.RATE:
        return f"{total / n * found.factor:.1f}", n
    if found.shape == Shape.NPS:
        return f"{total / n * 100:+.0f}", n
    return f"{total / n * 100:.1f}%", n


@pytest.fixture
def journey(mia: User) -> None:
    """Something of everything that the page counts."""
    phases = {phase.code: phase for phase in Phase.objects.default()}
    owner = make_person(name="Olga")
    for number in range(9):
        place = make_touchpoint(
            name=f"Ort {'ABCDEFGHI'[number]}", phase=phases["closing" if number < 6 else "after_sales"],
            contacts_per_month=100 * (number + 1), feeling=(number % 5) - 2 if number != 4 else None,
            target_feeling=1, is_moment_of_truth=number % 2 == 0, moment_reason="x" if number % 2 == 0 else "",
            verdict=("delights", "okay", "disappoints")[number % 3], review_every=30,
            last_reviewed_on=TODAY - timedelta(days=10 * number),
        )  # fmt: skip
        if number > 2:
            give(place, owner, start=-3)
    make_touchpoint(
        name="Ohne Phase", phase=None, is_moment_of_truth=True, moment_reason="x", verdict="delights"
    )
    make_touchpoint(name="Geplant", phase=phases["closing"], status="planned", verdict="disappoints")
    measured = Touchpoint.objects.get(name="Ort A")
    for code in ("AS1", "CL3", "RE1", "CO2"):
        day = (
            LAST.last if code == "RE1" else LAST.start
        )  # of the retention rate the last month of the quarter counts
        put(code, day=day, numerator=80, denominator=100, place={"touchpoint": measured})
        put(code, day=LAST.start + timedelta(days=9), numerator=30, denominator=60)
        put(code, day=LAST.previous().start, numerator=1, denominator=60)
    put("AS3", numerator=12, denominator=600)
    put("AD1", promoters=30, detractors=10, denominator=60)
    put("REV", value=7_000)
    put("REV", day=LAST.last, value=5_500)
    put("AW2", day=TODAY - timedelta(days=200), numerator=5, denominator=50)  # no new data since
    put("AW3", day=TODAY - timedelta(days=200), numerator=5, denominator=50)
    KpiDefinition.objects.filter(code="AW3").update(is_shown=False)
    for back, state in enumerate((AlarmState.OPEN, AlarmState.SEEN, AlarmState.CLOSED)):
        Alarm.objects.create(
            kpi=kpi("AS1"), reason=Reason.JUMP, grain=Grain.MONTH, start=LAST.previous(back).start, state=state,
            closed_at=timezone.now() if state == AlarmState.CLOSED else None, data={"value": 1},
        )  # fmt: skip


def test_every_number_is_what_its_rows_say(journey: None, sofia: User) -> None:
    html = signed_in(sofia).get(reverse("dashboards:sponsor")).content.decode()
    kpis = {found.get_absolute_url(): found for found in KpiDefinition.objects.all()}
    seen: dict[str, int] = {}
    for number in numbers(html):
        path = number.url.partition("?")[0]
        if path in kpis:
            if "too few answers" in number.text:
                continue
            value, n = measured_again(sofia, kpis[path], number.url)
            assert value in number.text
            assert f"n = {n:,}" in html.replace("\xa0", " ")
            kind = "figure"
        else:
            kind = counted_again(sofia, number)
        seen[kind] = seen.get(kind, 0) + 1
    assert seen.pop("figure") >= 3 + 4
    assert seen == {
        "touchpoints": 7, "gap=no_owner": 2, "gap=review_due": 2, "mark=moment": 2, "feeling": 2, "orphans": 1,
        "reviews": 1, "measured": 1, "delights": 1, "alarms": 1, "stale": 1,
    }  # fmt: skip


def counted_again(user: User, number: Number) -> str:
    """Compare a number that is no figure of a KPI with its rows; returns what kind it is."""
    rows = rows_behind(user, number.url)
    digits = re.findall(r"[-+]?\d+(?:[.]\d+)?", number.text)
    live = Touchpoint.objects.live().count()
    for words, kind in (("Touchpoints with owner", "orphans"), ("Reviewed on time", "reviews")):
        if number.text.startswith(words):  # shares: these rows are what is missing
            part = live - len(rows)
            assert f"{part / live:.0%}" in number.text
            assert f"{part} of {live} touchpoints" in number.text
            return kind
    if "measured=" in number.url:
        assert f"{len(rows) / live:.0%}" in number.text
        assert f"{len(rows)} of {live} touchpoints" in number.text
        return "measured"
    if "verdict=delights" in number.url:
        moments = Touchpoint.objects.live().filter(is_moment_of_truth=True).count()
        assert f"{len(rows) / moments:.0%}" in number.text
        assert f"{len(rows)} of {moments} moments" in number.text
        return "delights"
    if "feeling=" in number.url:
        felt = Touchpoint.objects.filter(pk__in=rows)
        weights = sum(place.contacts_per_month or 1 for place in felt)
        mean = sum((place.feeling or 0) * (place.contacts_per_month or 1) for place in felt) / weights
        assert f"feel {mean:+.1f} on" in number.text
        return "feeling"
    assert int(digits[0]) == len(rows), number
    for kind, path in (("alarms", reverse("kpis:alarms")), ("stale", reverse("kpis:list"))):
        if number.url.startswith(f"{path}?"):
            return kind
    marks = [mark for mark in ("gap=no_owner", "gap=review_due", "mark=moment") if mark in number.url]
    return marks[0] if marks else "touchpoints"


def test_what_disappoints_leads_to_its_touchpoints(journey: None, sofia: User) -> None:
    html = signed_in(sofia).get(reverse("dashboards:phases")).content.decode()
    found = {
        text: rows_behind(sofia, unescape(url))
        for url, text in re.findall(
            r'<a href="([^"]+verdict=disappoints)">(?:<svg.*?</svg>)?([^<]+)</a>', html, re.S
        )
    }
    assert {text.strip(): len(rows) for text, rows in found.items()} == {
        "2 disappoint": 2,
        "1 disappoints": 1,
    }
