"""The system check that finds a view which says nothing about who may enter."""

from collections.abc import Iterator
from types import ModuleType

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path
from django.views.decorators.http import require_GET

from cxm.kit.access import EVERYONE, PERMISSIONS, Permission, public, requires
from cxm.kit.checks import every_view_says_who_may_enter

ENTER = PERMISSIONS.get("tests.enter") or Permission(code="tests.enter", label="x", roles=EVERYONE)


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.fixture
def planted() -> Iterator[ModuleType]:
    """A url table with an open door in it."""
    table = ModuleType("planted_urls")
    table.urlpatterns = [  # type: ignore[attr-defined]
        path("forgotten/", require_GET(view)),
        path("guarded/", require_GET(requires(ENTER)(view))),
        path("open/", require_GET(public(view))),
    ]
    with override_settings(ROOT_URLCONF=table):
        yield table


def test_a_view_without_a_word_about_who_may_enter_is_found(planted: ModuleType) -> None:
    found = every_view_says_who_may_enter(None)
    assert [(error.id, error.msg) for error in found] == [
        ("cxm.E001", "The view of 'forgotten/' says nothing about who may enter.")
    ]


def test_every_view_of_ours_says_it() -> None:
    assert every_view_says_who_may_enter(None) == []
