"""The list of touchpoints."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import days, give
from touchpoints.inventory.actions.merging import merge_touchpoints
from touchpoints.inventory.choices import Kind, Part, Status
from touchpoints.inventory.models import Channel, Phase, System, Touchpoint
from touchpoints.inventory.panels import PANELS, Panel
from touchpoints.inventory.permissions import VIEW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
URL = "/touchpoints/"


def names(user: User, **query: object) -> list[str]:
    """The names that the exported list shows for this query, by name."""
    response = signed_in(user).get(
        f"{URL}?{urlencode(query | {'export': 'csv', 'cols': 'name'}, doseq=True)}"
    )
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    return [line.strip('"') for line in lines[1:]]


def test_it_shows_current_touchpoints_with_owner(mia: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    give(touchpoint, make_person(name="Anna Ahlers"))
    make_touchpoint(name="Parkplatz", is_archived=True)
    page = signed_in(mia).get(URL).content.decode()
    assert "Kasse" in page
    assert "Anna Ahlers" in page
    assert "Parkplatz" not in page


def test_nobody_and_somebody_who_has_left_are_warned_of(mia: User) -> None:
    gone = make_person(name="Gone Gärtner")
    give(make_touchpoint(name="Kasse"), gone, start=-9)
    gone.left_on = days(-1)
    gone.save()
    make_touchpoint(name="Shop")
    page = signed_in(mia).get(URL).content.decode()
    assert "Gone Gärtner (has left)" in page
    assert "nobody" in page


@pytest.mark.parametrize(
    "sort", ["name", "-name", "owner", "phase", "channel", "maturity", "contacts", "review", "changed"]
)
def test_it_sorts_and_pages_by_every_column(mia: User, sort: str) -> None:
    for _ in range(3):
        make_touchpoint()
    assert len(names(mia, sort=sort)) == 3


def test_filters(mia: User) -> None:
    closing = Phase.objects.default().get(code="closing")
    purchase = Phase.objects.get(code="p3_purchase")  # of the planning model: covers decision and closing
    branch, crm = Channel.objects.get(code="branch"), System.objects.create(name="CRM")
    anna = make_person(name="Ànna Ahlers")
    till = make_touchpoint(name="Kasse", phase=closing, channel=branch, kind=Kind.PERSONAL, tags=["Laden"])
    shop = make_touchpoint(name="Shop", status=Status.PLANNED, is_pain_point=True, pain_reason="slow")
    old = make_touchpoint(name="Alt", last_reviewed_on=days(-400))
    give(till, anna)
    give(shop, anna, Part.CONSULTED)
    till.systems.add(crm)
    assert names(mia, phase=closing.pk) == ["Kasse"]
    assert names(mia, phase=purchase.pk) == ["Kasse"]
    assert names(mia, phase="none") == ["Alt", "Shop"]
    assert names(mia, channel=branch.pk) == ["Kasse"]
    assert names(mia, owner="anna ahl") == ["Kasse"]
    assert names(mia, person=anna.pk) == ["Kasse", "Shop"]  # whatever the part
    assert names(mia, system=crm.pk) == ["Kasse"]
    assert names(mia, gap="no_owner") == ["Alt"]
    assert names(mia, status="planned") == ["Shop"]
    assert names(mia, kind="personal") == ["Kasse"]
    assert names(mia, mark="pain") == ["Shop"]
    Touchpoint.objects.filter(pk=shop.pk).update(maturity=3)
    assert names(mia, maturity=3) == ["Shop"]
    assert names(mia, tag="Laden") == ["Kasse"]
    assert names(mia, due="overdue") == ["Alt"]
    assert names(mia, q="kas") == ["Kasse"]
    assert names(mia, q=old.code.lower()) == ["Alt"]


def test_the_archive_is_shown_when_asked_for(mia: User) -> None:
    keep, twin = make_touchpoint(name="Kasse"), make_touchpoint(name="Kasse 2")
    make_touchpoint(name="Alt", is_archived=True)
    merge_touchpoints(keep=keep, duplicates=[twin], actor=mia)
    assert names(mia) == ["Kasse"]
    assert names(mia, state="archived") == ["Alt"]
    assert names(mia, state="merged") == ["Kasse 2"]
    assert names(mia, state="all") == ["Alt", "Kasse", "Kasse 2"]


@pytest.mark.parametrize(
    "query",
    [
        "phase=x",
        "owner=%00",
        "person=999999999999999999999",
        "sort=nonsense",
        "after=x",
        "maturity=99",
        "q=%25",
    ],
)
def test_nonsense_in_the_address_is_no_error(mia: User, query: str) -> None:
    make_touchpoint()
    assert signed_in(mia).get(f"{URL}?{query}").status_code == 200


@pytest.mark.parametrize("query", ["person=4711", "person=x", "system=4711", "content=9x", "phase=4711"])
def test_a_filter_that_means_nothing_never_stands_for_all(mia: User, query: str) -> None:
    touchpoint, client = make_touchpoint(name="Kasse"), signed_in(mia)
    page = client.get(f"{URL}?{query}", headers={"HX-Request": "true"}).content.decode()
    assert "A filter cannot be applied" in page
    assert "Kasse" not in page
    data = {"all": 1, "query": query, "list": URL, "confirmed": 1}
    assert client.post(f"{URL}bulk/archive/", data).headers["Location"] == f"{URL}?{query}"
    touchpoint.refresh_from_db()
    assert not touchpoint.is_archived
    for export in (f"{URL}?{query}&export=csv", f"{URL}export/?{query}"):
        assert client.get(export).headers["Location"] == f"{URL}?{query}"


def test_the_matrix_counts_nothing_by_a_filter_that_means_nothing(mia: User) -> None:
    make_touchpoint(name="Kasse")
    client, matrix = signed_in(mia), reverse("inventory:matrix")
    page = client.get(f"{matrix}?person=x")
    assert "A filter cannot be applied" in page.content.decode()
    assert page.context["grid"].total.count == 0
    export = client.get(f"{reverse('inventory:matrix_export')}?person=x")
    assert export.headers["Location"] == f"{matrix}?person=x"


def test_an_export_defuses_formulas(mia: User) -> None:
    make_touchpoint(name="=1+1")
    (name,) = names(mia)
    assert not name.startswith("=")


def test_few_queries_however_many_rows(mia: User, django_assert_max_num_queries: object) -> None:
    for number in range(60):
        touchpoint = make_touchpoint(channel=Channel.objects.first(), phase=Phase.objects.first())
        if number % 2:
            give(touchpoint, make_person())
    client = signed_in(mia)
    with django_assert_max_num_queries(11):  # type: ignore[operator]
        client.get(URL)


def test_another_room_brings_a_column(mia: User, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = Panel(
        code="probe", title="Probe", url_name="inventory:comments", permission=VIEW, column="Probed",
        figures=lambda ids: dict.fromkeys(ids, "<42>"),
    )  # fmt: skip
    monkeypatch.setattr(PANELS, "_items", {**PANELS._items, "probe": panel})
    touchpoint = make_touchpoint()
    page = signed_in(mia).get(URL).content.decode()
    assert "Probed" in page
    assert "&lt;42&gt;" in page
    assert (
        f"/touchpoints/{touchpoint.pk}/comments/"
        in signed_in(mia).get(touchpoint.get_absolute_url()).content.decode()
    )


def test_employees_may_read_but_not_change_many(emil: User) -> None:
    touchpoint = make_touchpoint()
    assert signed_in(emil).get(URL).status_code == 200
    for act in ("owner", "phase", "channel", "tag", "rhythm", "archive"):
        data = {"ids": touchpoint.pk, "confirmed": 1, "tag": "x", "review_every": 30}
        assert signed_in(emil).post(f"{URL}bulk/{act}/", data).status_code == 403
    touchpoint.refresh_from_db()
    assert (touchpoint.revision, touchpoint.is_archived) == (1, False)
    assert not Touchpoint.objects.get().responsibilities.exists()
