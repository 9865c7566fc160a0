"""List pages: as quick with 10,000 touchpoints as with 100, and far cheaper than a template that formats each value."""

from functools import partial

from django.test import Client
from django.urls import reverse
from django.utils import translation

from cxm.accounts.models import User
from cxm.kit.access import Role
from cxm.kit.lists.paging import Cursor
from tests.bench.clock import Pair, compare
from tests.bench.inventory import add, found, tidy
from tests.bench.measurements import fill
from tests.bench.naive import naive_rows
from tests.bench.report import Report
from tests.bench.twin import Twin, copied
from tests.house.lists import list_at, list_pages, orders

FEW, MANY, PAGE = 100, 10_000, 50
MAPS = (
    "inventory:matrix", "inventory:mine", "inventory:flows", "inventory:phase_models", "inventory:hand_over"
)  # fmt: skip
"""Pages about all touchpoints that are no `ListPage`."""
LOOKED_AT_AGAIN = 4


def run(report: Report) -> None:
    """Compare many with few, and our rows with naive ones."""
    user = found("Mia Meyer")
    user.roles = [*Role]
    user.save()
    client = Client()
    client.force_login(user)
    grow(user, 1, FEW)
    with copied() as twin:
        grow(user, FEW + 1, MANY)
        for name, urls in pages(client, twin).items():
            where, pair = slowest(client, twin, urls)
            line = f"{name} with {MANY:,} touchpoints against {FEW}, worst of {len(urls)} ({where})"
            report.pair(line, pair, most=1.3)
    rows(report, client)


def grow(user: User, first: int, last: int) -> None:
    """Touchpoints of these numbers, with ten measurements each."""
    add(user, first, last)
    fill(first * 10 - 9, last * 10)
    tidy()


def pages(client: Client, twin: Twin) -> dict[str, list[tuple[str, str]]]:
    """Urls for many and for few: every page, every list in each order, and where it grows in the middle of it."""
    urls = {name: [(reverse(name), reverse(name))] for name in MAPS}
    for url, page in list_pages(client):
        urls[page.key] = [(url, url), *((order, order) for order in orders(url, page))]
        if page.search_field:
            urls[page.key].append((f"{url}?q=1", f"{url}?q=1"))
        here, there = count(client, url), twin.seen_by(partial(count, client, url))()
        if here > there:
            for order in orders(url, page)[::2]:
                urls[page.key].append((far(client, order), twin.seen_by(partial(far, client, order))()))
    return urls


def count(client: Client, url: str) -> int:
    """How many rows a list has."""
    page = list_at(client, url)
    return page.matching().count() if page else 0


def far(client: Client, url: str) -> str:
    """The page that begins in the middle of the list."""
    page = list_at(client, url)
    assert page
    sign = "-" if page.descending else ""
    rows = page.matching().annotate(_sort=page.sort_expression).order_by(f"{sign}_sort", f"{sign}pk")
    middle = page.matching().count() // 2
    row = rows[middle - 1]
    return f"{url}&after={Cursor(row._sort, row.pk, middle)}"


def slowest(client: Client, twin: Twin, urls: list[tuple[str, str]]) -> tuple[str, Pair]:
    """The page that grows most. All are measured quickly, the worst of them once more and longer."""
    quick = sorted(urls, key=lambda pair: against(client, twin, *pair, rounds=1).ratio, reverse=True)
    again = [(many, against(client, twin, many, few, rounds=9)) for many, few in quick[:LOOKED_AT_AGAIN]]
    return max(again, key=lambda found: found[1].ratio)


def against(client: Client, twin: Twin, many: str, few: str, *, rounds: int) -> Pair:
    """A page over many touchpoints, and its like over few."""

    def page(url: str) -> None:
        response = client.get(url)
        assert response.status_code == 200, url

    return compare(partial(page, many), twin.seen_by(partial(page, few)), rounds=rounds, clock=twin.clock)


def rows(report: Report, client: Client) -> None:
    """Our rows and those of a naive template, which are the same to the letter."""
    ours = list_at(client, reverse("inventory:list"))
    assert ours
    naive = naive_rows()
    with translation.override("de"):
        found = ours.page.rows
        assert len(found) == PAGE
        one, other = ours.body(ours.page), naive.render({"rows": found})
        assert one == other, difference(one, other)
        pair = compare(lambda: ours.body(ours.page), lambda: naive.render({"rows": found}), rounds=40)
    report.pair(f"{PAGE} rows against the same HTML from a naive template", pair, most=0.6)


def difference(one: str, other: str) -> str:
    """Where two texts part."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return f"{one[at - 60 : at + 60]!r} is not {other[at - 60 : at + 60]!r}"
