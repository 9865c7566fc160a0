"""The importer of touchpoint lists."""

from collections.abc import Iterable, Sequence

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cxm.imports.models import ImportRun
from cxm.kit.access import Role
from cxm.kit.importers import (
    Context,
    DoneRow,
    Draft,
    FollowUp,
    Importer,
    Progress,
    Reasons,
    UndoRefusedError,
    Verdict,
)
from cxm.organisation.models import Person
from touchpoints.inventory.actions.undoing import Brought, RefusedError, take_back
from touchpoints.inventory.imports.bringing import Bringing
from touchpoints.inventory.imports.checking import NEW, SKIP, UPDATE, Comparison
from touchpoints.inventory.imports.fields import FIELDS
from touchpoints.inventory.models import Touchpoint
from touchpoints.inventory.permissions import IMPORT


class TouchpointQuestions(forms.Form):
    """What to do with touchpoints that are there already, with doubles, and with marks without a reason."""

    existing = forms.ChoiceField(
        label=_("Touchpoints that are there already"),
        choices=(
            (UPDATE, _("Update what differs")),
            (SKIP, _("Leave them as they are")),
            (NEW, _("Record them once more, unless the code is the same")),
        ),
        initial=UPDATE,
        help_text=_("They are recognised by their code, else by name and channel."),
    )
    doubles = forms.ChoiceField(
        label=_("The same name and channel twice in the list"),
        choices=(("ask", _("Show me these rows")), ("both", _("Record both"))),
        initial="ask",
    )
    reason = forms.CharField(
        label=_("Reason where the list marks something but does not say why"),
        max_length=200,
        initial=_("Taken over from an imported list"),
        help_text=_("Moments of truth, pain points and best practice each need one."),
    )


class TouchpointImporter(Importer):
    """Lists of touchpoints, however messy; all rows at once, since rows may refer to one another."""

    code = "touchpoints"
    label = _("Touchpoints")
    description = _("Name, phase, channel, owners and whatever else you keep about your touchpoints.")
    permission = IMPORT
    icon = "map"
    list_url = "inventory:list"
    fields = FIELDS
    form = TouchpointQuestions
    chunk_size = 20_000
    invite_as = Role.OWNER

    def check(self, drafts: Sequence[Draft], context: Context) -> None:
        """Compare with the inventory; see `checking.Comparison`."""
        Comparison(drafts, context).run()

    def apply(self, run: ImportRun, drafts: Sequence[Draft], progress: Progress) -> None:
        """Bring the rows in; see `bringing.Bringing`."""
        Bringing(run.user, progress).bring(drafts)

    def people(self, run: ImportRun) -> Iterable[int]:
        """Owners whom only the list knew."""
        made = run.rows.filter(applied=True, memo__has_key="made").values_list("memo__made", flat=True)
        return [pk for things in made for pk in things.get(Person._meta.label_lower, ())]

    def follow_ups(self, run: ImportRun) -> Sequence[FollowUp]:
        """Touchpoints of the list for which nobody answers."""
        listed = run.rows.filter(included=True).exclude(target_pk=None).values("target_pk")
        count = Touchpoint.objects.orphaned().filter(pk__in=listed).count()
        if not count:
            return ()
        text = ngettext(
            "For {n} touchpoint of this list nobody is accountable.",
            "For {n} touchpoints of this list nobody is accountable.",
            count,
        )
        return [FollowUp(text.format(n=count), "user-x", _now("Without owner"), reverse("inventory:orphans"))]

    def undo(self, run: ImportRun, rows: Sequence[DoneRow]) -> Reasons:
        """Take the rows back unless somebody has worked on them since; says what stays."""
        brought = [
            Brought(row.target.pk, row.target.label, row.verdict == Verdict.NEW, row.memo) for row in rows
        ]
        try:
            return take_back(brought=brought, actor=run.undone_by or run.user)
        except RefusedError as error:
            raise UndoRefusedError(error.reasons) from error
