"""What stands in the side bar: names of pages, the right that shows them, an icon. Rooms are named by strings."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Item:
    """One link; it shows if the person holds the permission."""

    label: str | Promise
    url_name: str
    icon: str
    permission: str


@dataclass(frozen=True)
class Group:
    """A few links under a heading. It folds; `folded` says how it is until somebody has it otherwise."""

    code: str
    label: str | Promise
    items: tuple[Item, ...]
    folded: bool = False


NAVIGATION = (
    Group(
        "overview",
        _("Overview"),
        (
            Item(_("Sponsor page"), "dashboards:sponsor", "layout-dashboard", "dashboards.view"),
            Item(_("Journey phases"), "dashboards:phases", "route", "dashboards.view"),
            Item(_("KPIs"), "kpis:list", "chart-line", "kpis.view"),
            Item(_("Alarms"), "kpis:alarms", "alert-triangle", "kpis.view"),
            Item(_("Self-assessment"), "assessment:start", "clipboard-check", "assessment.view"),
            Item(_("Vision and brand"), "organisation:brand", "heart-handshake", "organisation.read_brand"),
        ),
    ),
    Group(
        "mine",
        _("For me"),
        (
            Item(_("My touchpoints"), "inventory:mine", "user-check", "inventory.view"),
            Item(_("My questionnaires"), "questionnaires:mine", "forms", "questionnaires.mine"),
            Item(_("My tasks"), "assessment:mine", "list-check", "assessment.tasks"),
            Item(_("My training"), "training:mine", "school", "training.mine"),
        ),
    ),
    Group(
        "touchpoints",
        _("Touchpoints"),
        (
            Item(_("Touchpoints"), "inventory:list", "map", "inventory.view"),
            Item(_("Phase × channel"), "inventory:matrix", "table", "inventory.view"),
            Item(_("Without owner"), "inventory:orphans", "alert-triangle", "inventory.view"),
            Item(_("Hand over"), "inventory:hand_over", "arrows-exchange", "inventory.assign"),
            Item(_("Reviews due"), "inventory:reviews", "clock", "inventory.view"),
            Item(_("Channels"), "inventory:channels", "world", "inventory.view"),
            Item(_("Systems"), "inventory:systems", "plug", "inventory.view"),
            Item(_("Content"), "inventory:contents", "news", "inventory.view"),
            Item(_("Phase models"), "inventory:phase_models", "columns", "inventory.view"),
        ),
    ),
    Group(
        "surveys",
        _("Surveys and training"),
        (
            Item(_("Questionnaires"), "questionnaires:list", "clipboard-list", "questionnaires.view"),
            Item(_("Waves"), "questionnaires:waves", "send", "questionnaires.view"),
            Item(_("Courses"), "training:courses", "books", "training.manage"),
        ),
    ),
    Group(
        "company",
        _("Company"),
        (
            Item(_("People"), "organisation:people", "users", "organisation.view"),
            Item(_("Units"), "organisation:units", "hierarchy", "organisation.view"),
            Item(_("Imports"), "imports:list", "file-spreadsheet", "imports.view"),
        ),
        folded=True,
    ),
    Group(
        "administration",
        _("Administration"),
        (
            Item(_("Users"), "accounts:users", "user", "accounts.manage"),
            Item(_("Rights"), "accounts:matrix", "shield-lock", "accounts.manage"),
            Item(_("API keys"), "accounts:api_keys", "key", "accounts.api_keys"),
            Item(_("Outgoing mail"), "notices:mails", "mail", "notices.mails"),
            Item(_("History"), "audit:list", "history", "audit.view"),
            Item(_("Company settings"), "organisation:company", "settings", "organisation.manage"),
        ),
        folded=True,
    ),
)
