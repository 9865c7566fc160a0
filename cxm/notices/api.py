"""One's own inbox, for other systems."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from ninja import Field, Path, Query, Schema

from cxm.kit.api import ApiRequest, Number, Page, PageQuery, Router, page_of
from cxm.notices.actions import read_notice
from cxm.notices.models import Notice
from cxm.notices.permissions import READ

router = Router(tags=["Notices"])


class NoticeOut(Schema):
    """A line of the inbox; `url` leads to what it is about."""

    id: int
    kind: str
    text: str
    url: str
    created_at: datetime
    read_at: datetime | None

    @staticmethod
    def resolve_url(notice: Notice) -> str:
        """With the address of this installation; empty if it leads nowhere."""
        return settings.SITE_URL + notice.url if notice.url.startswith("/") else notice.url


class InboxQuery(PageQuery):
    """Which notices."""

    unread: bool = Field(False, description="Only what is not read yet.")


@router.get("/inbox", response=Page[NoticeOut], permission=READ)
def list_notices(request: ApiRequest, at: Query[InboxQuery]) -> Any:
    """One's own notices, in the order in which they came."""
    notices = request.user.notices.unread() if at.unread else request.user.notices.all()
    return page_of(notices, at)


@router.post("/inbox/{int:pk}/read", response=NoticeOut, permission=READ)
def mark_as_read(request: ApiRequest, pk: Path[Number]) -> Any:
    """Mark a notice as read."""
    notice = get_object_or_404(request.user.notices, pk=pk)
    read_notice(user=request.user, notice=notice)
    notice.refresh_from_db()
    return notice
