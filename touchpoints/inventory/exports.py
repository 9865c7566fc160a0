"""Lists of touchpoints with all their fields, as files that import again without change."""

from collections.abc import Iterable, Iterator
from itertools import batched

from django.db.models import QuerySet

from cxm.kit.importers import IMPORTERS
from cxm.kit.tables import Column, Value
from touchpoints.inventory.imports.fields import FIELDS
from touchpoints.inventory.imports.records import Writer, records_of
from touchpoints.inventory.models import Touchpoint

PORTION = 1000  # touchpoints in memory at once
WIDTHS = {"code": 10, "name": 40, "description": 60, "ideal_experience": 60, "process": 60, "expectation": 40}


def columns() -> list[Column]:
    """The headings, in the language in force."""
    return [
        Column(str(column.title), WIDTHS.get(field.code, column.width))
        for field, column in zip(FIELDS, IMPORTERS["touchpoints"].columns(), strict=True)
    ]


def rows(touchpoints: QuerySet[Touchpoint]) -> Iterator[list[Value]]:
    """The touchpoints in order of their codes, read in portions."""
    writer = Writer()
    ids: Iterable[int] = list(touchpoints.order_by("code").values_list("pk", flat=True))
    for portion in batched(ids, PORTION, strict=False):
        records = records_of(portion)
        yield from (writer.row(records[pk]) for pk in portion if pk in records)
