"""The list of touchpoints as a file with all fields; it imports again without change."""

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cxm.kit import tables
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest
from touchpoints.inventory import exports
from touchpoints.inventory.lists import TouchpointList
from touchpoints.inventory.permissions import EXPORT


@require_GET
@requires(EXPORT)
def export(request: CxmRequest) -> HttpResponseBase:
    """The touchpoints that the list's search and filters leave, as XLSX, or as CSV with `format=csv`."""
    query = request.GET.copy()
    kind = query.pop("format", ["xlsx"])[-1]
    page = TouchpointList(request, query)
    page.insist_on_filters(f"{reverse('inventory:list')}?{query.urlencode()}")
    rows, columns = exports.rows(page.matching()), exports.columns()
    name, language = f"touchpoints-{timezone.localdate():%Y-%m-%d}", request.user.language
    if kind == "csv":
        return StreamingHttpResponse(
            tables.write_csv(rows, columns, lang=language),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )
    book = tables.write_xlsx(rows, columns, lang=language, title=_("Touchpoints"))
    return FileResponse(book, as_attachment=True, filename=f"{name}.xlsx")
