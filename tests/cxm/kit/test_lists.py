"""The list page, tried on people."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

import django_filters
import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django_htmx.middleware import HtmxDetails

from cxm.accounts.models import User
from cxm.kit.access import EVERYONE, PERMISSIONS, Permission
from cxm.kit.http import Refusal
from cxm.kit.lists import Column, ListPage, chosen
from cxm.kit.lists.paging import COUNT_LIMIT, Cursor, capped_count
from cxm.kit.lists.selection import ticked
from cxm.organisation.models import Person, Unit
from tests.cast import signed_in
from tests.makers import make_person
from touchpoints.inventory.choices import Status
from touchpoints.inventory.models import Touchpoint

EXPORT = PERMISSIONS.get("tests.export") or Permission(code="tests.export", label="x", roles=EVERYONE)


class PersonFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped library
    unit = django_filters.ModelChoiceFilter(label="Unit", queryset=Unit.objects.all())

    class Meta:
        model = Person
        fields: ClassVar = ["position", "unit"]


class PersonList(ListPage[Person]):
    key = "tests.people"
    title = "People"
    columns = (
        Column("name", "Name", value=lambda p: p.name, sort="name_sort", link=True),
        Column("position", "Position", value=lambda p: p.position, sort="position"),
        Column("phone", "Phone", value=lambda p: p.phone, shown=False),
    )
    filterset = PersonFilter
    search_field = "search_key"
    default_sort = "name"
    page_size = 3

    def base(self) -> QuerySet[Person]:
        return Person.objects.visible_to(self.request.user)


class OpenList(PersonList):
    export = EXPORT


@pytest.fixture
def ask(mia: User) -> Callable[..., Any]:
    Person.objects.all().delete()

    def ask(query: str = "", page: type[PersonList] = PersonList, htmx: bool = False) -> Any:
        request: Any = RequestFactory().get(
            f"/people/?{query}", headers={"HX-Request": "true"} if htmx else {}
        )
        request.user, request.htmx = mia, HtmxDetails(request)
        request._messages = CookieStorage(request)
        return page(request)

    return ask


def names(page: PersonList) -> list[str]:
    return [person.name for person in page.page.rows]


def test_it_sorts_umlauts_as_in_a_german_dictionary(ask: Callable[..., Any]) -> None:
    for name in ("Zoe", "Ähre", "arm", "Öhler", "Ohm"):
        make_person(name=name)
    page = ask()
    page.page_size = 10
    assert names(page) == ["Ähre", "arm", "Öhler", "Ohm", "Zoe"]


def test_every_order_can_be_chosen_without_headings(ask: Callable[..., Any]) -> None:
    page = ask("sort=-position")
    orders, drawn = page.orders, page.as_page().content.decode()
    assert [(order["value"], order["label"], order["chosen"]) for order in orders] == [
        ("name", "↑ Name", False),
        ("-name", "↓ Name", False),
        ("position", "↑ Position", False),
        ("-position", "↓ Position", True),
    ]
    assert '<option value="-position" selected>↓ Position</option>' in drawn
    assert 'data-sort="-position"' in drawn
    assert [o["value"] for o in ask("sort=nothing").orders if o["chosen"]] == ["name"]


def test_what_a_page_keeps_is_in_its_form_its_links_and_its_selection(ask: Callable[..., Any]) -> None:
    class OfPosition(PersonList):
        keeps = ("of",)

        def base(self) -> QuerySet[Person]:
            return super().base().filter(position=self.parameter("of", "Agent"))

    agent, boss = make_person(name="Anna", position="Agent"), make_person(name="Béla", position="Boss")
    page = ask("of=Boss&q=nobody&position=Boss", OfPosition)
    drawn = page.as_page().content.decode()
    assert '<input type="hidden" name="of" value="Boss">' in drawn
    assert drawn.count('href="/people/?of=Boss&amp;view=1"') == 2  # remove all filters; show all
    page.request.POST = QueryDict(f"ids={agent.pk}&ids={boss.pk}&query=of%3DBoss%26q%3Dnobody")
    assert list(OfPosition.selected(page.request).rows) == [boss]
    page.request.POST = QueryDict("all=1&query=of%3DBoss")
    assert list(OfPosition.selected(page.request).rows) == [boss]


def test_paging_forward_and_back_meets_every_row_once(ask: Callable[..., Any]) -> None:
    made = [make_person(name=f"Person {n % 4}").pk for n in range(10)]  # equal names: the key decides
    seen: list[int] = []
    page = ask()
    positions = []
    while True:
        seen += [p.pk for p in page.page.rows]
        positions.append((page.page.first, page.page.last))
        if not page.page.after:
            break
        page = ask(f"after={page.page.after}")
    assert sorted(seen) == sorted(made)
    assert len(seen) == len(set(seen))
    assert positions == [(1, 3), (4, 6), (7, 9), (10, 10)]
    back: list[int] = [p.pk for p in page.page.rows]
    while page.page.before:
        page = ask(f"before={page.page.before}")
        back = [p.pk for p in page.page.rows] + back
    assert back == seen
    assert page.page.first == 1


def test_search_folds_umlauts_and_needs_every_word(ask: Callable[..., Any]) -> None:
    make_person(name="Jürgen Groß", email="j.gross@example.org")
    make_person(name="Jürgen Klein", email="klein@example.org")
    assert names(ask("q=jurgen+GROSS")) == ["Jürgen Groß"]
    assert names(ask("q=%25")) == []


def test_a_filter_narrows_and_can_be_taken_off(ask: Callable[..., Any]) -> None:
    make_person(name="A", position="Agentin")
    make_person(name="B", position="Leiter")
    page = ask("position=Leiter&sort=-name")
    assert names(page) == ["B"]
    assert page.chips == [{"label": "Position", "value": "Leiter", "url": "?sort=-name"}]


def test_a_filter_that_means_nothing_shows_nothing_and_says_so(ask: Callable[..., Any]) -> None:
    make_person(name="A")
    page = ask("unit=4711&q=a")
    assert (names(page), page.faults, page.chips) == ([], ["Unit: 4711"], [])
    assert page.url_without_faults == "?q=a"
    assert ask("q=a").faults == []
    with translation.override("en"):
        part: HttpResponse = ask("unit=4711&q=a", htmx=True).respond()
    assert "A filter cannot be applied" in part.text
    assert "<strong>Unit: 4711</strong>" in part.text
    assert 'href="?q=a"' in part.text


def test_nothing_is_exported_by_a_filter_that_means_nothing(ask: Callable[..., Any]) -> None:
    make_person(name="A")
    with pytest.raises(Refusal) as refused:
        ask("unit=4711&export=csv", page=OpenList).respond()
    assert refused.value.url == "/people/?unit=4711"


def test_unknown_sort_columns_and_cursors_fall_back(ask: Callable[..., Any]) -> None:
    make_person(name="A")
    for query in ("sort=user__password", "sort=phone", "after=%%%", "before=AAAA", "after=" + "A" * 5000):
        assert names(ask(query)) == ["A"]
    broken = str(Cursor({"a": 1}, 1, 1))
    assert ask(f"after={broken}").page.first == 1


def test_columns_follow_the_reader(ask: Callable[..., Any]) -> None:
    assert [c.key for c in ask().shown_columns] == ["name", "position"]
    assert [c.key for c in ask("cols=phone").shown_columns] == ["name", "phone"]


def test_unticking_all_columns_leaves_the_linking_one(ask: Callable[..., Any]) -> None:
    make_person(name="A")
    with translation.override("en"):
        whole: HttpResponse = ask().respond()
    sent = re.findall(r'<input type="hidden" name="cols" value="(\w+)">', whole.text)
    assert sent == ["name"]  # the box itself is switched off, so browsers would not send it
    assert [c.key for c in ask("cols=name").shown_columns] == ["name"]


def test_cells_are_escaped(ask: Callable[..., Any]) -> None:
    make_person(name="<script>alert(1)</script>", position='"><img src=x>')
    body = ask().body(ask().page)
    assert "<script" not in body
    assert "<img" not in body


def test_htmx_gets_the_list_only_and_says_the_count(ask: Callable[..., Any]) -> None:
    make_person(name="A")
    with translation.override("en"):
        part: HttpResponse = ask(htmx=True).respond()
    assert "<html" not in part.text
    assert "1 result" in part.text
    assert "HX-Request" in part.headers["Vary"]
    whole: HttpResponse = ask().respond()
    assert "<html" in whole.text


def test_export_is_denied_unless_declared(ask: Callable[..., Any]) -> None:
    with pytest.raises(PermissionDenied):
        ask("export=csv").respond()


def test_csv_has_the_rows_the_page_shows(ask: Callable[..., Any]) -> None:
    make_person(name="Ähre", position="=cmd()")
    make_person(name="Zoe", position="Leiterin")
    response = ask("export=csv&q=hre", page=OpenList).respond()
    assert b"".join(response.streaming_content).decode("utf-8-sig").splitlines() == [
        "Name,Position",
        "Ähre,'=cmd()",
    ]


def test_a_page_costs_the_same_queries_whatever_the_rows(ask: Callable[..., Any], mia: User) -> None:
    def asked(rows: int) -> int:
        for number in range(rows - Person.objects.count()):
            make_person(name=f"P{number}")
        page = ask(page=LongList)
        with CaptureQueriesContext(connection) as queries:
            text = page.respond().text
        assert text.count("data-row=") == rows
        return len(queries)

    assert mia.permission_codes  # asked for once in each request
    assert asked(2) == asked(40) == 5  # rows, count, saved views, unread notices, units to choose from


class LongList(PersonList):
    page_size = 50


class UnitFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped library
    class Meta:
        model = Person
        fields: ClassVar = ["unit"]


class UnitList(PersonList):
    filterset = UnitFilter


def test_what_a_filter_offers_is_asked_for_once_to_check_to_name_and_to_show_it(
    ask: Callable[..., Any], unit: Unit
) -> None:
    make_person(name="A", unit=unit)
    make_person(name="B")
    page = ask(f"unit={unit.pk}", page=UnitList)
    with CaptureQueriesContext(connection) as queries:
        text = page.respond().text
    assert names(page) == ["A"]
    assert [chip["value"] for chip in page.chips] == ["Kundendienst"]
    assert text.count("Kundendienst") == 2  # the chip and the choice
    assert len([q for q in queries if 'FROM "organisation_unit"' in q["sql"]]) == 1
    assert names(ask(f"unit={unit.pk + 1}", page=UnitList)) != ["A"]  # no unit of the company


def test_rows_are_counted_up_to_1000_and_then_no_further(ask: Callable[..., Any]) -> None:
    Person.objects.bulk_create(Person(name=f"P{number}") for number in range(COUNT_LIMIT))
    assert (capped_count(Person.objects.all()), "1000 results" in shown(ask)) == (COUNT_LIMIT, True)
    Person.objects.bulk_create(Person(name=f"Q{number}") for number in range(5))
    with CaptureQueriesContext(connection) as queries:
        assert capped_count(Person.objects.all()) == COUNT_LIMIT + 1
    assert f"LIMIT {COUNT_LIMIT + 1}" in queries[0]["sql"]
    assert "more than 1,000 results" in shown(ask)


def shown(ask: Callable[..., Any]) -> str:
    """The list in English."""
    with translation.override("en"):
        text: str = ask(htmx=True).respond().text
    return text


def test_a_bulk_action_reads_ticked_rows_or_all_that_match(ask: Callable[..., Any], mia: User) -> None:
    first, second = make_person(name="A", position="x"), make_person(name="B", position="y")
    request: Any = RequestFactory().post("/", {"ids": [str(first.pk), "nonsense", "9" * 40]})
    request.user = mia
    assert [p.name for p in PersonList.selected(request).rows] == ["A"]
    request = RequestFactory().post("/", {"all": "1", "query": QueryDict("position=y").urlencode()})
    request.user = mia
    selection = PersonList.selected(request)
    assert [p.pk for p in selection.rows] == [second.pk]
    assert 'name="all"' in selection.hidden_fields


def test_of_ticked_rows_that_are_gone_the_person_is_told(mia: User) -> None:
    answer = signed_in(mia).post("/organisation/people/move/", {"ids": [mia.person.pk, 987654]})
    assert "1 ticked row is left out: it is not in this list any more." in answer.content.decode()


def test_a_bulk_action_refuses_filters_that_mean_nothing(ask: Callable[..., Any], mia: User) -> None:
    make_person(name="A")
    request: Any = RequestFactory().post("/", {"all": "1", "query": "unit=4711", "list": "/people/"})
    request.user = mia
    with pytest.raises(Refusal) as refused:
        PersonList.selected(request)
    assert refused.value.url == "/people/?unit=4711"


def test_too_many_ticked_rows_are_refused_instead_of_cut(ask: Callable[..., Any], mia: User) -> None:
    for count, ok in ((10_000, True), (10_001, False)):
        request: Any = RequestFactory().post("/", {"ids": range(1, count + 1), "list": "//evil.example/"})
        request.user = mia
        if ok:
            assert len(ticked(request)) == count
        else:
            with translation.override("en"), pytest.raises(Refusal, match="10,000") as refused:
                PersonList.selected(request)
            assert refused.value.url == "/"  # only paths of this house


class SayingFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped library
    """Yes or no, and one of some."""

    gone = django_filters.BooleanFilter(field_name="left_on", lookup_expr="isnull", exclude=True)
    kind = django_filters.ChoiceFilter(field_name="position", choices=(("a", "A"),))

    class Meta:
        model = Person
        fields: ClassVar = ["gone", "kind"]


class SayingList(PersonList):
    """A list with them."""

    filterset = SayingFilter


def test_a_filter_that_is_not_set_says_all(ask: Callable[..., Any]) -> None:
    with translation.override("en"):
        form = ask(page=SayingList).filter.form
        unset = [str(form.fields[name].widget.choices[0][1]) for name in ("gone", "kind")]
    assert unset == ["all", "all"]


def test_names_and_sentences_hold_their_columns_open() -> None:
    assert Column("words", "Words", value=str, wide=True).room == "is-text"
    assert Column("name", "Name", value=str, link=True, width=30).room == "is-name"
    assert Column("day", "Day", value=str, link=True, width=12).room == ""


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_choice_is_told_in_the_words_of_its_field(language: str) -> None:
    rows = [Touchpoint(status=status) for status in (*Status, "unknown", "")]
    with translation.override(language):
        assert [str(chosen("status")(row)) for row in rows] == [row.get_status_display() for row in rows]
