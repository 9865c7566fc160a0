"""Reads a new order from a form: the ids as they lie now, and perhaps one that goes up or down."""

from django.http import QueryDict

from touchpoints.inventory.forms_landscape import ids_of


def moved(data: QueryDict) -> list[int]:
    """The order that is wanted: `ids` as dragged, with the one named by `up` or `down` moved by one place."""
    ids = ids_of(data.getlist("ids"))
    for name, step in (("up", -1), ("down", 1)):
        for pk in ids_of(data.getlist(name)[:1]):
            if pk in ids:
                at = ids.index(pk)
                to = min(max(at + step, 0), len(ids) - 1)
                ids.insert(to, ids.pop(at))
    return ids


def pressed(data: QueryDict) -> dict[str, int]:
    """Which button moved an entry, so that it keeps the focus: `focus_up` or `focus_down` with the entry's id."""
    return {f"focus_{name}": pk for name in ("up", "down") for pk in ids_of(data.getlist(name)[:1])}
