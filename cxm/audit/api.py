"""The history, for other systems."""

from datetime import datetime
from html import unescape
from typing import Annotated, Any

from django.utils.html import strip_tags
from ninja import Field, Query, Schema

from cxm.audit.models import Entry
from cxm.audit.permissions import VIEW
from cxm.kit.api import ApiRequest, Number, Page, PageQuery, Router, page_of

router = Router(tags=["History"])

Code = Annotated[str, Field(max_length=80, pattern=r"^[a-z_.]*$")]


class EntryOut(Schema):
    """One event. `sentence` says it in plain words, `data` with the values that it was recorded with."""

    id: int
    at: datetime
    verb: str
    sentence: str
    actor: int | None = Field(None, alias="actor_id")
    target_type: str
    target_id: int | None
    label: str
    data: dict[str, Any]
    is_read: bool

    @staticmethod
    def resolve_sentence(entry: Entry) -> str:
        """Without markup."""
        return unescape(strip_tags(entry.sentence()))


class EntriesQuery(PageQuery):
    """Which events."""

    since: datetime | None = Field(None, description="From this moment on.")
    until: datetime | None = Field(None, description="Before this moment.")
    verb: Code = Field("", examples=["organisation.person.created"])
    actor: Number | None = Field(None, description="Number of the account that did it.")
    target_type: Code = Field("", examples=["organisation.person"])
    target_id: Number | None = None
    reads: bool = Field(False, description="Also who read personal data.")


@router.get("/entries", response=Page[EntryOut], permission=VIEW)
def list_entries(request: ApiRequest, at: Query[EntriesQuery]) -> Any:
    """Everything that happened, in the order in which it was written down."""
    entries = Entry.objects.select_related("actor")
    wanted = {
        "at__gte": at.since,
        "at__lt": at.until,
        "verb": at.verb,
        "actor": at.actor,
        "target_type": at.target_type,
        "target_id": at.target_id,
    }
    entries = entries.filter(**{name: value for name, value in wanted.items() if value not in (None, "")})
    return page_of(entries if at.reads else entries.events(), at)
