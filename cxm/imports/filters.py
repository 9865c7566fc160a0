"""Filters of the list of imports."""

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from cxm.imports.choices import State
from cxm.imports.models import ImportRun
from cxm.kit.importers import IMPORTERS


def kinds() -> list[tuple[str, Any]]:
    """All kinds of lists."""
    return [(importer.code, importer.label) for importer in IMPORTERS]


class RunFilter(filters.FilterSet):  # type: ignore[misc]  # the library is not typed
    """By kind and state."""

    importer = filters.ChoiceFilter(label=_("List of"), choices=kinds)
    state = filters.MultipleChoiceFilter(label=_("State"), choices=State.choices)

    class Meta:
        model = ImportRun
        fields = ("importer", "state")
