"""Every address x every role, after the written table (`tests.house.rights`).

Who holds the right is let in, who does not gets 403 and changes nothing, who is not signed in is led to sign-in, whose
account is closed likewise.

The addresses are filled with objects of the demo company. In the API it is operation x role x scope of the key.
"""

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from cxm.accounts.actions import create_api_key
from cxm.accounts.models import Scope, User
from cxm.kit.access import Role
from surveys.assessment.views import files
from surveys.training.views import certificates
from tests.house.addresses import ALL
from tests.house.rights import (
    DONE_BY_POST,
    DOOR,
    LEADS_ON,
    NO_RIGHT,
    RIGHT_OF_OPERATION,
    RIGHT_OF_PAGE,
    RIGHTS,
)
from tests.house.samples import operated
from touchpoints.dashboards import views as dashboards
from touchpoints.kpis.periods import Period

pytestmark = pytest.mark.django_db

DONE = {200, 201, 204, 302, 409, 422}
"""What a POST gets that is let in: done, or a complaint about what it holds."""
POSTED = {
    "act": "skip",
    "cell": "employee|kpis.enter",
    "version": "1",
}  # without these an address leads to nothing
READ_ONLY = 405

# Who holds the right is refused here all the same, because of the object: whom it does belong to, and the answer.
EDITORS = {Role.ADMIN, Role.CX_MANAGER}
BY_OBJECT: dict[str, tuple[set[Role], int]] = {
    # One's own views, notices, comments.
    "accounts:view_delete": (set(), 404),
    "accounts:view_default": (set(), 404),
    "notices:read": (set(), 404),
    "notices:open": (set(), 404),
    "inventory:comment_edit": (set(), 403),
    "inventory:comment_remove": (EDITORS, 403),
    # One's own absence, or that of those whom one leads.
    "organisation:absence_new": (EDITORS, 404),
    "organisation:absence_remove": (EDITORS, 404),
    # Touchpoints that one answers for.
    "inventory:group": (EDITORS, 403),
    "inventory:reviewed": (EDITORS, 403),
    "inventory:standard_edit": (EDITORS, 403),
    "inventory:standard_publish": (EDITORS, 403),
    "inventory:standard_discard": (EDITORS, 403),
    "inventory:files": (EDITORS, 403),
    "inventory:file_remove": (EDITORS, 403),
    # Systems and content that one looks after.
    **{
        f"inventory:{name}": (EDITORS, 403)
        for name in (
            "system_edit",
            "system_archive",
            "system_touchpoints",
            "interface_add",
            "interface_edit",
            "interface_remove",
            "content_edit",
            "content_archive",
            "content_touchpoints",
        )
    },
    # One's own tasks, and those that one gives.
    "assessment:task": (EDITORS | {Role.SPONSOR}, 404),
    "assessment:task_end": (EDITORS, 404),
    # One's own questionnaires.
    "questionnaires:mine_open": (set(), 404),
    # One's own training; managers look at it and at certificates, and nobody learns for somebody else.
    "training:learn": (EDITORS, 404),
    "training:lesson": (set(), 404),
    "training:quiz": (set(), 404),
    "training:result": (set(), 404),
    "training:certificate_pdf": (EDITORS, 404),
    "training:media": (EDITORS, 404),
    "training:captions": (EDITORS, 404),
    # Imports of a kind that one may import: here a list of touchpoints, which a data steward may not.
    **{
        f"imports:{name}": (EDITORS, 404)
        for name in (
            "template",
            "columns",
            "read_again",
            "run",
            "row",
            "cell",
            "words",
            "start",
            "skip_wrong",
        )
    },
    **{
        f"imports:{name}": (EDITORS, 404)
        for name in ("progress", "undo", "discard", "retry", "errors", "original")
    },
    "imports:upload": (EDITORS, 404),
}
# The same in the API.
BY_OPERAND: dict[tuple[str, str], tuple[set[Role], int]] = {
    ("PATCH", "/api/v1/inventory/touchpoints/{pk}"): (EDITORS, 403),  # touchpoints that one answers for
    ("POST", "/api/v1/notices/inbox/{pk}/read"): (set(), 404),  # one's own
    ("GET", "/api/v1/imports/runs/{pk}"): (EDITORS, 404),  # a list of touchpoints
    ("GET", "/api/v1/training/certificates/{pk}"): (EDITORS, 404),  # one's own; managers see all
}
QUERY = {"/api/v1/kpis/measurements": "?kpi=AD1"}


@pytest.fixture(autouse=True)
def thin_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sponsor's PDF takes seconds; that it can be drawn is tested with the page."""
    monkeypatch.setattr(files, "report_paper", lambda user, wave: b"%PDF")
    monkeypatch.setattr(dashboards, "sponsor_paper", lambda user, asked: (Period.parse("2026-Q2"), b"%PDF"))
    monkeypatch.setattr(certificates, "paper", lambda certificate: b"%PDF")


def only(role: Role) -> tuple[User, Client]:
    """Somebody who holds this role and no other, signed in."""
    user = User.objects.create_user(f"only-{role}@example.org", name=f"Only {role}", roles=[role])
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return user, client


def state() -> dict[str, tuple[int, int]]:
    """Of every table of ours how many rows it has, and a sum over their content."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model.__module__.startswith(("cxm.", "touchpoints.", "surveys.")) and model._meta.managed:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(
                    f"select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) from {table} t"
                )
                found[model._meta.db_table] = cursor.fetchone()
    return found


def changed(before: dict[str, tuple[int, int]]) -> list[str]:
    """The tables whose content is another one now."""
    after = state()
    return [table for table in after if after[table] != before[table]]


def is_held_back(name: str, role: Role) -> int:
    """The answer to who holds the right but not the object; 0 if he is let in."""
    roles, code = BY_OBJECT.get(name, (set(Role), 0))
    return 0 if role in roles else code


def test_one_changed_field_is_seen(loaded: User) -> None:
    before = state()
    User.objects.filter(pk=loaded.pk).update(name="Somebody else")
    assert changed(before) == ["accounts_user", "accounts_userevent"]


def expected_of_get(name: str, role: Role) -> int:
    """After the table."""
    if name in DONE_BY_POST:
        return READ_ONLY
    if role not in RIGHTS[RIGHT_OF_PAGE[name]]:
        return 403
    return is_held_back(name, role) or (302 if name in LEADS_ON else 200)


def expected_of_post(name: str, role: Role) -> set[int]:
    """Of somebody who holds the right."""
    if held_back := is_held_back(name, role):
        return {held_back, READ_ONLY} - ({READ_ONLY} if name in DONE_BY_POST else set())
    return DONE | (set() if name in DONE_BY_POST else {READ_ONLY})


@pytest.mark.parametrize("role", Role)
def test_each_role_is_let_in_where_it_holds_the_right_and_nowhere_else(
    role: Role, urls: dict[str, str]
) -> None:
    _user, client = only(role)
    wrong = []
    for name, url in urls.items():
        if (code := client.get(url).status_code) != (expected := expected_of_get(name, role)):
            wrong.append(f"GET {name}: {code} instead of {expected}")
        if role in RIGHTS[RIGHT_OF_PAGE[name]]:
            with transaction.atomic():
                code = client.post(url, POSTED).status_code
                transaction.set_rollback(True)
            if code not in (posted := expected_of_post(name, role)):
                wrong.append(f"POST {name}: {code} instead of {posted}")
    assert wrong == []


def test_a_refused_post_changes_nothing(urls: dict[str, str]) -> None:
    people = [(role, only(role)[1]) for role in Role]
    before, wrong = state(), []
    for role, client in people:
        for name, url in urls.items():
            if role not in RIGHTS[RIGHT_OF_PAGE[name]]:
                code = client.post(url, POSTED).status_code
                if code != 403 and (code != READ_ONLY or name in DONE_BY_POST):
                    wrong.append((role, name, code))
    assert wrong == []
    assert changed(before) == []


def test_nobody_gets_in_without_signing_in(urls: dict[str, str]) -> None:
    client, wrong = Client(), []
    for name, url in urls.items():
        for response in (client.get(url), client.post(url)):
            if response.status_code != 302 or not response.headers["Location"].startswith(DOOR):
                wrong.append((name, response.status_code))
    assert wrong == []


def test_a_closed_account_stays_outside(urls: dict[str, str]) -> None:
    gone = User.objects.create_user("gone@example.org", name="Gone", roles=[Role.ADMIN], is_active=False)
    client = Client()
    client.force_login(gone)
    assert [name for name, url in urls.items() if client.get(url).status_code != 302] == []


def test_what_asks_for_no_right_answers_as_written_down(loaded: User) -> None:
    wrong = []
    for one in ALL:
        if one.name not in NO_RIGHT:
            continue
        outside, inside = Client(raise_request_exception=False), Client(raise_request_exception=False)
        inside.force_login(loaded)
        for client, expected in zip((outside, inside), NO_RIGHT[one.name], strict=True):
            response = client.get(one.url)
            place = response.headers.get("Location", "").partition("?")[0]
            got: int | str = place or response.status_code
            if isinstance(expected, str) and place.startswith(expected) and expected.endswith("key/"):
                got = expected  # further down, where the secret is kept in the session
            if got != expected:
                wrong.append((one.name, "inside" if client is inside else "outside", got, expected))
    assert wrong == []


class Caller:
    """A program with a key of its own."""

    def __init__(self, role: Role, scope: Scope, user: User) -> None:
        _key, secret = create_api_key(actor=user, user=user, name=str(scope), scope=scope)
        self.role, self.scope = role, scope
        self.client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})

    def may(self, method: str, path: str) -> bool:
        """After the table, and the scope of the key."""
        writes = method != "GET"
        right = RIGHT_OF_OPERATION[method, path]
        return self.role in RIGHTS[right] and (self.scope == Scope.WRITE or not writes)

    def call(self, method: str, path: str) -> int:
        url = operated(path) + QUERY.get(path, "") * (method == "GET")
        return self.client.generic(method, url, b"{}", content_type="application/json").status_code


def callers() -> list[Caller]:
    """Of each role one who may only read, and one who may write."""
    return [Caller(role, scope, user) for role in Role for user in [only(role)[0]] for scope in Scope]


def test_each_key_does_what_its_role_and_scope_allow(loaded: User) -> None:
    wrong = []
    for caller in callers():
        for method, path in RIGHT_OF_OPERATION:
            if caller.may(method, path):
                with transaction.atomic():
                    code = caller.call(method, path)
                    transaction.set_rollback(True)
                roles, refused = BY_OPERAND.get((method, path), (set(Role), 0))
                expected = {200} if method == "GET" else DONE
                if code not in (expected if caller.role in roles else {refused}):
                    wrong.append((caller.role, caller.scope, method, path, code))
    assert wrong == []


def test_a_refused_call_changes_nothing(loaded: User) -> None:
    found = callers()
    before, wrong = state(), []
    for caller in found:
        for method, path in RIGHT_OF_OPERATION:
            if not caller.may(method, path) and (code := caller.call(method, path)) != 403:
                wrong.append((caller.role, caller.scope, method, path, code))
    assert wrong == []
    assert set(changed(before)) <= {"accounts_apikey", "accounts_keyuse"}  # when, and how often it was used


def test_without_a_key_or_with_a_wrong_one_nobody_calls(loaded: User) -> None:
    wrong = []
    for headers in ({}, {"Authorization": "Bearer cxm_made-up"}):
        client = Client(headers=headers)
        for method, path in [*RIGHT_OF_OPERATION, ("GET", "/api/v1/openapi.json")]:
            if client.generic(method, operated(path)).status_code != 401:
                wrong.append((method, path, bool(headers)))
    assert wrong == []
