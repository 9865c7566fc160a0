"""The tree of units: never a circle, never lost people."""

from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.organisation.actions import change_unit, create_unit, dissolve_unit
from cxm.organisation.models import Person, Unit
from cxm.organisation.trees import flat, unit_choices, unit_tree
from tests.cast import signed_in


@pytest.fixture
def tree(mia: User) -> dict[str, Unit]:
    """Sales with shops with Hamburg; service beside it."""
    sales = create_unit(actor=mia, name="Sales")
    shops = create_unit(actor=mia, name="Shops", parent=sales)
    hamburg = create_unit(actor=mia, name="Hamburg", parent=shops)
    service = create_unit(actor=mia, name="Ägypten")
    return {"sales": sales, "shops": shops, "hamburg": hamburg, "service": service}


def test_the_tree_counts_people_with_those_below(tree: dict[str, Unit]) -> None:
    for name, unit in (("A", "sales"), ("B", "hamburg"), ("C", "hamburg")):
        Person.objects.create(name=name, unit=tree[unit])
    Person.objects.create(name="D", unit=tree["hamburg"], left_on="2020-01-01")
    nodes = [(n.unit.name, n.depth, n.people, n.all_people) for n in flat(unit_tree())]
    assert nodes == [("Ägypten", 0, 0, 0), ("Sales", 0, 1, 3), ("Shops", 1, 0, 2), ("Hamburg", 2, 2, 2)]
    assert unit_choices()[3] == (tree["hamburg"].pk, "\u2003\u2003Hamburg")
    assert set(Unit.objects.at_or_below(tree["shops"])) == {tree["shops"], tree["hamburg"]}


def test_a_unit_moves_with_everything_below(tree: dict[str, Unit], mia: User) -> None:
    change_unit(actor=mia, unit=tree["shops"], name="Stores", code="12", parent=tree["service"])
    assert set(Unit.objects.at_or_below(tree["service"])) == {tree["service"], tree["shops"], tree["hamburg"]}
    verbs = Entry.objects.order_by("-id").values_list("verb", flat=True)[:2]
    assert set(verbs) == {"organisation.unit.moved", "organisation.unit.changed"}


def test_a_unit_never_stands_below_itself(tree: dict[str, Unit], mia: User) -> None:
    with pytest.raises(ValidationError, match="below itself"):
        change_unit(actor=mia, unit=tree["sales"], name="Sales", code="", parent=tree["hamburg"])
    with pytest.raises(IntegrityError, match="below itself"), transaction.atomic():
        Unit.objects.filter(pk=tree["sales"].pk).update(parent=tree["hamburg"])


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_circle(mia: User) -> None:
    one, two = create_unit(actor=mia, name="One"), create_unit(actor=mia, name="Two")
    start, refused = Barrier(2), []

    def move(unit: Unit, below: Unit) -> None:
        start.wait(10)
        try:
            with transaction.atomic():
                Unit.objects.filter(pk=unit.pk).update(parent=below)
        except IntegrityError:
            refused.append(unit)
        finally:
            connection.close()

    threads = [Thread(target=move, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Unit.objects.exclude(parent=None).count() == 1


def test_two_units_of_one_name_stand_in_different_places(tree: dict[str, Unit], mia: User) -> None:
    create_unit(actor=mia, name="shops", parent=tree["service"])
    with pytest.raises(ValidationError, match="of this name here already"):
        create_unit(actor=mia, name="SHOPS", parent=tree["sales"])


def test_dissolved_its_people_and_branches_go_where_one_says(tree: dict[str, Unit], mia: User) -> None:
    person = Person.objects.create(name="A", unit=tree["shops"])
    answer = signed_in(mia).post(
        f"/organisation/units/{tree['shops'].pk}/dissolve/", {"into": tree["service"].pk}
    )
    assert answer.status_code == 302
    person.refresh_from_db()
    tree["hamburg"].refresh_from_db()
    assert (person.unit, tree["hamburg"].parent) == (tree["service"], tree["service"])
    assert not Unit.objects.filter(name="Shops").exists()


def test_a_unit_is_not_dissolved_into_itself(tree: dict[str, Unit], mia: User) -> None:
    with pytest.raises(ValidationError, match="outside"):
        dissolve_unit(actor=mia, unit=tree["sales"], into=tree["hamburg"])
    assert Unit.objects.count() == 4


def test_the_pages_show_the_tree(tree: dict[str, Unit], mia: User, otto: User) -> None:
    for user in (mia, otto):
        client = signed_in(user)
        assert "Hamburg" in client.get("/organisation/units/").content.decode()
        page = client.get(f"/organisation/units/{tree['hamburg'].pk}/").content.decode()
        assert "Sales" in page
        assert ("/dissolve/" in page) == (user == mia)


def test_a_unit_is_added_and_renamed_on_pages(tree: dict[str, Unit], mia: User) -> None:
    client = signed_in(mia)
    assert client.get(f"/organisation/units/new/?below={tree['shops'].pk}").status_code == 200
    assert client.get("/organisation/units/new/?below=nonsense").status_code == 200
    client.post("/organisation/units/new/", {"name": "Bremen", "parent": tree["shops"].pk})
    bremen = Unit.objects.get(name="Bremen", parent=tree["shops"])
    answer = client.post(
        f"/organisation/units/{bremen.pk}/edit/", {"name": "Hamburg", "parent": tree["shops"].pk}
    )
    assert answer.status_code == 422
    client.post(f"/organisation/units/{bremen.pk}/edit/", {"name": "Leipzig", "code": "9", "parent": ""})
    bremen.refresh_from_db()
    assert (bremen.name, bremen.code, bremen.parent) == ("Leipzig", "9", None)


@pytest.mark.parametrize("path", ["new/", "{}/edit/", "{}/dissolve/"])
def test_others_do_not_change_units(tree: dict[str, Unit], otto: User, path: str) -> None:
    url = "/organisation/units/" + path.format(tree["sales"].pk)
    assert signed_in(otto).post(url, {"name": "X"}).status_code == 403
    assert Unit.objects.count() == 4
