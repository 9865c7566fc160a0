"""The rows that a bulk action is about."""

from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

MOST = 10_000  # rows in one bulk action


@dataclass(frozen=True)
class Selection[M: Model]:
    """Ticked rows, or all that match the filters; only such as the person may see."""

    rows: QuerySet[M]
    ids: tuple[int, ...]
    everything: bool
    query: str

    @property
    def count(self) -> int:
        """How many rows are meant."""
        return self.rows.count()

    @property
    def hidden_fields(self) -> SafeString:
        """The selection as hidden inputs, for a form that asks for more before it acts; with the filters, so that
        it leads back to the same list."""
        query = format_html('<input type="hidden" name="query" value="{}">', self.query)
        if self.everything:
            return query + mark_safe('<input type="hidden" name="all" value="1">')
        return query + format_html_join(
            "", '<input type="hidden" name="ids" value="{}">', ((pk,) for pk in self.ids)
        )


def ticked(request: HttpRequest) -> tuple[int, ...]:
    """Ids of the ticked rows; what is no number is left out."""
    return tuple(
        int(pk) for pk in request.POST.getlist("ids")[:MOST] if pk.isascii() and pk.isdigit() and len(pk) < 19
    )
