"""Phases, channels, systems and content; touchpoints; who answers for them; their standards and talk."""

from touchpoints.inventory.models.landscape import Channel, ContentItem, Interface, Phase, PhaseModel, System
from touchpoints.inventory.models.responsibility import Responsibility
from touchpoints.inventory.models.standard import Standard
from touchpoints.inventory.models.talk import Attachment, Comment, Review
from touchpoints.inventory.models.touchpoint import Touchpoint

__all__ = [
    "Attachment",
    "Channel",
    "Comment",
    "ContentItem",
    "Interface",
    "Phase",
    "PhaseModel",
    "Responsibility",
    "Review",
    "Standard",
    "System",
    "Touchpoint",
]
