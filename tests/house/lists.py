"""Every list page of the house, found by opening every url."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from django.http import HttpResponse
from django.test import Client

from cxm.kit.lists import ListPage
from tests.house.addresses import PAGES


def list_pages(client: Client) -> Iterator[tuple[str, ListPage[Any]]]:
    """Url and page of each list that this person may open."""
    for one in PAGES:
        if not one.pattern.pattern.converters and (page := list_at(client, one.url)):
            yield one.url, page


def list_at(client: Client, url: str) -> ListPage[Any] | None:
    """The list that answers there, if one does."""
    seen: list[ListPage[Any]] = []

    def as_page(page: ListPage[Any]) -> HttpResponse:
        seen.append(page)
        return HttpResponse()

    with patch.object(ListPage, "as_page", as_page):
        client.get(url)
    return seen[0] if seen else None


def orders(url: str, page: ListPage[Any]) -> list[str]:
    """The list in each of its orders."""
    sorts = [column.key for column in page.columns if column.sort is not None]
    return [f"{url}?sort={sign}{key}" for key in sorts for sign in ("", "-")]
