"""The page on paper: one tagged sheet of A4 landscape, whatever is on it."""

import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_touchpoint
from tests.touchpoints.dashboards.figures import LAST, TODAY, kpi, put, put_many
from touchpoints.dashboards import paper, press
from touchpoints.dashboards.actions import ask_for_decision
from touchpoints.dashboards.press import refuse
from touchpoints.inventory.models import Phase
from touchpoints.kpis.models import KpiDefinition

pytestmark = pytest.mark.django_db
A4_LANDSCAPE = (841.89, 595.28)  # points


def sheet(user: User, query: str = "") -> PdfReader:
    """The sheet as a reader of PDF sees it."""
    response = signed_in(user).get(reverse("dashboards:sponsor_pdf") + query)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    return PdfReader(BytesIO(response.content))


def text_of(pdf: PdfReader) -> str:
    return " ".join(pdf.pages[0].extract_text().split())


def is_one_landscape(pdf: PdfReader) -> bool:
    """One page of A4, lying."""
    box = pdf.pages[0].mediabox
    return len(pdf.pages) == 1 and (float(box.width), float(box.height)) == pytest.approx(
        A4_LANDSCAPE, abs=0.5
    )


def test_one_tagged_sheet_with_all_phases(sofia: User) -> None:
    make_touchpoint(
        name="Anlieferung", phase=Phase.objects.default().get(code="closing"), verdict="disappoints"
    )
    put("AS1", numerator=80, denominator=100)
    pdf = sheet(sofia)
    assert is_one_landscape(pdf)
    text = text_of(pdf)
    for name in Phase.objects.default().values_list("name_en", flat=True):
        assert name in text
    assert "80.0" in text
    assert "Anlieferung" in text
    catalog: Any = pdf.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"] == "en"
    assert pdf.metadata is not None
    assert "Sponsor page" in str(pdf.metadata.title)


def test_it_is_in_the_readers_language(sofia: User) -> None:
    sofia.language = "de"
    sofia.save()
    put("AS1", numerator=805, denominator=1000)
    pdf = sheet(sofia)
    catalog: Any = pdf.trailer["/Root"]
    assert catalog["/Lang"] == "de"
    assert "80,5" in text_of(pdf)


def test_it_stays_one_sheet_however_much_there_is(sofia: User, mia: User) -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitän " * 5
    for number, phase in enumerate(Phase.objects.default()):
        for place in range(3):
            make_touchpoint(
                name=f"{long[:140]} {number} {place}", phase=phase, verdict="disappoints", is_pain_point=True,
                pain_reason=long * 3, feeling=-2, contacts_per_month=900_000, review_every=30,
                last_reviewed_on=TODAY - timedelta(days=400),
            )  # fmt: skip
        ask_for_decision(actor=mia, question=long[:200], reason=long * 5, phase=phase, due_on=TODAY)
    ask_for_decision(actor=mia, question="W" * 200)
    KpiDefinition.objects.update(name_en=long[:120])
    put_many("AS1", 40)
    for code in ("CL3", "RE1", "AW3", "CO2", "DE3", "CL4", "AD2"):
        put(code, numerator=800_000, denominator=1_000_000_000)
    assert is_one_landscape(sheet(sofia))


def test_without_data_it_is_one_sheet_too(sofia: User) -> None:
    assert is_one_landscape(sheet(sofia))


def test_the_period_is_that_of_the_address_and_in_the_name(sofia: User) -> None:
    put("AS1", day=LAST.previous().start, numerator=60, denominator=100)
    response = signed_in(sofia).get(reverse("dashboards:sponsor_pdf"), {"period": LAST.previous().code})
    assert response.headers["Content-Disposition"] == f'attachment; filename="cxm-{LAST.previous().code}.pdf"'
    assert "60.0" in text_of(PdfReader(BytesIO(response.content)))


def test_nothing_is_fetched_whatever_a_text_names(sofia: User, mia: User) -> None:
    ask_for_decision(
        actor=mia, question='<img src="file:///etc/passwd">', reason="<link href=http://x.example/>"
    )
    assert "<img src=" in text_of(sheet(sofia))
    with pytest.raises(ValueError, match="not fetched"):
        refuse("file:///etc/passwd")
    assert kpi("AS1")


def test_the_process_that_answers_never_loads_the_press(sofia: User) -> None:
    assert is_one_landscape(sheet(sofia))
    assert "weasyprint" not in sys.modules


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (f"import sys; sys.exit({press.MISSING})", "Pango"),
        ("raise MemoryError", "log of the server"),
        ("import os; os.kill(os.getpid(), 9)", "log of the server"),
        ("import time; time.sleep(60)", "took too long"),
    ],
)
def test_why_it_cannot_be_printed_is_said_on_the_page(
    sofia: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, words: str
) -> None:
    broken = tmp_path / "press.py"
    broken.write_text(code)
    monkeypatch.setattr(press, "__file__", str(broken))
    monkeypatch.setattr(press, "SECONDS", 1)
    monkeypatch.setattr(paper, "PATIENCE", 1)
    put("AS1", numerator=80, denominator=100)
    response = signed_in(sofia).get(reverse("dashboards:sponsor_pdf"), {"period": LAST.code}, follow=True)
    assert response.redirect_chain == [(f"{reverse('dashboards:sponsor')}?period={LAST.code}", 302)]
    assert words in response.content.decode()


def test_the_press_knows_no_secret(sofia: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = tmp_path / "press.py"
    told.write_text("import os, sys; sys.stdout.write(repr(sorted(os.environ)))")
    monkeypatch.setattr(press, "__file__", str(told))
    monkeypatch.setenv("SECRET_KEY", "x")
    assert b"SECRET_KEY" not in paper.pressed([""])
