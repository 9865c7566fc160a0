"""The fixed words of the inventory."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
    PRINT = "print", _("Print")
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
    OWNED = 3, _("Owned")
    TRAINED = 4, _("Trained")
    MEASURED = 5, _("Measured")
    IMPROVED = 6, _("Improved")
