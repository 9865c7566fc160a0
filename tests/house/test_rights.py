"""The written table of rights (`tests.house.rights`) and what the code declares are the same, for every address."""

from cxm.api import api
from cxm.kit.access import PERMISSIONS
from tests.house.addresses import ALL, PAGES
from tests.house.rights import DONE_BY_POST, LEADS_ON, NO_RIGHT, RIGHT_OF_OPERATION, RIGHT_OF_PAGE, RIGHTS


def test_every_right_is_held_by_the_roles_of_the_table() -> None:
    declared = {one.code: one.roles for one in PERMISSIONS if not one.code.startswith("tests.")}
    assert declared == RIGHTS


def test_every_page_asks_for_the_right_of_the_table() -> None:
    assert {one.name: one.permission.code for one in PAGES if one.permission} == RIGHT_OF_PAGE


def test_every_operation_of_the_api_asks_for_the_right_of_the_table() -> None:
    described = api.get_openapi_schema()["paths"]
    asked = {
        (method.upper(), path): operation["x-permission"]
        for path, methods in described.items()
        for method, operation in methods.items()
    }
    assert asked == RIGHT_OF_OPERATION


def test_every_other_address_is_written_down_with_what_it_answers() -> None:
    below = {path.removeprefix("/") for _method, path in RIGHT_OF_OPERATION}
    operations = {one.name for one in ALL if one.plain_route in below}
    assert {one.name for one in ALL} - {one.name for one in PAGES} - operations == set(NO_RIGHT)


def test_what_is_written_down_exists() -> None:
    assert (DONE_BY_POST | set(LEADS_ON)) - set(RIGHT_OF_PAGE) == set()
