"""What customers say at a touchpoint counts for its KPIs: one by one with names, in whole blocks without."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cxm.accounts.models import User
from surveys.questionnaires.actions.inviting import Invited
from surveys.questionnaires.actions.waves import close_wave, open_wave
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.models import Publication, Wave
from tests.makers import make_touchpoint
from tests.surveys.makers import answer, make_people, make_version, make_wave, question
from touchpoints.inventory.models import Phase
from touchpoints.kpis.models import KpiDefinition, Measurement

pytestmark = pytest.mark.django_db


def customers(number: int, identity: Identity, use: Use = Use.CUSTOMER) -> tuple[Wave, list[Invited]]:
    """An open survey at a touchpoint of closing."""
    call_command("sync_kpis", verbosity=0)
    touchpoint = make_touchpoint(
        name="Counter", phase=Phase.objects.get(code="closing", model__is_default=True)
    )
    version = make_version(
        question("n", "nps"), question("s", "csat"), question("e", "ces"), identity=identity, use=use
    )
    wave = make_wave(version, touchpoint=touchpoint)
    invited = open_wave(wave=wave, people=make_people(number), actor=None)
    wave.refresh_from_db()
    return wave, invited


def sums() -> dict[str, tuple[int, int, int]]:
    """By KPI: how many measurements, of how many answers, and their total."""
    found: dict[str, tuple[int, int, int]] = {}
    for row in Measurement.objects.select_related("kpi").order_by("pk"):
        rows, n, total = found.get(row.kpi.code, (0, 0, 0))
        found[row.kpi.code] = rows + 1, n + row.n, total + int(row.total)
    return found


def test_answers_with_name_are_measured_one_by_one() -> None:
    _wave, invited = customers(3, Identity.NAMED)
    for one, step in zip(invited, (10, 9, 3), strict=True):
        answer(one, n=step, s=5, e=4)
    assert sums() == {"AD1": (3, 3, 1), "AS1": (3, 3, 3), "CL2": (3, 3, 0)}


def test_confidential_answers_are_measured_in_whole_blocks() -> None:
    wave, invited = customers(18, Identity.CONFIDENTIAL)
    seen = []
    for one in invited:
        answer(one, n=10, s=2)
        seen.append(sums().get("AD1", (0, 0, 0))[:2])
    assert seen == [(0, 0)] * 7 + [(1, 8)] * 8 + [(2, 16)] * 3
    close_wave(wave=wave, actor=None)
    assert sums()["AD1"] == (2, 16, 16)  # two more would stand out


def test_blocks_in_which_few_have_answered_a_question_wait_for_more() -> None:
    _wave, invited = customers(24, Identity.CONFIDENTIAL)
    for place, one in enumerate(invited):
        answer(one, n=8, **({"s": 4} if place % 2 == 0 else {}))
    assert sums()["AD1"][:2] == (3, 24)
    assert sums()["AS1"][:2] == (1, 8)
    assert Publication.objects.filter(measure="kpi:csat").get().figures == {"since": 0, "n": 8}


def test_anonymous_answers_are_measured_when_the_wave_closes() -> None:
    wave, invited = customers(9, Identity.ANONYMOUS)
    for place, one in enumerate(invited):
        answer(one, n=10 if place else 0)
    assert sums() == {}
    close_wave(wave=wave, actor=None)
    assert sums() == {"AD1": (1, 9, 7)}
    assert Measurement.objects.get().day == Wave.objects.get().closed_at.date()  # type: ignore[union-attr]


def test_employees_and_surveys_without_a_touchpoint_count_for_no_kpi() -> None:
    _wave, invited = customers(2, Identity.NAMED, use=Use.ASSESSMENT)
    answer(invited[0], n=10)
    version = make_version(question("n", "nps"), identity=Identity.NAMED, use=Use.CUSTOMER)
    wave = make_wave(version)
    answer(open_wave(wave=wave, people=make_people(1), actor=None)[0], n=10)
    assert sums() == {}


def test_the_page_of_the_kpi_counts_them(mia: User) -> None:
    _wave, invited = customers(10, Identity.CONFIDENTIAL)
    for one in invited:
        answer(one, n=10)
    client = Client()
    client.force_login(mia)
    kpi = KpiDefinition.objects.get(code="AD1")
    day = Measurement.objects.latest("pk").day
    page = client.get(reverse("kpis:kpi", args=[kpi.pk]), {"period": f"{day:%Y-%m}"}).content.decode()
    assert "+100" in page
