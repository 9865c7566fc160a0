"""The list of questionnaires."""

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cxm.kit.icons import icon
from cxm.kit.lists import Column, Empty, Link, ListPage
from cxm.kit.numbers import Formats
from surveys.questionnaires.choices import Identity
from surveys.questionnaires.filters import QuestionnaireFilters
from surveys.questionnaires.models import Questionnaire, Version, Wave
from surveys.questionnaires.permissions import MANAGE, VIEW


def with_versions(rows: QuerySet[Questionnaire]) -> QuerySet[Questionnaire]:
    """With the numbers of the valid version and of the draft (0: none), and how many waves there are."""
    versions = Version.objects.filter(questionnaire=OuterRef("pk")).order_by()
    waves = Wave.objects.filter(questionnaire=OuterRef("pk")).order_by().values("questionnaire")
    return rows.annotate(
        valid_number=Coalesce(Subquery(versions.published().values("number")[:1]), 0),
        draft_number=Coalesce(Subquery(versions.draft().values("number")[:1]), 0),
        waves_count=Coalesce(Subquery(waves.annotate(n=Count("pk")).values("n")), 0),
        open_count=Coalesce(
            Subquery(
                waves.annotate(n=Count("pk", filter=Q(opened_at__isnull=False, closed_at=None))).values("n")
            ),
            0,
        ),
        shown_identity=Coalesce(
            Subquery(versions.order_by("-number").values("identity")[:1]), Value(""), output_field=CharField()
        ),
    )


def status_text(row: Questionnaire) -> str:
    """How far its versions are, in words."""
    valid, draft = row.valid_number, row.draft_number  # type: ignore[attr-defined]  # annotated
    parts = []
    if row.archived_at:
        parts.append(_("archived"))
    if valid:
        parts.append(_("version %(n)s is valid") % {"n": valid})
    elif not draft:
        parts.append(_("retired"))
    if draft:
        parts.append(_("version %(n)s is a draft") % {"n": draft})
    return ", ".join(parts)


def status_cell(row: Questionnaire, formats: Formats) -> SafeString:
    """The same with a sign."""
    name = "circle-check" if row.valid_number and not row.archived_at else "circle-dashed"  # type: ignore[attr-defined]
    return format_html('<span class="light">{}{}</span>', icon(name), status_text(row))


def waves_cell(row: Questionnaire, formats: Formats) -> str:
    """How many waves, and how many of them are open."""
    number = formats.count(row.waves_count)  # type: ignore[attr-defined]
    now = row.open_count  # type: ignore[attr-defined]
    return _("%(number)s, %(open)s open") % {"number": number, "open": formats.count(now)} if now else number


class QuestionnaireList(ListPage[Questionnaire]):
    """All questionnaires."""

    key = "questionnaires.questionnaires"
    title = gettext_lazy("Questionnaires")
    columns = (
        Column("name", gettext_lazy("Name"), value=lambda q: q.name, sort="name_sort", width=40, link=True),
        Column(
            "code", gettext_lazy("Code"), value=lambda q: q.code, sort="code", shown=False, phone=False
        ),
        Column("use", gettext_lazy("Used for"), value=lambda q: q.get_use_display(), sort="use"),
        Column(
            "status", gettext_lazy("Status"), value=status_text, html=status_cell, sort="valid_number", width=30
        ),
        Column(
            "identity",
            gettext_lazy("Who answered"),
            value=lambda q: Identity(q.shown_identity).label if q.shown_identity else "",
            sort="shown_identity",
        ),
        Column(
            "waves", gettext_lazy("Waves"), value=lambda q: q.waves_count, html=waves_cell, sort="waves_count",
            number=True,
        ),
        Column(
            "min_cell", gettext_lazy("Smallest group shown"), value=lambda q: q.min_cell, sort="min_cell",
            number=True, shown=False,
        ),
        Column(
            "created", pgettext_lazy("column", "Created"), value=lambda q: q.created_at, sort="created_at",
            shown=False,
        ),
    )  # fmt: skip
    default_sort = "name"
    filterset = QuestionnaireFilters
    search_field = "name_sort"
    search_hint = gettext_lazy("Search by name")
    create = Link(gettext_lazy("New questionnaire"), "questionnaires:new", MANAGE)
    links = (
        Link(gettext_lazy("Read a file"), "questionnaires:import", MANAGE, icon="file-import", primary=False),
    )
    export = VIEW
    empty = Empty(
        gettext_lazy("No questionnaires yet"),
        gettext_lazy(
            "Create the first one: a customer survey, a self-assessment, a quiz, or questions after a complaint."
        ),
        icon="forms",
    )
    help_topic = "questionnaires"

    def base(self) -> QuerySet[Questionnaire]:
        """All that this person may see."""
        return with_versions(Questionnaire.objects.visible_to(self.request.user))
