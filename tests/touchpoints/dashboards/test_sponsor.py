"""The sponsor's page: seven phases, honest figures, gaps that lead to their rows, whatever the amount of data."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from cxm.accounts.models import User
from cxm.kit.access import Role
from tests.cast import make_member, signed_in
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.dashboards.figures import LAST, TODAY, kpi, put, put_many
from tests.touchpoints.inventory.people import give
from touchpoints.dashboards.actions import ask_for_decision
from touchpoints.dashboards.board import build_board
from touchpoints.dashboards.permissions import SUBSCRIBE
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import Channel, Phase, Responsibility, Touchpoint
from touchpoints.kpis.choices import Aspect, Status, Unit
from touchpoints.kpis.models import KpiDefinition, Target
from touchpoints.kpis.periods import Period, asked_period

pytestmark = pytest.mark.django_db
QUERIES = 12


def page(user: User, query: str = "") -> str:
    """The page as text, with one blank for each run of blanks."""
    response = signed_in(user).get(f"{reverse('dashboards:sponsor')}{query}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def phase(code: str) -> Phase:
    return Phase.objects.default().get(code=code)


def links(html: str, part: str) -> list[str]:
    """The addresses on the page that contain this."""
    return [unescape(url) for url in re.findall(r'href="([^"]+)"', html) if part in unescape(url)]


def test_the_sponsor_sees_figures_targets_risks_and_what_is_asked(sofia: User, mia: User) -> None:
    make_touchpoint(
        name="Anlieferung", phase=phase("closing"), channel=Channel.objects.get(code="product"), is_pain_point=True,
        pain_reason="Zu spät", importance_customer=5, feeling=-1,
    )  # fmt: skip
    Target.objects.create(kpi=kpi("AS1"), during=DateRange(LAST.start, None), value=70)
    put("AS1", numerator=80, denominator=100)
    put("AS1", day=LAST.previous().start, numerator=50, denominator=100)
    ask_for_decision(actor=mia, question="Budget für die Schnittstelle?", phase=phase("closing"))
    html = page(sofia)
    for name in Phase.objects.default().values_list("name_en", flat=True):
        assert f">{name}</a>" in html
    assert "80.0%" in html.replace("\xa0", "")
    assert "n = 100" in html.replace("\xa0", " ")
    assert "On target" in html
    assert "+30.0" in html  # against the quarter before, and significant
    assert "Anlieferung" in html
    assert "Zu spät" in html
    assert "Budget für die Schnittstelle?" in html
    figure = links(html, kpi("AS1").get_absolute_url())
    assert figure
    assert all(f"period={LAST.code}" in url for url in figure)


def test_a_figure_below_five_answers_is_not_shown(sofia: User) -> None:
    make_touchpoint(phase=phase("closing"))
    put("AS1", numerator=3, denominator=4)
    html = page(sofia)
    assert "75.0" not in html
    assert "too few answers" in html


def test_without_anything_it_says_what_to_do_first(sofia: User, mia: User) -> None:
    html = page(mia)
    assert "Nothing to see yet" in html
    assert links(html, "/imports/")
    html = page(sofia)  # who may bring nothing in is offered nothing that he may not do
    assert "Nothing to see yet" in html
    assert not links(html, "/imports/new/")
    assert not links(html, reverse("inventory:new"))


def headlines(user: User) -> list[str]:
    """The codes of the figures at the top."""
    return [cell.kpi.code for cell in build_board(user).headlines]


def test_the_manager_chooses_the_headlines(sofia: User, mia: User) -> None:
    assert headlines(sofia) == ["RE1", "AS3", "AD1"]
    client = signed_in(mia)
    client.post(reverse("kpis:headline_remove"), {"ids": [kpi("RE1").pk]})
    client.post(reverse("kpis:headline_add"), {"ids": [kpi(code).pk for code in ("REV", "CL3", "AW1")]})
    assert headlines(sofia) == ["AW1", "CL3", "REV", "AS3"]  # in the order of the phases, at most four
    assert signed_in(sofia).post(reverse("kpis:headline_add"), {"ids": [kpi("RE1").pk]}).status_code == 403
    assert not kpi("RE1").is_headline


def test_under_money_stands_money(sofia: User) -> None:
    board = build_board(sofia)
    found = {cell.kpi.code for column in board.columns if (cell := dict(column.cells)[Aspect.MONEY])}
    assert found == {"AW4", "REV", "AS9"}
    assert all(kpi(code).unit == Unit.MONEY for code in found)


def test_a_broken_source_is_said_beside_the_figure(sofia: User) -> None:
    put("AS1", numerator=80, denominator=100)
    put("AS3", numerator=8, denominator=1000)
    assert "Source is broken" not in page(sofia)
    KpiDefinition.objects.filter(code__in=("AS1", "AS3")).update(status=Status.BROKEN)
    assert page(sofia).count("Source is broken") == 2  # in its phase, and at the top
    phase_page = signed_in(sofia).get(reverse("dashboards:phase", args=["after_sales"])).content.decode()
    assert phase_page.count("Source is broken") == 2


def test_the_period_is_that_of_the_address(sofia: User) -> None:
    put("AS1", day=LAST.previous().start, numerator=60, denominator=100)
    put("AS1", numerator=80, denominator=100)
    assert "60.0%" in page(sofia, f"?period={LAST.previous().code}").replace("\xa0", "")
    year = page(sofia, f"?period={LAST.start.year}").replace("\xa0", "")
    assert (LAST.start.year != LAST.previous().start.year) or "70.0%" in year


@pytest.mark.parametrize(
    "nonsense", ["", "2026-Q9", "x", "2026-13", "9999", "2026-02-30..2026-03-01", "..", "\x00"]
)
def test_a_period_that_makes_no_sense_is_the_usual_one(nonsense: str, sofia: User) -> None:
    put("AS1", numerator=80, denominator=100)
    assert asked_period(nonsense) is None
    assert build_board(sofia).period == LAST
    assert signed_in(sofia).get(reverse("dashboards:sponsor"), {"period": nonsense}).status_code == 200


def test_the_usual_period_is_over_unless_nothing_is_older(sofia: User) -> None:
    with time_machine.travel("2026-07-02 12:00+00:00", tick=False):
        assert build_board(sofia).period == Period.parse("2026-Q3")
        put("AS1", day=Period.parse("2026-Q3").start, numerator=8, denominator=10)
        assert build_board(sofia).period == Period.parse("2026-Q3")
        put("AS1", day=Period.parse("2026-05").start, numerator=8, denominator=10)
        assert build_board(sofia).period == Period.parse("2026-Q2")


def crowd(touchpoints: int, measurements: int) -> None:
    """So many painful touchpoints over all phases, half of them without owner, and answers at the first of them."""
    phases, owner = list(Phase.objects.default()), make_person()
    made = Touchpoint.objects.bulk_create(
        Touchpoint(name=f"T{number}", phase=phases[number % 7], is_pain_point=True, pain_reason="Dauert")
        for number in range(touchpoints)
    )
    Responsibility.objects.bulk_create(
        Responsibility(
            touchpoint=touchpoint, person=owner, part=Part.ACCOUNTABLE, during=DateRange(TODAY, None)
        )
        for touchpoint in made[1::2]
    )
    put_many("AS1", measurements, touchpoint=made[0])


def queries(user: User, name: str, *args: Any) -> int:
    """How often the page asks the database, for somebody who is signed in already."""
    client = signed_in(user)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse(name, args=args)).status_code == 200
    return len(asked)


def test_no_page_asks_more_than_twelve_times_and_more_data_asks_no_more(mia: User) -> None:
    people = {role: make_member(f"{role} Rolle", role) for role in Role}
    pages = [
        ("sponsor",),
        ("phases",),
        ("phase", "after_sales"),
        ("phase", "retention"),
        ("decisions",),
        ("report",),
    ]

    def asked() -> dict[tuple[Role, str], int]:
        return {
            (role, "/".join(page)): queries(person, f"dashboards:{page[0]}", *page[1:])
            for role, person in people.items()
            for page in pages
            if page[0] != "report" or person.may(SUBSCRIBE)
        }

    ask_for_decision(actor=mia, question="Eine Frage?")
    crowd(touchpoints=7, measurements=8)
    few = asked()
    assert {key: count for key, count in few.items() if count > QUERIES} == {}
    ask_for_decision(actor=mia, question="Noch eine?")
    crowd(touchpoints=70, measurements=500)
    assert asked() == few


def rows_of(user: User, url: str) -> set[str]:
    """The names in the list behind an address."""
    response = signed_in(user).get(url)
    assert response.status_code == 200
    return {
        name
        for name in Touchpoint.objects.values_list("name", flat=True)
        if f">{name}<" in response.content.decode()
    }


def test_gaps_lead_to_exactly_their_rows(sofia: User) -> None:
    closing, owner = phase("closing"), make_person()
    make_touchpoint(name="Mit Inhaberin", phase=closing)
    give(Touchpoint.objects.get(), owner, start=-3)
    make_touchpoint(name="Ohne", phase=closing, is_moment_of_truth=True, moment_reason="Hier zählt es")
    make_touchpoint(
        name="Überfällig", phase=closing, review_every=30, last_reviewed_on=TODAY - timedelta(days=30)
    )
    make_touchpoint(
        name="Geplant", phase=closing, status="planned", is_moment_of_truth=True, moment_reason="x"
    )
    make_touchpoint(name="Im Archiv", phase=closing, is_archived=True)
    make_touchpoint(name="Anderswo", phase=phase("decision"))
    gone = make_person(left_on=TODAY)
    make_touchpoint(name="Von jemandem, der ging", phase=closing)
    give(Touchpoint.objects.get(name="Von jemandem, der ging"), gone, start=-3)
    html = page(sofia)
    place = f"phase={closing.pk}&"
    found = {
        kind: {frozenset(rows_of(sofia, url)) for url in links(html, kind) if place in url}
        for kind in ("gap=no_owner", "gap=review_due", "mark=moment", "status=active")
    }
    orphans = {"Ohne", "Überfällig", "Von jemandem, der ging"}
    assert found["gap=no_owner"] == {frozenset(orphans)}
    assert found["gap=review_due"] == {frozenset({"Überfällig"})}
    assert found["mark=moment"] == {frozenset({"Ohne"})}
    assert frozenset(orphans | {"Mit Inhaberin"}) in found["status=active"]
    assert "3 without owner" in html
    assert "nobody answers for 3 of 4 touchpoints" in html


def test_the_share_with_owner_counts_what_stands_in_no_phase_too(sofia: User) -> None:
    make_touchpoint(name="Ohne Phase", phase=None)
    make_touchpoint(name="In einer Phase", phase=phase("closing"))
    give(Touchpoint.objects.get(name="In einer Phase"), make_person(), start=-3)
    html = page(sofia)
    assert "1 of 2 touchpoints" in html
    assert rows_of(sofia, reverse("inventory:orphans")) == {"Ohne Phase"}


def test_hostile_names_stay_text(sofia: User, mia: User) -> None:
    make_touchpoint(
        name="<script>alert(1)</script>", phase=phase("closing"), is_pain_point=True, pain_reason="<b>x</b>"
    )
    ask_for_decision(actor=mia, question="<img src=x onerror=alert(1)>", reason="<b>y</b>")
    KpiDefinition.objects.filter(code="AS1").update(name_en="<i>CSAT</i>")
    html = page(sofia)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "<b>x</b>" not in html
    assert "<i>CSAT" not in html


def test_a_place_without_kpi_is_a_dash_that_is_said_and_explained(sofia: User) -> None:
    make_touchpoint(phase=phase("closing"))
    html = page(sofia)
    dash = '<span class="board-short" aria-hidden="true">–</span><span class="board-word">no KPI</span>'
    empty = [cell for column in build_board(sofia).columns for _aspect, cell in column.cells if cell is None]
    assert html.count(dash) == len(empty) > 3
    assert "<li>– no KPI</li>" in html


def test_of_many_phases_without_owners_the_worst_are_asked_about(sofia: User) -> None:
    for number, one in enumerate(Phase.objects.default()):
        make_touchpoint(name=f"Leer {number}", phase=one)
    half = phase("awareness")
    make_touchpoint(name="Besetzt", phase=half)
    give(Touchpoint.objects.get(name="Besetzt"), make_person(), start=-3)
    with translation.override("en"):
        gaps = build_board(sofia).gaps
    assert len(gaps) == 4
    assert not any(text.startswith(half.name) for text, _url in gaps)  # only half of it is empty
    assert gaps[-1] == (
        "In 4 more phases half of the touchpoints or more are without owner.",
        reverse("inventory:orphans"),
    )
