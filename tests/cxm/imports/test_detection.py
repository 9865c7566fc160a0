"""Columns are found by names that are alike, in wide lists, too."""

import difflib
from typing import Any, cast

import pytest

from cxm.imports.detection import Found, propose_mapping
from cxm.kit.importers import IMPORTERS

pytestmark = pytest.mark.django_db


def proposed(*headers: str) -> dict[str, int]:
    """Which columns of a new list are which fields."""
    found: Any = {"headers": list(headers), "header_row": 1, "signature": ""}
    return propose_mapping(IMPORTERS["people"], cast("Found", found))


def test_a_heading_that_is_alike_is_found() -> None:
    assert proposed("Mitarbeiternn", "Telephonnummer", "Irgendwas") == {"name": 0, "phone": 1}


def test_of_two_alike_headings_the_first_is_taken_always() -> None:
    assert proposed("Telefonnummerx", "Telefonnummery", "Name") == {"name": 2, "phone": 0}


def test_a_wide_list_costs_few_comparisons(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[Any] = []
    real = difflib.SequenceMatcher.ratio

    def counted(matcher: Any) -> float:
        compared.append(matcher)
        return real(matcher)

    monkeypatch.setattr(difflib.SequenceMatcher, "ratio", counted)
    assert proposed(*(f"Spalte {n}" for n in range(500)), "Telephonnummer") == {"phone": 500}
    assert len(compared) < 500  # fields times names times columns would be 50,000
