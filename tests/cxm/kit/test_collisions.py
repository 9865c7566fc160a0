"""What the database refuses because somebody else was faster: a word to the person, no error page of ours."""

import json
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cxm.accounts.actions import create_api_key
from cxm.accounts.models import Scope, User
from cxm.audit.models import Entry
from tests.cast import signed_in
from touchpoints.inventory.actions.channels import create_channel
from touchpoints.inventory.models import Channel, System

NEW = "/touchpoints/systems/new/"
SHOP = {"name": "Shop", "kind": "other"}


@pytest.fixture
def faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody adds the same system between the look and the write."""
    save = System.save

    def save_second(system: System, *args: Any, **kwargs: Any) -> None:
        System.objects.bulk_create([System(name=system.name, kind=system.kind)])
        save(system, *args, **kwargs)

    monkeypatch.setattr(System, "save", save_second)


@pytest.mark.usefixtures("faster")
def test_who_comes_second_is_told_so_and_nothing_is_half_done(mia: User) -> None:
    client = signed_in(mia)
    form = client.get(NEW).context["form"]
    entries = Entry.objects.count()
    answer = client.post(NEW, SHOP | {"kind": form.fields["kind"].choices[-1][0]})
    assert answer.status_code == 409
    assert "Somebody else was faster" in answer.content.decode()
    assert (System.objects.count(), Entry.objects.count()) == (0, entries)


@pytest.mark.usefixtures("faster")
def test_a_part_of_a_page_tells_it_in_a_toast(mia: User) -> None:
    form = signed_in(mia).get(NEW).context["form"]
    data = SHOP | {"kind": form.fields["kind"].choices[-1][0]}
    answer = signed_in(mia).post(NEW, data, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (409, b"")
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["level"] == "warning"


@pytest.mark.usefixtures("faster")
def test_the_api_answers_with_a_problem(mia: User) -> None:
    _key, secret = create_api_key(actor=mia, user=mia, name="Shop", scope=Scope.WRITE)
    answer = signed_in(mia).post(
        "/api/v1/inventory/systems",
        {"name": "Shop"},
        "application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "application/problem+json")
    assert not System.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_channels_of_one_name_at_the_same_moment_one_is_refused(mia: User) -> None:
    outcomes: list[str] = []
    start = Barrier(2)

    def add() -> None:
        start.wait()
        try:
            create_channel(actor=mia, name_de="Messe am Hafen")
            outcomes.append("done")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=add) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert Channel.objects.filter(name_de="Messe am Hafen").count() == 1
