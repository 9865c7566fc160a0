"""The rows that a bulk action is about."""

from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cxm.kit.http import Refusal

MOST = 10_000  # rows that may be ticked one by one; "all results" knows no limit


@dataclass(frozen=True)
class Selection[M: Model]:
    """Ticked rows, or all that match the filters; only such as the person may see."""

    rows: QuerySet[M]
    ids: tuple[int, ...]
    everything: bool
    query: str
    path: str = "/"

    @property
    def count(self) -> int:
        """How many rows are meant."""
        return self.rows.count()

    @property
    def hidden_fields(self) -> SafeString:
        """The selection as hidden inputs, for a form that asks for more before it acts; with the filters, so that
        it leads back to the same list."""
        fields = [("list", self.path), ("query", self.query)]
        if self.everything:
            fields.append(("all", "1"))
        else:
            fields += [("ids", str(pk)) for pk in self.ids]
        return format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)


def ticked(request: HttpRequest, back: str = "") -> tuple[int, ...]:
    """Ids of the ticked rows; what is no number is left out. Too many are refused, for a part was not asked for;
    then `back` (else the same page) is shown again."""
    ids = request.POST.getlist("ids")
    if len(ids) > MOST:
        raise Refusal(
            _("Nothing was done: more than 10,000 rows are selected. Narrow the list."), back or request.path
        )
    return tuple(int(pk) for pk in ids if pk.isascii() and pk.isdigit() and len(pk) < 19)


def path_of_list(request: HttpRequest) -> str:
    """The list from which a bulk action comes: a path of this house."""
    path = request.POST.get("list", "")
    inside = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if inside else "/"
