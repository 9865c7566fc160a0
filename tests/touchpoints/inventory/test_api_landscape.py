"""What a client needs to know before it writes touchpoints, and what is said about them."""

from typing import Any

import pytest

from cxm.accounts.models import Scope, User
from cxm.notices.models import Notice
from tests.makers import make_content, make_person, make_system, make_touchpoint
from tests.touchpoints.inventory.people import days
from tests.touchpoints.inventory.test_api import Caller
from tests.touchpoints.inventory.test_listeners import told
from tests.touchpoints.inventory.test_standards import published
from touchpoints.inventory.actions.standards import draft_standard
from touchpoints.inventory.models import Channel, Comment, ContentItem, Phase, System, Touchpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def api(mia: User) -> Caller:
    """A system that speaks for Mia."""
    return Caller(mia)


def items(api: Caller, path: str) -> Any:
    """What stands on a page."""
    answer = api("GET", path)
    assert answer.status_code == 200, answer.content
    return answer.json()["items"]


def test_what_is_listed_is_what_a_touchpoint_takes(api: Caller) -> None:
    make_system(name="CRM")
    make_content(title="FAQ")
    (default,) = (model for model in items(api, "phase-models") if model["is_default"])
    data = {
        "name": "Kasse",
        "phase": items(api, "phases")[3]["code"],
        "further_phases": [items(api, f"phases?model={default['code']}")[0]["code"]],
        "channel": items(api, "channels")[0]["code"],
        "systems": [items(api, "systems?q=crm")[0]["id"]],
        "contents": [items(api, "contents?q=faq")[0]["id"]],
    }
    assert api("POST", "touchpoints", data).status_code == 201
    touchpoint = Touchpoint.objects.get()
    assert touchpoint.phase == Phase.objects.default()[3]
    assert [row.name for row in touchpoint.systems.all()] == ["CRM"]


def test_phases_of_other_models_name_the_default_ones(api: Caller) -> None:
    codes = {model["code"] for model in items(api, "phase-models")}
    default = {phase["code"] for phase in items(api, "phases")}
    assert len(default) == 7
    (other,) = codes - {items(api, "phases")[0]["model"]}
    planning = items(api, f"phases?model={other}")
    assert len(planning) == 5
    assert {code for phase in planning for code in phase["covers"]} == default
    assert items(api, "phases?model=nonsense") == []


def test_archived_things_are_listed_only_when_asked_for(api: Caller) -> None:
    make_system(name="Old", is_archived=True)
    make_content(title="Old", is_archived=True)
    Channel.objects.update(is_archived=True)
    for path in ("systems", "contents", "channels"):
        assert items(api, path) == []
        assert items(api, f"{path}?archived=true") != []


def test_lists_page_without_a_query_for_each_row(api: Caller, django_assert_max_num_queries: Any) -> None:
    anna = make_person(name="Anna")
    for _ in range(9):
        make_system(owner=anna)
        make_content(owner=anna).phases.set(Phase.objects.default()[:2])
    for path in ("phase-models", "phases", "channels", "systems", "contents"):
        with django_assert_max_num_queries(12):  # of two requests
            first = api("GET", f"{path}?limit=1").json()
            rest = items(api, f"{path}?limit=200&cursor={first['next']}")
        assert first["items"][0]["id"] not in {row["id"] for row in rest}


def test_channel_system_and_content_are_added(api: Caller) -> None:
    anna = make_person(name="Anna")
    channel = api("POST", "channels", {"name_de": "Messestand", "kind": "personal"})
    assert (channel.status_code, channel.json()["code"]) == (201, "messestand")
    system = api("POST", "systems", {"name": "CRM", "kind": "crm", "owner": anna.pk})
    assert system.json()["owner"] == {"id": anna.pk, "name": "Anna"}
    assert api("GET", f"systems/{system.json()['id']}").json() == system.json()
    content = api(
        "POST", "contents", {"title": "AGB", "expires_on": str(days(30)), "phases": ["closing", "awareness"]}
    )
    assert sorted(content.json()["phases"]) == ["awareness", "closing"]
    assert api("GET", f"contents/{content.json()['id']}").json()["expires_on"] == str(days(30))


@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("systems", {"name": "crm"}, ""),  # taken
        ("systems", {"name": ""}, "name"),
        ("systems", {"name": "ERP", "owner": 999999}, "owner"),
        ("systems", {"name": "ERP", "url": "javascript:alert(1)"}, "url"),
        ("contents", {"title": "AGB", "phases": ["nonsense"]}, "phases"),
        ("contents", {"title": "AGB", "language": "xx"}, "language"),
        ("channels", {"name_de": "x" * 121}, "name_de"),
        ("channels", {"name_de": "Shop", "kind": "nonsense"}, "kind"),
    ],
)
def test_mistakes_are_named_and_write_nothing(api: Caller, path: str, data: Any, field: str) -> None:
    make_system(name="CRM")
    before = (System.objects.count(), ContentItem.objects.count(), Channel.objects.count())
    answer = api("POST", path, data)
    assert answer.status_code == 422
    assert field in answer.content.decode()
    assert (System.objects.count(), ContentItem.objects.count(), Channel.objects.count()) == before


def test_standards_with_the_valid_one_first(api: Caller, mia: User) -> None:
    touchpoint = make_touchpoint()
    published(touchpoint, mia)
    published(touchpoint, mia, process="Open two tills.")
    draft_standard(touchpoint=touchpoint, actor=mia)
    url = f"touchpoints/{touchpoint.pk}/standards"
    shown = api("GET", url).json()
    assert [row["version"] for row in shown] == [2, 1]
    assert (shown[0]["process"], shown[0]["published_by"]) == ("Open two tills.", "Mia Meyer")
    assert [row["published_at"] is None for row in api("GET", f"{url}?draft=true").json()] == [
        False,
        False,
        True,
    ]


def test_comments_are_read_and_written(api: Caller, mia: User, otto: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    url = f"touchpoints/{touchpoint.pk}/comments"
    said = api("POST", url, {"text": "@Otto @nobodyatall The queue is long"})
    assert (said.status_code, said.json()["unknown"]) == (201, ["nobodyatall"])
    told()
    assert Notice.objects.get(user=otto).text == "Mia Meyer mentions you at Kasse"
    (row,) = items(api, url)
    assert (row["author"], row["edited_at"]) == ("Mia Meyer", None)
    assert api("POST", url, {"text": ""}).status_code == 422


def test_a_key_may_do_what_its_user_may(emil: User, mia: User) -> None:
    employee, reader, touchpoint = Caller(emil), Caller(mia, Scope.READ), make_touchpoint()
    for caller in (employee, reader):
        for path, data in (
            ("channels", {"name_de": "Messe"}),
            ("systems", {"name": "CRM"}),
            ("contents", {"title": "AGB"}),
        ):
            assert items(caller, path) is not None
            assert caller("POST", path, data).status_code == 403
    url = f"touchpoints/{touchpoint.pk}/comments"
    assert reader("POST", url, {"text": "x"}).status_code == 403
    assert employee("POST", url, {"text": "x"}).status_code == 201
    assert employee("GET", "touchpoints/999999/comments").status_code == 404
    assert (System.objects.count(), ContentItem.objects.count(), Comment.objects.count()) == (0, 0, 1)
