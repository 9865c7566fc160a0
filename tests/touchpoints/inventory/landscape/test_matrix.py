"""The matrix: every number is exactly the number of rows that its link lists."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxm.accounts.models import User
from cxm.kit.http import CxmRequest
from cxm.kit.sheets import read
from tests.cast import signed_in
from tests.makers import make_content, make_person, make_system, make_touchpoint
from touchpoints.inventory.actions.phases import add_phase, create_phase_model
from touchpoints.inventory.choices import Part, Status
from touchpoints.inventory.gaps import TRAITS
from touchpoints.inventory.lists import TouchpointList
from touchpoints.inventory.matrix import Cell, Matrix
from touchpoints.inventory.models import Channel, Phase, PhaseModel, Responsibility
from touchpoints.inventory.views.matrix import drawn

pytestmark = pytest.mark.django_db


def asked(user: User, query: str = "") -> CxmRequest:
    """A request of this person with a query string."""
    request: Any = RequestFactory().get("/touchpoints/matrix/?" + query)
    request.user, request.htmx = user, False
    typed: CxmRequest = request
    return typed


def cells_of(grid: Matrix) -> list[Cell]:
    """All cells: inner ones, totals of lines and columns, the grand total."""
    inner = [cell for row in grid.rows for cell in (*row.cells, row.total)]
    return [*inner, *grid.totals, grid.total]


def listed(user: User, query: str) -> int:
    """How many rows the list shows for this query string."""
    return TouchpointList(asked(user), QueryDict(query)).matching().count()


@pytest.fixture
def landscape(mia: User) -> User:
    """Ninety touchpoints with every sort of gap, random by seed; a model of one's own with an overlap and a hole."""
    dice = random.Random(7)
    phases, channels = list(Phase.objects.default()), list(Channel.objects.all()[:5])
    person, system, content = make_person(), make_system(), make_content()
    today = timezone.localdate()
    for number in range(90):
        touchpoint = make_touchpoint(
            name=f"Touchpoint {number} {dice.choice(['Mail', 'Anruf', 'Besuch'])}",
            phase=dice.choice([*phases, None]),
            channel=dice.choice([*channels, None]),
            status=dice.choice(Status.values),
            is_archived=dice.random() < 0.1,
            expectation=dice.choice(["", "schnell"]),
            is_moment_of_truth=(moment := dice.random() < 0.3),
            moment_reason="weil" if moment else "",
            is_pain_point=(pain := dice.random() < 0.3),
            pain_reason="weil" if pain else "",
            feeling=dice.choice([None, -1, 1]),
            target_feeling=dice.choice([None, 0, 2]),
            last_reviewed_on=today - timedelta(days=dice.choice([1, 180, 400])),
        )
        touchpoint.further_phases.set(dice.sample(phases, dice.choice([0, 0, 1, 2])))
        if dice.random() < 0.5:
            touchpoint.systems.add(system)
        if dice.random() < 0.5:
            touchpoint.contents.add(content)
        if dice.random() < 0.6:
            Responsibility.objects.create(
                touchpoint=touchpoint, person=person, part=Part.ACCOUNTABLE, during=(date(2020, 1, 1), None)
            )
    own = create_phase_model(actor=mia, name_de="Eigenes Modell")
    add_phase(actor=mia, model=own, name_de="Anfang", covers=phases[:3])
    add_phase(actor=mia, model=own, name_de="Mitte", covers=phases[2:5])
    add_phase(actor=mia, model=own, name_de="Leer")
    return mia


@st.composite
def query_strings(draw: st.DrawFn) -> str:
    """A random choice of model, options and filters."""
    query = QueryDict(mutable=True)
    query["chosen"] = "1"
    model = draw(st.sampled_from(["", "planning", "eigenes_modell"]))
    if model:
        query["model"] = model  # replaced by its id in the test
    query.setlist("show", draw(st.lists(st.sampled_from(sorted(TRAITS)), unique=True, max_size=4)))
    for name in ("further", "dense"):
        if draw(st.booleans()):
            query[name] = "on"
    gaps = sorted(code for code, trait in TRAITS.items() if trait.is_gap)
    marks = sorted(set(TRAITS) - set(gaps))
    query.setlist("gap", draw(st.lists(st.sampled_from(gaps), unique=True, max_size=2)))
    query.setlist("mark", draw(st.lists(st.sampled_from(marks), unique=True, max_size=1)))
    query["q"] = draw(st.sampled_from(["", "mail", "anruf 1", "nichts davon"]))
    query.setlist("status", draw(st.lists(st.sampled_from(Status.values), unique=True, max_size=2)))
    query["due"] = draw(st.sampled_from(["", "", "overdue", "soon"]))
    query["state"] = draw(st.sampled_from(["", "", "archived", "all"]))
    query["owner"] = draw(st.sampled_from(["", "", "person"]))
    return query.urlencode()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(query=query_strings())
def test_every_number_is_the_length_of_its_list(landscape: User, query: str) -> None:
    for model in PhaseModel.objects.all():
        query = query.replace(f"model={model.code}", f"model={model.pk}")
    grid, _rows, _form = drawn(asked(landscape, query))
    cells = cells_of(grid)
    some = random.Random(query).sample(
        cells, min(12, len(cells))
    )  # each costs a query; the examples reach them all
    for cell in [*some, grid.total]:
        assert cell.count == listed(landscape, cell.query), cell.query
        for mark in cell.marks:
            assert mark.count == listed(landscape, mark.query), mark.query
    assert sum(row.total.count for row in grid.rows) == grid.total.count
    if not grid.overlaps:
        assert sum(cell.count for cell in grid.totals) == grid.total.count
    for row in grid.rows:
        assert sum(cell.count for cell in row.cells) >= row.total.count


def test_totals_add_up_in_the_default_model(landscape: User) -> None:
    grid, _rows, _form = drawn(asked(landscape))
    assert not grid.overlaps
    assert [column.label for column in grid.columns][-1] == "Not placed in a phase"
    assert [row.head.label for row in grid.rows][-1] == "Not placed in a channel"
    for row in grid.rows:
        assert sum(cell.count for cell in row.cells) == row.total.count


def test_a_touchpoint_counts_in_each_planning_phase_that_covers_its_place(mia: User) -> None:
    closing = Phase.objects.get(code="closing", model__is_default=True)
    make_touchpoint(phase=closing)
    planning = PhaseModel.objects.get(code="planning")
    grid, _rows, _form = drawn(asked(mia, f"model={planning.pk}"))
    assert [cell.count for cell in grid.totals] == [0, 0, 1, 1, 0]
    assert grid.total.count == 1
    assert grid.overlaps


def test_what_an_own_model_leaves_out_has_a_column(landscape: User) -> None:
    own = PhaseModel.objects.get(code="eigenes_modell")
    grid, _rows, _form = drawn(asked(landscape, f"model={own.pk}"))
    assert [column.label for column in grid.columns] == [
        "Anfang", "Mitte", "Leer", "Not covered", "Not placed in a phase",
    ]  # fmt: skip


def test_further_phases_count_when_asked_for(mia: User) -> None:
    decision, closing = Phase.objects.filter(code__in=("decision", "closing"), model__is_default=True)
    make_touchpoint(phase=decision).further_phases.add(closing)
    assert [c.count for c in drawn(asked(mia))[0].totals] == [0, 0, 1, 0, 0, 0, 0]
    grid = drawn(asked(mia, "further=on"))[0]
    assert [c.count for c in grid.totals] == [0, 0, 1, 1, 0, 0, 0]
    assert grid.total.count == 1


def test_the_page_links_each_number(landscape: User) -> None:
    answer = signed_in(landscape).get(reverse("inventory:matrix"))
    page = answer.content.decode()
    grid, _rows, _form = drawn(asked(landscape))
    for cell in cells_of(grid):
        if cell.count:
            assert f"?{cell.query.replace('&', '&amp;')}" in page


def test_htmx_gets_the_grid_alone(landscape: User) -> None:
    answer = signed_in(landscape).get(reverse("inventory:matrix"), headers={"HX-Request": "true"})
    assert b'<div id="grid">' in answer.content
    assert b"<html" not in answer.content


def test_an_empty_inventory_says_what_to_do(mia: User) -> None:
    assert b"No touchpoints yet" in signed_in(mia).get(reverse("inventory:matrix")).content
    make_touchpoint()
    assert b"Nothing found" in signed_in(mia).get(reverse("inventory:matrix"), {"q": "xyz"}).content


def test_nonsense_in_the_query_string_is_ignored(mia: User) -> None:
    make_touchpoint()
    for query in ("model=x", "model=99999999999999999999", "show=nope", "gap=nope", "phase=9&channel=-1"):
        assert signed_in(mia).get(reverse("inventory:matrix") + f"?{query}").status_code == 200


def test_the_export_holds_the_same_numbers(landscape: User, tmp_path: Any) -> None:
    answer = signed_in(landscape).get(reverse("inventory:matrix_export") + "?chosen=1&show=no_owner")
    file = tmp_path / "matrix.xlsx"
    file.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    grid, _rows, _form = drawn(asked(landscape, "chosen=1&show=no_owner"))
    rows = [row.cells for row in read(file).rows()]  # the line of totals is taken for a footer, rightly
    assert [row[0] for row in rows] == [row.head.label for row in grid.rows]
    assert [row[-2] for row in rows] == [row.total.count for row in grid.rows]
    assert sum(int(str(row[-1])) for row in rows) == sum(mark.count for mark in grid.total.marks)


def test_every_heading_of_every_model_leads_to_its_page(landscape: User) -> None:
    own = create_phase_model(actor=landscape, name_de="Eigene mit gleichem Kürzel")
    same = add_phase(actor=landscape, model=own, name_de="Closing")
    same.code = "closing"  # a default phase has this code, too
    same.save()
    client = signed_in(landscape)
    for model in PhaseModel.objects.all():
        grid, _rows, _form = drawn(asked(landscape, f"model={model.pk}"))
        phases = list(model.phases.all())
        for phase, column in zip(phases, grid.columns[: len(phases)], strict=True):
            page = client.get(column.url)
            assert page.status_code == 200, column.url
            text = page.content.decode()
            assert f'id="phase-{phase.pk}"' in text or model.is_default
            assert phase.name in text
    assert "/dashboards/" not in grid.columns[0].url


@pytest.mark.parametrize(("who", "offered"), [("mia", True), ("emil", False)])
def test_the_empty_map_offers_what_the_reader_may_do(
    who: str, offered: bool, request: pytest.FixtureRequest
) -> None:
    page = signed_in(request.getfixturevalue(who)).get("/touchpoints/matrix/").content.decode()
    assert "/imports/new/touchpoints/" in page or not offered
    assert ("imports/" in page.split("<main", 1)[1]) is offered
