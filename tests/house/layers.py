"""The order of the rooms, lowest first; read by the tests about imports and foreign keys."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ORDER = (
    "cxm.kit",
    "cxm.audit",
    "cxm.accounts",
    "cxm.organisation",
    "cxm.imports",
    "cxm.notices",
    "touchpoints.inventory",
    "touchpoints.kpis",
    "touchpoints.dashboards",
    "surveys.questionnaires",
    "surveys.assessment",
    "surveys.training",
)

FACES = {"models", "actions", "kpis", "choices", "permissions"}
"""What of a room others may import. A package of that name counts as a whole."""

MORE_FACES = {
    "cxm.audit": {"memory"},  # what upper rooms keep until something happens: see decision 0008
    "cxm.organisation": {"panels"},  # the socket that upper rooms fill
    "touchpoints.inventory": {
        "forms_finding",
        "panels",
    },  # a field for a person; the socket that upper rooms fill
    "touchpoints.kpis": {
        "api",
        "coding",
        "facts",
        "figures",
        "freshness",
        "periods",
        "reads",
    },  # figures are read: see decision 0005
    "touchpoints.dashboards": {"paper"},  # the press that prints a sheet
    # A quiz is written, drawn and judged as every questionnaire is; results come through the guard; panels
    # is the socket of pages for results.
    "surveys.questionnaires": {
        "content",
        "disclosure",
        "filling",
        "guard",
        "logic",
        "measures",
        "panels",
        "sheet",
    },
}
"""What some rooms offer besides."""


def rank(module: str) -> int | None:
    """How high the room of a module stands; None for what is no room."""
    rooms = (number for number, room in enumerate(ORDER) if module == room or module.startswith(room + "."))
    return next(rooms, None)
