"""The fixed words of the inventory."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cxm.audit.choices import Verb
from cxm.notices.choices import NoticeKind


class Status(TextChoices):
    """Where a touchpoint is in its own life."""

    PLANNED = "planned", _("Planned")
    ACTIVE = "active", pgettext_lazy("touchpoint", "Active")
    PHASING_OUT = "phasing_out", _("Being replaced")
    SHUT_DOWN = "shut_down", _("Shut down")


class Kind(TextChoices):
    """How customer and company meet."""

    PERSONAL = "personal", _("Personal")
    DIGITAL = "digital", _("Digital")
    PRINT = "print", pgettext_lazy("on paper", "Print")
    PRODUCT = "product", _("Product")


class Ownership(TextChoices):
    """Who controls the place of contact."""

    OWNED = "owned", _("Owned")
    PAID = "paid", _("Paid")
    EARNED = "earned", _("Earned")


class Verdict(TextChoices):
    """What customers live through here, in one word."""

    DISAPPOINTS = "disappoints", _("Disappoints")
    OKAY = "okay", _("Okay")
    DELIGHTS = "delights", _("Delights")


class Feeling(IntegerChoices):
    """How customers feel here, -2 to +2."""

    VERY_BAD = -2, _("very bad")
    BAD = -1, _("bad")
    NEUTRAL = 0, _("neutral")
    GOOD = 1, _("good")
    VERY_GOOD = 2, _("very good")


class Importance(IntegerChoices):
    """How much it matters, 1 to 5."""

    ONE = 1, _("1 – hardly")
    TWO = 2, _("2 – little")
    THREE = 3, _("3 – medium")
    FOUR = 4, _("4 – much")
    FIVE = 5, _("5 – decisive")


class Evidence(IntegerChoices):
    """How well we know what we write about a touchpoint."""

    ASSUMPTION = 0, _("Assumption")
    STAFF = 1, _("View of staff")
    SINGLE = 2, _("Single customers")
    QUALITATIVE = 3, _("Qualitative study")
    QUANTITATIVE = 4, _("Quantitative data")


class Part(TextChoices):
    """The part somebody plays at a touchpoint (RACI and deputy)."""

    ACCOUNTABLE = "accountable", _("Accountable")
    RESPONSIBLE = "responsible", _("Responsible")
    CONSULTED = "consulted", _("Consulted")
    INFORMED = "informed", _("Informed")
    DEPUTY = "deputy", _("Deputy")


class Maturity(IntegerChoices):
    """How far a touchpoint has come; each step needs the ones below it."""

    RECORDED = 1, _("Recorded")
    DESCRIBED = 2, _("Described")
    OWNED = 3, pgettext_lazy("maturity", "Owned")
    TRAINED = 4, _("Trained")
    MEASURED = 5, _("Measured")
    IMPROVED = 6, _("Improved")


# --- What happens to touchpoints ----------------------------------------------------------------------------
TOUCHPOINT_RECORDED = Verb("inventory.touchpoint.recorded", _("{actor} recorded the touchpoint {label}"))
TOUCHPOINT_CHANGED = Verb("inventory.touchpoint.changed", _("{actor} changed the touchpoint {label}"))
TOUCHPOINT_ARCHIVED = Verb("inventory.touchpoint.archived", _("{actor} archived the touchpoint {label}"))
TOUCHPOINT_RESTORED = Verb(
    "inventory.touchpoint.restored", _("{actor} took the touchpoint {label} out of the archive")
)
TOUCHPOINT_MERGED = Verb(
    "inventory.touchpoint.merged", _("{actor} merged {merged} into the touchpoint {label}")
)
TOUCHPOINT_SPLIT = Verb(
    "inventory.touchpoint.split", _("{actor} took the duplicate {merged} out of the touchpoint {label} again")
)
TOUCHPOINT_REVIEWED = Verb("inventory.touchpoint.reviewed", _("{actor} reviewed the touchpoint {label}"))

# --- Responsibility -----------------------------------------------------------------------------------------
ACCOUNTABLE_ASSIGNED = Verb(
    "inventory.responsibility.accountable", _("{actor} made {person} accountable for {label} from {since}")
)
PART_ASSIGNED = Verb(
    "inventory.responsibility.assigned", _("{actor} gave {person} a part at {label} from {since}")
)
ACCOUNTABLE_ENDED = Verb(
    "inventory.responsibility.accountable_ended",
    _("{actor} ended the accountability of {person} for {label} on {on}"),
)
PART_ENDED = Verb("inventory.responsibility.ended", _("{actor} ended a part of {person} at {label} on {on}"))
PLAN_WITHDRAWN = Verb(
    "inventory.responsibility.withdrawn", _("{actor} withdrew what was planned for {person} at {label}")
)
HANDED_OVER = Verb(
    "inventory.responsibility.handed_over",
    _("{actor} handed {label} over from {person} to {successor} on {on}"),
)
GAPS_LEFT = Verb("inventory.responsibility.gaps_left", _("Nobody is accountable from {since}: {names}"))

# --- Standards ----------------------------------------------------------------------------------------------
STANDARD_DRAFTED = Verb(
    "inventory.standard.drafted", _("{actor} started version {version} of the standard of {label}")
)
STANDARD_CHANGED = Verb(
    "inventory.standard.changed", _("{actor} changed the draft of the standard of {label}")
)
STANDARD_PUBLISHED = Verb(
    "inventory.standard.published", _("{actor} published version {version} of the standard of {label}")
)
STANDARD_DISCARDED = Verb(
    "inventory.standard.discarded", _("{actor} discarded the draft of the standard of {label}")
)

# --- Talk ---------------------------------------------------------------------------------------------------
COMMENTED = Verb("inventory.comment.written", _("{actor} commented on {label}"))
COMMENT_EDITED = Verb("inventory.comment.edited", _("{actor} changed a comment on {label}"))
COMMENT_REMOVED = Verb("inventory.comment.removed", _("{actor} took back a comment on {label}"))
FILE_ATTACHED = Verb("inventory.file.attached", _("{actor} attached {file} to {label}"))
FILE_REMOVED = Verb("inventory.file.removed", _("{actor} removed {file} from {label}"))

# --- What people are told -----------------------------------------------------------------------------------
GAP_NOTICE = NoticeKind(code="inventory.gap", label=_("A touchpoint has nobody who is accountable"))
LEAVING_NOTICE = NoticeKind(code="inventory.leaving", label=_("Somebody who answers for touchpoints leaves"))
PART_NOTICE = NoticeKind(code="inventory.part", label=_("I am given a part at a touchpoint"))
LOST_NOTICE = NoticeKind(code="inventory.lost", label=_("Somebody else answers for a touchpoint in my place"))
REVIEW_NOTICE = NoticeKind(code="inventory.review", label=_("A review of my touchpoints is due"))
MENTION_NOTICE = NoticeKind(code="inventory.mention", label=_("Somebody mentions me in a comment"))
COMMENT_NOTICE = NoticeKind(code="inventory.comment", label=_("Somebody comments on my touchpoint"))
STANDARD_NOTICE = NoticeKind(
    code="inventory.standard", label=_("The standard of my touchpoint was published")
)
