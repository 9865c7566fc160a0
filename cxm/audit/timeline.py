"""Events and field changes of one object on one line of time."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cxm.audit.models import Entry
from cxm.audit.permissions import ABOUT, VIEW
from cxm.audit.versions import Change, Version, versions_of
from cxm.kit.access import PERMISSIONS

if TYPE_CHECKING:
    from cxm.accounts.models import User

LIMIT = 50


@dataclass
class Moment:
    """Something that happened to an object, with the fields that changed by it."""

    at: datetime
    sentence: SafeString
    changes: list[Change] = field(default_factory=list)


def find(user: "User", label: str, pk: int) -> models.Model | None:
    """The object, if this user may know its history: he sees the object, and holds the right its model names."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model._base_manager.filter(pk=pk).first() if may_know(user, model, pk) else None


def may_know(user: "User", model: type[models.Model], pk: int) -> bool:
    """Whether the user may see the history of this object.

    A model may name a right in `HISTORY_PERMISSION`. Without `visible_to()` only the right to the whole history helps.
    """
    if user.may(VIEW):
        return True
    named = getattr(model, "HISTORY_PERMISSION", "")
    manager: Any = model._default_manager
    if (
        not user.may(ABOUT)
        or (named and not user.may(PERMISSIONS[named]))
        or not hasattr(manager, "visible_to")
    ):
        return False
    return bool(manager.visible_to(user).filter(pk=pk).exists())


def timeline(target: models.Model) -> list[Moment]:
    """The newest moments of an object first, without the reads, which would drown the rest.

    A version belongs to the event of its transaction: both bear the moment at which that began.
    """
    found = list(Entry.objects.about(target).events().select_related("actor")[:LIMIT])
    moments = [Moment(entry.at, entry.sentence()) for entry in found]
    homes = {  # of several events of one transaction the first one, since events come newest first
        entry.began_at: moment for entry, moment in zip(found, moments, strict=True)
    }
    for version in versions_of(target, limit=LIMIT):
        if home := homes.get(version.at):
            home.changes += version.changes
        elif version.changes or not found:
            moments.append(Moment(version.at, sentence_of(version), changes=version.changes))
    return sorted(moments, key=lambda moment: moment.at, reverse=True)[:LIMIT]


def sentence_of(version: Version) -> SafeString:
    """What happened, where only the fields tell it."""
    words = {
        "insert": _("{actor} made the entry"),
        "update": _("{actor} changed fields"),
        "delete": _("{actor} deleted the entry"),
    }
    return format_html(words[version.kind], actor=version.actor or _("The system"))
