"""The socket of results: a room above has a page of its own for the waves of one use.

A room registers in its own `panels.py`:

    RESULT_PAGES.register(ResultPage(
        code=Use.ASSESSMENT, url_name="assessment:results", permission=VIEW, decide=decide,
    ))

What the guard has said it never takes back, so the order in which it is asked matters: `decide` asks it for everything
that the page shows, before anything else is asked of a closed wave.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from cxm.accounts.models import User
from cxm.kit.access import Permission
from cxm.kit.registry import Registry
from surveys.questionnaires.guard import has_spoken
from surveys.questionnaires.models import Wave


@dataclass(frozen=True, kw_only=True)
class ResultPage:
    """The page of another room for the results of closed waves; `code` is the use of their questionnaires."""

    code: str
    url_name: str
    permission: Permission
    decide: Callable[[Wave], None]


RESULT_PAGES: Registry[ResultPage] = Registry("page of results")


def page_of(wave: Wave) -> ResultPage | None:
    """The page that another room has for this wave, once it is closed."""
    return RESULT_PAGES.get(wave.questionnaire.use) if wave.closed_at else None


def address_of(wave: Wave, user: User) -> str:
    """Where this reader finds the results of a wave."""
    page = page_of(wave)
    name = page.url_name if page and user.may(page.permission) else "questionnaires:results"
    return reverse(name, args=[wave.pk])


def decide_first(wave: Wave) -> None:
    """Before anything is asked of a wave: what its own page shows comes first."""
    page = page_of(wave)
    if page and not has_spoken(wave):
        page.decide(wave)
