"""The words of history for phases, channels, systems and content, and what people are told about them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cxm.audit.choices import Verb
from cxm.notices.choices import NoticeKind

PHASE_MODEL_CREATED = Verb("inventory.phase_model.created", _("{actor} created the phase model {label}"))
PHASE_MODEL_CHANGED = Verb("inventory.phase_model.changed", _("{actor} changed the phase model {label}"))
PHASE_MODEL_DELETED = Verb("inventory.phase_model.deleted", _("{actor} deleted the phase model {label}"))
PHASE_ADDED = Verb("inventory.phase.added", _("{actor} added the phase {label} to {model}"))
PHASE_CHANGED = Verb("inventory.phase.changed", _("{actor} changed the phase {label}"))
PHASE_REMOVED = Verb("inventory.phase.removed", _("{actor} removed the phase {label} from {model}"))
PHASES_ORDERED = Verb("inventory.phase_model.ordered", _("{actor} changed the order of phases in {label}"))

CHANNEL_CREATED = Verb("inventory.channel.created", _("{actor} created the channel {label}"))
CHANNEL_CHANGED = Verb("inventory.channel.changed", _("{actor} changed the channel {label}"))
CHANNEL_ARCHIVED = Verb("inventory.channel.archived", _("{actor} archived the channel {label}"))
CHANNEL_RESTORED = Verb(
    "inventory.channel.restored", _("{actor} took the channel {label} out of the archive")
)
CHANNEL_MERGED = Verb(
    "inventory.channel.merged",
    ngettext_lazy(
        "{actor} merged the channel {merged} into {label} ({count} touchpoint)",
        "{actor} merged the channel {merged} into {label} ({count} touchpoints)",
    ),
    counts="count",
)
CHANNELS_ORDERED = Verb("inventory.channel.ordered", _("{actor} changed the order of channels"))

SYSTEM_CREATED = Verb("inventory.system.created", _("{actor} recorded the system {label}"))
SYSTEM_CHANGED = Verb("inventory.system.changed", _("{actor} changed the system {label}"))
SYSTEM_ARCHIVED = Verb("inventory.system.archived", _("{actor} archived the system {label}"))
SYSTEM_RESTORED = Verb("inventory.system.restored", _("{actor} took the system {label} out of the archive"))
SYSTEM_SERVES = Verb(
    "inventory.system.serves", _("{actor} changed which touchpoints the system {label} serves")
)
INTERFACE_ADDED = Verb("inventory.interface.added", _("{actor} added the interface {label}"))
INTERFACE_CHANGED = Verb("inventory.interface.changed", _("{actor} changed the interface {label}"))
INTERFACE_REMOVED = Verb("inventory.interface.removed", _("{actor} removed the interface {label}"))

CONTENT_CREATED = Verb("inventory.content.created", _("{actor} recorded the content {label}"))
CONTENT_CHANGED = Verb("inventory.content.changed", _("{actor} changed the content {label}"))
CONTENT_ARCHIVED = Verb("inventory.content.archived", _("{actor} archived the content {label}"))
CONTENT_RESTORED = Verb(
    "inventory.content.restored", _("{actor} took the content {label} out of the archive")
)

TOUCHPOINT_TAKEN_BACK = Verb(
    "inventory.touchpoint.taken_back", _("{actor} undid the import of the touchpoint {label}")
)

CONTENT_EXPIRES = NoticeKind(code="inventory.content_expires", label=_("Content that I look after runs out"))
