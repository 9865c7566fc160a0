"""The importer of touchpoint lists."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from cxm.imports.models import ImportRun
from cxm.kit.importers import Context, DoneRow, Draft, Importer, UndoRefusedError, Verdict
from touchpoints.inventory.actions.undoing import Brought, RefusedError, take_back
from touchpoints.inventory.imports.bringing import Bringing
from touchpoints.inventory.imports.checking import NEW, SKIP, UPDATE, Comparison
from touchpoints.inventory.imports.fields import FIELDS
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

    def check(self, drafts: Sequence[Draft], context: Context) -> None:
        """Compare with the inventory; see `checking.Comparison`."""
        Comparison(drafts, context).run()

    def apply(self, run: ImportRun, drafts: Sequence[Draft]) -> None:
        """Bring the rows in; see `bringing.Bringing`."""
        Bringing(run.user).bring(drafts)

    def undo(self, run: ImportRun, rows: Sequence[DoneRow]) -> None:
        """Take the rows back unless somebody has worked on them since."""
        brought = [
            Brought(row.target.pk, row.target.label, row.verdict == Verdict.NEW, row.memo) for row in rows
        ]
        try:
            take_back(brought=brought, actor=run.undone_by or run.user)
        except RefusedError as error:
            raise UndoRefusedError(error.reasons) from error
