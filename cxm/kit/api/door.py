"""What the API wants to know about who calls. The tables behind it are those of a room (`cxm.accounts`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.http import HttpRequest
from django.http.response import HttpResponseBase

if TYPE_CHECKING:
    from cxm.accounts.models import User


class ApiRequest(HttpRequest):
    """A request behind the door: somebody has shown who he is, and may do this."""

    user: "User"


@dataclass(frozen=True)
class Caller:
    """Who calls, and whether he may write."""

    user: "User"
    may_write: bool
    key: Any = None  # the API key; None for a person in the browser


class Door(Protocol):
    """Lets callers in, counts their requests, remembers their answers."""

    def enter(self, request: HttpRequest) -> Caller:
        """Who calls. Raises Problem 401 for who does not say it, 403 for a request forged in a browser."""
        ...

    def wait(self, caller: Caller) -> int:
        """Count the request; seconds to wait if there were too many, else 0."""
        ...

    def once(
        self, request: HttpRequest, caller: Caller, key: str, run: Callable[[], HttpResponseBase]
    ) -> HttpResponseBase:
        """Run a writing request, or answer as it was answered before."""
        ...
