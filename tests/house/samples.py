"""An object of the demo company for each place in a url."""

from typing import Any

from django.apps import apps

# The room's object that `pk` means, by the name of the url: the longest prefix decides.
OBJECTS = {
    "accounts:": "accounts.User",
    "accounts:api_key": "accounts.ApiKey",
    "accounts:invitation": "accounts.Invitation",
    "accounts:view": "accounts.SavedView",
    "organisation:": "organisation.Person",
    "organisation:unit": "organisation.Unit",
    "organisation:absence": "organisation.Absence",
    "notices:": "notices.Notice",
    "notices:mail": "notices.OutgoingMail",
    "imports:": "imports.ImportRun",
    "inventory:": "inventory.Touchpoint",
    "inventory:comment_": "inventory.Comment",
    "inventory:channel": "inventory.Channel",
    "inventory:system": "inventory.System",
    "inventory:interface": "inventory.Interface",
    "inventory:content": "inventory.ContentItem",
    "inventory:phase_": "inventory.Phase",
    "inventory:phase_model": "inventory.PhaseModel",
    "kpis:": "kpis.KpiDefinition",
    "kpis:row": "kpis.Measurement",
    "kpis:alarm": "kpis.Alarm",
    "kpis:target_end": "kpis.Target",
    "kpis:touchpoint_panel": "inventory.Touchpoint",
    "questionnaires:preview": "questionnaires.Version",
    "questionnaires:paper": "questionnaires.Wave",
    "questionnaires:mine_open": "questionnaires.Invitation",
}

WORDS = {
    "topic": "start",
    "group": "identity",
    "slug": "x",
    "token": "x",
    "code": "awareness",
    "role": "owner",
    "kind": "x",
}


def sample(name: str, key: str) -> Any:
    """A value for the place `key` of the url `name`; 1 or a word where the demo has nothing."""
    if key in WORDS:
        return WORDS[key]
    label = max((p for p in OBJECTS if name.startswith(p)), key=len, default="")
    found = apps.get_model(OBJECTS[label])._default_manager.order_by("pk").first() if label else None
    return found.pk if found else 1
