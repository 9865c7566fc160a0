"""Every address of the app, and how a test reaches it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cxm.kit.access import Permission
from tests.house.samples import sample

PLACE = re.compile(r"<(?:\w+:)?(\w+)>")  # <int:pk> of a path, (?P<key>...) of a regular expression


@dataclass(frozen=True)
class Address:
    """One entry of the url tables; its name with the namespace, or its route if it has none."""

    name: str
    route: str
    pattern: URLPattern

    @property
    def permission(self) -> Permission | None:
        """The right that its view asks for."""
        return getattr(self.pattern.callback, "permission", None)

    @property
    def plain_route(self) -> str:
        """The route as the description of the API writes it."""
        return PLACE.sub(r"{\1}", self.route)

    @property
    def url(self) -> str:
        """The address with an object of the demo company in each place."""
        if self.pattern.name is None:
            return "/" + PLACE.sub("x", self.route)
        return reverse(
            self.name, kwargs={place: sample(self.name, place) for place in PLACE.findall(self.route)}
        )


def addresses(resolver: URLResolver | None = None, space: str = "", route: str = "") -> Iterator[Address]:
    """All of them, also those of packages."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{space}{entry.namespace}:" if entry.namespace else space, path)
        else:
            yield Address(space + entry.name if entry.name else path, path, entry)


ALL = list(addresses())
PAGES = [one for one in ALL if one.permission is not None]
"""Those whose views ask for a right."""
