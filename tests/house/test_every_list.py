"""Every list in each of its orders: it opens, and the second page goes on where the first one ends."""

import pytest
from django.core.exceptions import FieldError
from django.test import Client

from tests.house.lists import list_at, list_pages, orders
from tests.house.test_every_page import everybody

__all__ = ["everybody"]
pytestmark = pytest.mark.django_db
SIZE = 5  # rows of a page, so that most lists of the demo have a second one


def first_rows(client: Client, order: str) -> tuple[list[int], list[int]]:
    """Keys of the rows on the first two pages, and what they should be."""
    page = list_at(client, order)
    assert page
    sign = "-" if page.descending else ""
    wanted = page.matching().annotate(_sort=page.sort_expression).order_by(f"{sign}_sort", f"{sign}pk")
    shown = [row.pk for row in page.page.rows]
    if page.page.after:
        following = list_at(client, f"{order}&after={page.page.after}")
        shown += [row.pk for row in following.page.rows] if following else []
    return shown, [row.pk for row in wanted[: 2 * page.page_size]]


def test_every_list_opens_and_goes_on_in_every_order(
    everybody: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = []
    for url, page in list_pages(everybody):
        monkeypatch.setattr(type(page), "page_size", SIZE)
        for order in orders(url, page):
            try:
                shown, wanted = first_rows(everybody, order)
            except FieldError as error:
                wrong.append((order, str(error)))
            else:
                if shown != wanted:
                    wrong.append((order, f"{shown}, not {wanted}"))
    assert wrong == []
