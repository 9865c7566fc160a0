"""The fixed words of notices, and the register of what people may be told."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxm.audit.choices import Verb
from cxm.kit.registry import Registry


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """A sort of notice, declared in a room's `choices.py`; `default` says if it comes to who never chose."""

    code: str
    label: str | Promise
    default: bool = True

    def __post_init__(self) -> None:
        KINDS.register(self)


KINDS: Registry[NoticeKind] = Registry("kind of notice")

# What happens in the rooms below this one, which therefore cannot tell it themselves.
ROLES_CHANGED = NoticeKind(code="accounts.roles_changed", label=_("My roles were changed"))
INVITATION_ACCEPTED = NoticeKind(
    code="accounts.invitation_accepted", label=_("Somebody I invited has joined")
)
IMPORT_ENDED = NoticeKind(code="imports.ended", label=_("An import that I started has ended"))
STAND_IN = NoticeKind(code="organisation.stand_in", label=_("I stand in for somebody"))

BRAND_PUBLISHED = NoticeKind(
    code="organisation.brand_published", label=_("Vision and brand have a new version")
)
BRAND_ASKED = NoticeKind(code="organisation.brand_asked", label=_("I am asked to publish vision and brand"))
BRAND_REMINDER = NoticeKind(
    code="organisation.brand_reminder", label=_("I have not confirmed vision and brand yet")
)


class Rhythm(TextChoices):
    """How often unread notices come by e-mail."""

    DAILY = "daily", _("Every day at 7 a.m.")
    WEEKLY = "weekly", _("Mondays at 7 a.m.")
    OFF = "off", _("Never")


class MailState(TextChoices):
    """Where a mail is on its way."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    GIVEN_UP = "given_up", _("Given up")
    WITHDRAWN = "withdrawn", _("Withdrawn")


MAIL_SENT_AGAIN = Verb("notices.mail.sent_again", _("{actor} sent the mail “{label}” again"))
MAIL_WITHDRAWN = Verb("notices.mail.withdrawn", _("{actor} withdrew the mail “{label}”"))
MAIL_READ = Verb("notices.mail.read", _("{actor} read the mail “{label}”"), about_people=True)
PREFERENCES_CHANGED = Verb("notices.preferences.changed", _("{actor} changed which notices come and how"))
