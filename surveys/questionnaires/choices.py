"""The fixed words of questionnaires, and what is recorded of them."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, override, pgettext_lazy

from cxm.audit.choices import Verb
from cxm.kit.registry import Registry
from cxm.notices.choices import NoticeKind


class Use(TextChoices):
    """What a questionnaire is for."""

    CUSTOMER = "customer", _("Customer survey")
    ASSESSMENT = "assessment", _("Self-assessment")
    QUIZ = "quiz", _("Quiz")
    SATISFACTION = "satisfaction", _("Satisfaction after a complaint")


CUSTOMER_USES = (Use.CUSTOMER, Use.SATISFACTION)
"""Those that customers answer."""


class Identity(TextChoices):
    """Who can know who answered."""

    NAMED = "named", pgettext_lazy("answers", "With name")
    CONFIDENTIAL = "confidential", pgettext_lazy("answers", "Confidential")
    ANONYMOUS = "anonymous", pgettext_lazy("answers", "Anonymous")


class Status(TextChoices):
    """Where a version is in its life; it goes forward only."""

    DRAFT = "draft", pgettext_lazy("questionnaire", "Draft")
    PUBLISHED = "published", pgettext_lazy("questionnaire", "Published")
    RETIRED = "retired", pgettext_lazy("questionnaire", "Retired")


class Meaning(TextChoices):
    """What a question means that is asked in other words."""

    SAME = "same", _("It means the same: the trend goes on")
    NEW = "new", _("It means something else: its trend begins anew")


class Kind(TextChoices):
    """How a question is answered."""

    MATURITY = "maturity", _("Maturity, 0 to 4")
    NPS = "nps", _("Recommendation (NPS), 0 to 10")
    CSAT = "csat", _("Satisfaction (CSAT), 1 to 5")
    CES = "ces", _("Effort (CES), 1 to 7")
    LIKERT = "likert", _("Agreement, 1 to 5")
    SINGLE = "single", _("One of several")
    MULTIPLE = "multiple", _("Several of several")
    NUMBER = "number", pgettext_lazy("question", "Number")
    DATE = "date", _("Date")
    SHORT = "short", _("Short text")
    LONG = "long", _("Long text")


SCALES: dict[str, tuple[int, int]] = {
    Kind.MATURITY: (0, 4),
    Kind.NPS: (0, 10),
    Kind.CSAT: (1, 5),
    Kind.CES: (1, 7),
    Kind.LIKERT: (1, 5),
}
"""Lowest and highest step of the kinds that are scales."""

TOP_BOX = {Kind.CSAT: 4, Kind.CES: 5}
"""From which step on an answer counts as satisfied, or as easy; as the KPIs count them."""

CHOOSING = (Kind.SINGLE, Kind.MULTIPLE)
TEXTS = (Kind.SHORT, Kind.LONG)

LONGEST = {Kind.SHORT: 300, Kind.LONG: 5_000}
"""Characters of a text answer."""


class Slot(TextChoices):
    """Which text of a version, a question or a choice a label is."""

    TITLE = "title", _("Title")
    INTRO = "intro", _("Introduction")
    THANKS = "thanks", _("Thanks")
    TEXT = "text", _("Wording")
    HELP = "help", _("Explanation")
    LOW = "low", _("Words at the low end")
    HIGH = "high", _("Words at the high end")
    ANCHOR_0 = "anchor0", _("Anchor for 0")
    ANCHOR_1 = "anchor1", _("Anchor for 1")
    ANCHOR_2 = "anchor2", _("Anchor for 2")
    ANCHOR_3 = "anchor3", _("Anchor for 3")
    ANCHOR_4 = "anchor4", _("Anchor for 4")
    FEEDBACK = "feedback", _("Feedback on this answer")


ANCHORS = (Slot.ANCHOR_0, Slot.ANCHOR_1, Slot.ANCHOR_2, Slot.ANCHOR_3, Slot.ANCHOR_4)


@dataclass(frozen=True)
class Theme:
    """A theme that the house has a name for; a version keeps the code only. Rooms declare theirs in `choices.py`."""

    code: str
    name: str | Promise
    weighs: bool = True  # whether a wave gives it a weight

    def __post_init__(self) -> None:
        THEMES.register(self)


THEMES: Registry[Theme] = Registry("theme")
HEAVIEST = 3
"""The largest weight of a theme; 0 leaves it out."""


def theme_name(code: str) -> str:
    """The name of a theme in the reader's language; one of one's own as it was typed."""
    theme = THEMES.get(code)
    return str(theme.name) if theme else code


def weighs(code: str) -> bool:
    """Whether a wave gives this theme a weight; one's own ones always."""
    theme = THEMES.get(code)
    return theme is None or theme.weighs


def theme_code(said: str) -> str:
    """The code of the theme that goes by this name in one of our languages; else what was said."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            for theme in THEMES:
                if str(theme.name).casefold() == said.casefold():
                    return theme.code
    return said


class Step(TextChoices):
    """Where a wave is in its life."""

    PLANNED = "planned", pgettext_lazy("wave", "Planned")
    OPEN = "open", pgettext_lazy("wave", "Open")
    CLOSED = "closed", pgettext_lazy("wave", "Closed")


class Turnout(TextChoices):
    """How far somebody who was invited has come."""

    QUEUED = "queued", pgettext_lazy("invitation", "To be sent")
    SENT = "sent", pgettext_lazy("invitation", "Sent")
    STARTED = "started", pgettext_lazy("invitation", "Started")
    COMPLETED = "completed", pgettext_lazy("invitation", "Completed")
    OPTED_OUT = "opted_out", pgettext_lazy("invitation", "Does not want to take part")


class Group(TextChoices):
    """Respondent groups of an assessment: results are compared between them."""

    LEADERS = "leaders", _("Leaders")
    EMPLOYEES = "employees", _("Employees")


class Whom(TextChoices):
    """Who is invited when a wave opens."""

    EVERYBODY = "everybody", _("Everybody who works here now")
    UNITS = "units", _("The people of some units, with all that stands below them")
    ROLES = "roles", _("The people with some roles")
    NOBODY = "nobody", _("Nobody: by a link for many, or on paper")
    CUSTOMERS = "customers", _("The customers of a list")


class Leading(TextChoices):
    """Who counts as a leader."""

    LEADS = "leads", _("Whoever leads somebody")
    CHOSEN = "chosen", _("The people with these e-mail addresses")
    NOBODY = "nobody", _("Nobody: the groups are not compared")


INVITED = NoticeKind(code="questionnaires.invited", label=_("I am asked to fill in a questionnaire"))

QUESTIONNAIRE_CREATED = Verb("questionnaires.created", _("{actor} created the questionnaire {label}"))
QUESTIONNAIRE_CHANGED = Verb("questionnaires.changed", _("{actor} changed the questionnaire {label}"))
QUESTIONNAIRE_ARCHIVED = Verb("questionnaires.archived", _("{actor} archived the questionnaire {label}"))
QUESTIONNAIRE_RESTORED = Verb("questionnaires.restored", _("{actor} restored the questionnaire {label}"))
VERSION_DRAFTED = Verb("questionnaires.version.drafted", _("{actor} began version {version} of {label}"))
VERSION_CHANGED = Verb("questionnaires.version.changed", _("{actor} changed the draft of {label}"))
VERSION_DISCARDED = Verb("questionnaires.version.discarded", _("{actor} discarded the draft of {label}"))
VERSION_PUBLISHED = Verb(
    "questionnaires.version.published", _("{actor} published version {version} of {label}")
)
VERSION_RETIRED = Verb("questionnaires.version.retired", _("{actor} retired version {version} of {label}"))
WAVE_PLANNED = Verb("questionnaires.wave.planned", _("{actor} planned the wave {label}"))
WAVE_CHANGED = Verb("questionnaires.wave.changed", _("{actor} changed the wave {label}"))
WAVE_OPENED = Verb(
    "questionnaires.wave.opened",
    ngettext_lazy(
        "{actor} opened the wave {label} for {count} person",
        "{actor} opened the wave {label} for {count} people",
    ),
    counts="count",
)
WAVE_CLOSED = Verb(
    "questionnaires.wave.closed",
    ngettext_lazy(
        "The wave {label} was closed with {count} answer", "The wave {label} was closed with {count} answers"
    ),
    counts="count",
)
"""Data: count (answers), wave (id). Heard by rooms that work with results."""
WAVE_REMINDED = Verb(
    "questionnaires.wave.reminded",
    ngettext_lazy(
        "{count} person was reminded of the wave {label}", "{count} people were reminded of the wave {label}"
    ),
    counts="count",
)
CUSTOMERS_ADDED = Verb(
    "questionnaires.wave.customers",
    ngettext_lazy(
        "{actor} asked {count} more customer in the wave {label}",
        "{actor} asked {count} more customers in the wave {label}",
    ),
    counts="count",
)
ADDRESSES_ERASED = Verb(
    "questionnaires.wave.erased",
    ngettext_lazy(
        "Name and address of {count} customer of the wave {label} were erased",
        "Names and addresses of {count} customers of the wave {label} were erased",
    ),
    counts="count",
)
WAVE_LINKED = Verb("questionnaires.wave.linked", _("{actor} made a link for many to the wave {label}"))
COMPLETED = Verb("questionnaires.completed", _("{label}: an answer came in"))
"""Only of named and confidential answers. Data: wave, response (ids as text)."""
PAPER_ENTERED = Verb("questionnaires.paper", _("{actor} entered an answer on paper for {label}"))
RESULTS_READ = Verb(
    "questionnaires.results.read", _("{actor} read the results of {label}"), about_people=True
)
RESULTS_EXPORTED = Verb(
    "questionnaires.results.exported", _("{actor} exported the results of {label}"), about_people=True
)
