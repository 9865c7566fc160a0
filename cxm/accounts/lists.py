"""List pages of this room."""

from datetime import UTC, datetime

from django.db.models import Case, CharField, F, Func, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cxm.accounts.choices import USERS_EXPORTED
from cxm.accounts.filters import InvitationFilter, KeyFilter, UserFilter
from cxm.accounts.models import ApiKey, Invitation, User
from cxm.accounts.permissions import API_KEYS, MANAGE
from cxm.audit.actions import record
from cxm.kit.access import Role
from cxm.kit.icons import icon
from cxm.kit.lists import BulkAction, Column, Empty, Link, ListPage
from cxm.kit.numbers import Formats

LONG_AGO = Value(datetime(1970, 1, 1, tzinfo=UTC))


def words(*fields: str) -> Func:
    """Several fields as one text to search in, without case and accents."""
    parts = [part for field in fields for part in (F(field), Value(" "))]
    return Func(Concat(*parts, output_field=CharField()), function="cxm_sort_key", output_field=TextField())


def role_names(roles: list[str]) -> str:
    """Roles as people call them."""
    return ", ".join(str(Role(role).label) for role in roles)


def state_cell(on: bool, yes: str, no: str) -> SafeString:
    """A state as icon and word."""
    return format_html(
        '<span class="text-nowrap">{} {}</span>', icon("circle-check" if on else "ban"), yes if on else no
    )


def moment_cell(moment: datetime | None, formats: Formats) -> SafeString:
    """Day and time on one line."""
    return format_html('<span class="text-nowrap">{}</span>', formats.moment(moment))


class UserList(ListPage[User]):
    """All accounts."""

    key = "accounts.users"
    title = _("Users")
    help_topic = "accounts"
    columns = (
        Column("name", _("Name"), value=lambda u: u.name, sort="name_sort", link=True, width=30),
        Column("email", _("E-mail"), value=lambda u: u.email, sort="email", width=34),
        Column("roles", _("Roles"), value=lambda u: role_names(u.roles), width=40, wide=True),
        Column(
            "last_login",
            _("Last sign-in"),
            value=lambda u: u.last_login,
            html=lambda u, f: moment_cell(u.last_login, f),
            sort=Coalesce("last_login", LONG_AGO),
        ),
        Column(
            "account",
            _("Account"),
            value=lambda u: _now("Open") if u.is_active else _now("Closed"),
            html=lambda u, f: state_cell(u.is_active, _now("Open"), _now("Closed")),
            sort=Case(When(is_active=True, then=0), default=1),
        ),
        Column("language", _("Language"), value=lambda u: u.get_language_display(), shown=False),
        Column("created", _("Since"), value=lambda u: u.created_at, sort="created_at", shown=False),
    )
    filterset = UserFilter
    search_field = "words"
    search_hint = _("Search name or e-mail")
    default_sort = "name"
    bulk = (
        BulkAction("role", _("Give a role…"), "accounts:users_role", MANAGE, icon="user-shield"),
        BulkAction("close", _("Close accounts…"), "accounts:users_close", MANAGE, "user-off", danger=True),
    )
    create = Link(_("Invite somebody"), "accounts:invite", MANAGE, icon="user-plus")
    links = (Link(_("Invitations"), "accounts:invitations", MANAGE, icon="mail", primary=False),)
    export = MANAGE
    empty = Empty(_("No users"), _("Invite the people who work with cxm."), "users")

    def base(self) -> QuerySet[User]:
        """All accounts."""
        users: QuerySet[User] = User.objects.annotate(words=words("name", "email"))
        return users

    def taken_out(self) -> None:
        """Who took how many users out is a read of personal data."""
        data = {"count": self.matching().count(), "query": self.state}
        record(USERS_EXPORTED, actor=self.request.user, data=data)


class InvitationList(ListPage[Invitation]):
    """All invitations."""

    key = "accounts.invitations"
    title = _("Invitations")
    help_topic = "accounts"
    columns = (
        Column("name", _("Name"), value=lambda i: i.name, link=True, sort="name", width=30),
        Column("email", _("E-mail"), value=lambda i: i.email, sort="email", width=34),
        Column("roles", _("Roles"), value=lambda i: role_names(i.roles), width=40),
        Column("state", _("State"), value=lambda i: i.state_label),
        Column("expires", _("Valid until"), value=lambda i: i.expires_at, sort="expires_at"),
        Column("sent", _("Sent"), value=lambda i: i.created_at, sort="created_at"),
        Column("by", _("Invited by"), value=lambda i: i.invited_by.name if i.invited_by else None),
    )
    filterset = InvitationFilter
    search_field = "words"
    search_hint = _("Search name or e-mail")
    default_sort = "-sent"
    create = Link(_("Invite somebody"), "accounts:invite", MANAGE, icon="user-plus")
    export = MANAGE
    empty = Empty(
        _("No invitations yet"), _("An invitation is a link by e-mail; it works once, for 14 days."), "mail"
    )

    def base(self) -> QuerySet[Invitation]:
        """All invitations."""
        return Invitation.objects.select_related("invited_by").annotate(words=words("name", "email"))


class KeyList(ListPage[ApiKey]):
    """API keys: one's own, or all for who maintains users."""

    key = "accounts.api_keys"
    title = _("API keys")
    help_topic = "api"
    columns = (
        Column("name", _("Name"), value=lambda k: k.name, sort="name", link=True),
        Column("prefix", _("Begins with"), value=lambda k: f"{k.prefix}…"),
        Column("user", _("Acts for"), value=lambda k: k.user.name, sort="user__name_sort"),
        Column("scope", _("Scope"), value=lambda k: k.get_scope_display()),
        Column(
            "state",
            _("State"),
            value=lambda k: _now("Valid") if k.is_valid else _now("No longer valid"),
            html=lambda k, f: state_cell(k.is_valid, _now("Valid"), _now("No longer valid")),
        ),
        Column("expires", _("Valid until"), value=lambda k: k.expires_at),
        Column(
            "last_used",
            _("Last used"),
            value=lambda k: k.last_used_at,
            html=lambda k, f: moment_cell(k.last_used_at, f),
            sort=Coalesce("last_used_at", LONG_AGO),
        ),
        Column("created", _("Made"), value=lambda k: k.created_at, sort="created_at", shown=False),
    )
    filterset = KeyFilter
    search_field = "words"
    search_hint = _("Search keys")
    default_sort = "name"
    create = Link(_("New API key"), "accounts:api_key_new", API_KEYS)
    links = (Link(_("How the API works"), "api:docs", API_KEYS, icon="api", primary=False),)
    export = API_KEYS
    empty = Empty(
        _("No API keys yet"), _("With a key another system reads or writes through the API."), "key"
    )

    def base(self) -> QuerySet[ApiKey]:
        """The keys that this person may see."""
        return (
            ApiKey.objects.visible_to(self.request.user)
            .select_related("user")
            .annotate(words=words("name", "prefix", "user__name"))
        )
