"""List pages: declare columns, filters and actions; search, sorting, saved views, export and paging come with it.

    class SystemList(ListPage[System]):
        key = "inventory.systems"
        title = _("Systems")
        columns = (
            Column("name", _("Name"), value=lambda s: s.name, sort="name_sort", link=True),
            Column("kind", _("Kind"), value=chosen("kind")),
            Column("touchpoints", _("Touchpoints"), value=lambda s: s.served, sort="served", number=True),
        )
        filterset = SystemFilter            # a django_filters.FilterSet
        search_field = "name_sort"          # a SortKey column; a SortKey of several fields for wider search
        default_sort = "name"               # key of a column, "-" before it for descending
        bulk = (BulkAction("archive", _("Archive"), "inventory:systems_archive", MANAGE, icon="archive"),)
        create = Link(_("New system"), "inventory:system_new", MANAGE)
        export = EXPORT                     # who may export; None: nobody
        empty = Empty(_("No systems yet"), _("Record the systems that serve your touchpoints."))

        def base(self) -> QuerySet[System]:
            return System.objects.filter(is_archived=False).annotate(served=Count("touchpoints"))

    @require_GET
    @requires(VIEW)
    def system_list(request: CxmRequest) -> HttpResponse:
        return SystemList(request).respond()

Everything a page shows is in its query string, so it can be linked, saved as a view and exported as it is:
`q`, the filters, `sort`, `cols`, and `after`/`before` (a cursor). A bulk action is a POST to its own view, which
reads the ticked rows, or all that match the filters, with `SystemList.selected(request)`.
"""

from cxm.kit.lists.columns import BulkAction, Column, Empty, Link, chosen
from cxm.kit.lists.page import ListPage
from cxm.kit.lists.selection import Selection

__all__ = ["BulkAction", "Column", "Empty", "Link", "ListPage", "Selection", "chosen"]
