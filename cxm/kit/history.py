"""Field history by database triggers: every insert, update and delete, also in bulk and by hand in SQL."""

from collections.abc import Callable

import pghistory
from django.db.models import Model


def track_history[M: type[Model]](*exclude: str) -> Callable[[M], M]:
    """Class decorator: keep each version of a row in an append-only event table. Generated columns are left out."""

    def decorate(model: M) -> M:
        generated = [field.name for field in model._meta.local_fields if field.generated]
        tracked: M = pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=[*exclude, *generated],
        )(model)
        return tracked

    return decorate
