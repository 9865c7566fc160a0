"""Systems: what they serve, what flows between them, where it stops."""

import pytest
from django.urls import reverse

from cxm.accounts.models import User
from cxm.audit.models import Entry
from tests.cast import signed_in
from tests.makers import make_system, make_touchpoint
from touchpoints.inventory.models import Interface, System

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_a_system_is_recorded(mia: User) -> None:
    fields = {"name": "Salesforce", "kind": "crm", "vendor": "Salesforce", "url": "https://crm.example.com"}
    signed_in(mia).post(reverse("inventory:system_new"), fields)
    system = System.objects.get()
    assert (system.name, system.kind, system.url) == ("Salesforce", "crm", "https://crm.example.com")


def test_a_name_is_taken_once_whatever_its_case(mia: User) -> None:
    make_system(name="Shopware")
    answer = signed_in(mia).post(reverse("inventory:system_new"), {"name": "SHOPWARE", "kind": "shop"})
    assert answer.status_code == 422
    assert b"There is a system of this name already." in answer.content


def test_the_list_says_what_serves_nothing_and_what_is_not_served(mia: User) -> None:
    make_system(name="Altsystem")
    crm = make_system(name="CRM")
    make_touchpoint().systems.add(crm)
    make_touchpoint()
    url = reverse("inventory:systems")
    page = signed_in(mia).get(url).content.decode()
    assert f"?system={crm.pk}" in page
    assert "?idle=on" in page
    assert "?gap=no_system" in page
    idle = signed_in(mia).get(url, {"idle": "on"}).content.decode()
    assert "Altsystem" in idle
    assert "CRM" not in idle[idle.index("<tbody>") : idle.index("</tbody>")]


def test_touchpoints_are_found_added_and_taken_away(mia: User) -> None:
    crm, hotline = make_system(name="CRM"), make_touchpoint(name="Servicehotline")
    make_touchpoint(name="Messe")
    url, client = reverse("inventory:system_touchpoints", args=[crm.pk]), signed_in(mia)
    found = client.get(url, {"find": "hotl"}, headers=HTMX).content.decode()
    assert "Servicehotline" in found
    assert "Messe" not in found
    client.post(url, {"touchpoint": hotline.pk, "tie": "1", "find": "hotl"}, headers=HTMX)
    assert list(crm.touchpoints.all()) == [hotline]
    assert Entry.objects.about(hotline).get().data["links"] == {"systems": [[], [crm.pk]]}
    client.post(url, {"touchpoint": hotline.pk, "tie": "0"})
    assert not crm.touchpoints.exists()
    assert Entry.objects.about(crm).count() == 2


def test_a_touchpoint_that_is_gone_is_said(mia: User) -> None:
    crm = make_system()
    url = reverse("inventory:system_touchpoints", args=[crm.pk])
    for wrong in ("99999", "x", "", "9" * 40):
        answer = signed_in(mia).post(url, {"touchpoint": wrong, "tie": "1"}, follow=True)
        assert b"This touchpoint does not exist any more." in answer.content


def test_interfaces_are_added_edited_and_removed_in_place(mia: User) -> None:
    crm, shop = make_system(name="CRM"), make_system(name="Shop")
    client, values = signed_in(mia), {"carries": "Bestellungen", "technique": "API", "state": "works"}
    answer = client.post(
        reverse("inventory:interface_add", args=[crm.pk]),
        {"direction": "in", "other": shop.pk, **values},
        headers=HTMX,
    )
    assert b"Bestellungen" in answer.content
    interface = Interface.objects.get()
    assert (interface.source, interface.target) == (shop, crm)
    url = reverse("inventory:interface_edit", args=[shop.pk, interface.pk])
    assert b'value="Bestellungen"' in client.get(url, headers=HTMX).content
    client.post(url, {"direction": "out", "other": crm.pk, **values, "state": "broken"})
    interface.refresh_from_db()
    assert (interface.source, interface.state) == (shop, "broken")
    client.post(reverse("inventory:interface_remove", args=[crm.pk, interface.pk]))
    assert not Interface.objects.exists()


def test_an_interface_needs_another_system(mia: User) -> None:
    crm = make_system()
    answer = signed_in(mia).post(
        reverse("inventory:interface_add", args=[crm.pk]),
        {"direction": "out", "other": crm.pk, "carries": "x", "state": "works"},
    )
    assert answer.status_code == 422
    assert not Interface.objects.exists()


def test_an_interface_of_other_systems_is_unknown_here(mia: User) -> None:
    crm, shop, erp = make_system(), make_system(), make_system()
    interface = Interface.objects.create(source=crm, target=shop, carries="x")
    assert (
        signed_in(mia).post(reverse("inventory:interface_remove", args=[erp.pk, interface.pk])).status_code
        == 404
    )
    assert Interface.objects.exists()


def test_the_map_shows_the_worst_state_and_puts_it_first(mia: User) -> None:
    crm, shop, erp = make_system(name="CRM"), make_system(name="Shop"), make_system(name="ERP")
    make_system(name="Insel")
    Interface.objects.create(source=crm, target=shop, carries="Kunden", state="works")
    Interface.objects.create(source=crm, target=shop, carries="Einwilligungen", state="missing")
    Interface.objects.create(source=shop, target=erp, carries="Aufträge", state="manual")
    page = signed_in(mia).get(reverse("inventory:flows")).content.decode()
    stuck = page[page.index("stuck-title") : page.index("table-title")]
    assert stuck.index("Einwilligungen") < stuck.index("Aufträge")
    assert "Kunden" not in stuck
    assert page.count('<th scope="row">') == 3
    assert "Insel" in page[page.index("alone-title") :]


def test_the_map_goes_out_as_a_workbook(mia: User) -> None:
    Interface.objects.create(source=make_system(), target=make_system(), carries="=cmd()")
    answer = signed_in(mia).get(reverse("inventory:flows_export"))
    assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_employees_look_but_do_not_change(emil: User) -> None:
    system, client = make_system(name="CRM"), signed_in(emil)
    assert client.get(system.get_absolute_url()).status_code == 200
    assert client.get(reverse("inventory:flows")).status_code == 200
    for name in ("system_edit", "system_archive", "system_touchpoints", "interface_add"):
        assert client.post(reverse(f"inventory:{name}", args=[system.pk])).status_code == 403


def test_who_looks_after_a_system_keeps_it_and_its_interfaces(otto: User) -> None:
    own, other, client = make_system(name="CRM", owner=otto.person), make_system(name="ERP"), signed_in(otto)
    page = client.get(own.get_absolute_url()).content.decode()
    assert "edit-facts" in page
    assert "add-interface" in page
    assert 'name="find"' in page
    assert "edit-facts" not in client.get(other.get_absolute_url()).content.decode()
    data = {"name": "CRM 2", "kind": "crm", "owner": otto.person.pk}
    client.post(reverse("inventory:system_edit", args=[own.pk]), data)
    own.refresh_from_db()
    assert own.name == "CRM 2"
    flow = {"direction": "out", "other": other.pk, "carries": "orders", "state": "works"}
    client.post(reverse("inventory:interface_add", args=[own.pk]), flow)
    interface = Interface.objects.get()
    assert (interface.source, interface.target) == (own, other)
    for name in ("system_edit", "system_archive", "system_touchpoints", "interface_add"):
        assert client.post(reverse(f"inventory:{name}", args=[other.pk]), data | flow).status_code == 403
    gone = reverse("inventory:interface_remove", args=[other.pk, interface.pk])
    assert client.post(gone).status_code == 403
    assert Interface.objects.exists()
