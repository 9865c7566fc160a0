"""Small makers with keyword overrides; each makes one valid thing."""

from itertools import count
from typing import Any

from cxm.organisation.models import Person
from touchpoints.inventory.models import Channel, ContentItem, System, Touchpoint

_number = count(1)


def make_person(*, name: str = "", **fields: Any) -> Person:
    """Somebody without an account."""
    return Person.objects.create(name=name or f"Person {next(_number)}", **fields)


def make_touchpoint(*, name: str = "", **fields: Any) -> Touchpoint:
    """A touchpoint with nothing but a name."""
    touchpoint = Touchpoint.objects.create(name=name or f"Touchpoint {next(_number)}", **fields)
    touchpoint.refresh_from_db()  # generated columns
    return touchpoint


def make_channel(*, name: str = "", **fields: Any) -> Channel:
    """A channel of one's own."""
    number = next(_number)
    return Channel.objects.create(
        code=f"channel_{number}", name_de=name or f"Kanal {number}", position=1000 + number, **fields
    )


def make_system(*, name: str = "", **fields: Any) -> System:
    """A system that serves nothing yet."""
    return System.objects.create(name=name or f"System {next(_number)}", **fields)


def make_content(*, title: str = "", **fields: Any) -> ContentItem:
    """A piece of content that is used nowhere yet."""
    return ContentItem.objects.create(title=title or f"Text {next(_number)}", **fields)
