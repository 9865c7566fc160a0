"""Questionnaires in versions, waves with their roll, answers."""

from surveys.questionnaires.models.questionnaire import (
    SMALLEST_CELL,
    Choice,
    Concept,
    Label,
    Question,
    Questionnaire,
    Version,
)
from surveys.questionnaires.models.response import Answer, Publication, Response
from surveys.questionnaires.models.wave import (
    KEEP_ADDRESSES,
    KEEP_DRAFTS,
    MOST_REMINDERS,
    Draft,
    Invitation,
    Wave,
    digest_of,
    new_token,
)

__all__ = [
    "KEEP_ADDRESSES",
    "KEEP_DRAFTS",
    "MOST_REMINDERS",
    "SMALLEST_CELL",
    "Answer",
    "Choice",
    "Concept",
    "Draft",
    "Invitation",
    "Label",
    "Publication",
    "Question",
    "Questionnaire",
    "Response",
    "Version",
    "Wave",
    "digest_of",
    "new_token",
]
