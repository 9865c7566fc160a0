"""Users and what belongs to them."""

import hashlib
import secrets
import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import JSONObject, Lower, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxm.accounts.choices import DEMO_DOMAIN
from cxm.kit.access import PERMISSIONS, Permission, Role
from cxm.kit.fields import SortKey
from cxm.kit.history import track_history


class Theme(models.TextChoices):
    """How the pages look."""

    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Language(models.TextChoices):
    """The languages in which cxm is complete; named in themselves."""

    DE = "de", "Deutsch"
    EN = "en", "English"


def usual_time_zone() -> str:
    """The time zone of new accounts: the installation's."""
    return str(settings.TIME_ZONE)


def usual_language() -> str:
    """The language of new accounts unless somebody chooses: the company's, which a room above this one keeps."""
    return str(import_string(settings.COMPANY_LANGUAGE)())


class UserQuerySet(models.QuerySet["User"]):
    """Reads of users."""

    def active(self) -> Self:
        """Who may sign in."""
        return self.filter(is_active=True)

    def with_grants(self) -> Self:
        """With the cells of the matrix for the user's roles, so that `permission_codes` needs no query."""
        place = models.Func(
            models.OuterRef("roles"), "role", function="array_position", output_field=models.IntegerField()
        )
        cells = RoleGrant.objects.annotate(place=place).filter(place__isnull=False)
        cell = JSONObject(permission="permission", role="role", granted="granted")
        return self.annotate(grants=ArraySubquery(cells.order_by().values(cell=cell)))

    def with_role(self, *roles: Role) -> Self:
        """Who holds at least one of the roles."""
        return self.filter(roles__overlap=list(roles))


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes users; the e-mail is the name to sign in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new user; without a password only invitations, e-mail codes and single sign-on let in."""
        user: User = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user


@track_history("password", "last_login")
class User(AbstractBaseUser):
    """Somebody who can sign in."""

    email = models.EmailField(
        _("E-mail"), unique=True, error_messages={"unique": _("This e-mail is in use already.")}
    )
    name = models.CharField(_("Name"), max_length=150)
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role), default=list, blank=True, verbose_name=_("Roles")
    )
    language = models.CharField(_("Language"), max_length=2, choices=Language, default=Language.DE)
    time_zone = models.CharField(_("Time zone"), max_length=64, default=usual_time_zone)
    theme = models.CharField(_("Appearance"), max_length=5, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField(_("May sign in"), default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    name_sort = SortKey("name")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ("name_sort", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="accounts_user_email_lower",
                violation_error_message=_("E-mail addresses are kept in lower case."),
            ),
            models.CheckConstraint(
                condition=models.Q(roles__contained_by=[role.value for role in Role]),
                name="accounts_user_roles",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:user", args=[self.pk])

    def may(self, permission: Permission) -> bool:
        """Whether one of the user's roles holds the permission, after the matrix of this installation."""
        return self.is_active and permission.code in self.permission_codes

    @property
    def may_enter(self) -> bool:
        """Whether the account is open. Those of the demo, whose password everybody knows, are so in the demo only."""
        return self.is_active and (settings.DEMO or not self.is_of_demo)

    @property
    def is_of_demo(self) -> bool:
        """Whether the account came with the demo company."""
        return self.email.endswith(f"@{DEMO_DOMAIN}")

    @cached_property
    def permission_codes(self) -> frozenset[str]:
        """All permissions of this user; one query, none if fetched `with_grants()`."""
        return permissions_of(self.roles, self.__dict__.get("grants"))

    def views_of(self, page: str) -> "models.QuerySet[SavedView]":
        """The user's own saved views of a list page, then those that others share."""
        own_first = models.Case(models.When(user=self, then=0), default=1)
        views = SavedView.objects.filter(models.Q(user=self) | models.Q(shared=True), page=page)
        return views.select_related("user").order_by(own_first, "name", "id")

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The user's time zone; the company's if the stored name is no longer known."""
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return zoneinfo.ZoneInfo(timezone.get_default_timezone_name())


def permissions_of(roles: list[str], cells: Iterable[Mapping[str, Any]] | None = None) -> frozenset[str]:
    """Codes of all permissions that the roles hold: declared defaults, changed by the cells of the matrix.

    One query, if the cells of these roles are not given.
    """
    if cells is None:
        cells = RoleGrant.objects.filter(role__in=roles).values("permission", "role", "granted")
    overrides = {(cell["permission"], cell["role"]): cell["granted"] for cell in cells}
    return frozenset(
        permission.code
        for permission in PERMISSIONS
        if any(overrides.get((permission.code, role), role in permission.roles) for role in roles)
    )


@track_history()
class RoleGrant(models.Model):
    """A cell of the matrix that differs from what the permission declares."""

    role = models.CharField(max_length=20, choices=Role)
    permission = models.CharField(max_length=80)
    granted = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["role", "permission"], name="accounts_rolegrant_once"),
        )

    def __str__(self) -> str:
        return f"{self.role} {'+' if self.granted else '-'}{self.permission}"


class SavedView(models.Model):
    """A list page as somebody wants to see it again: a name for its query string (filters, sort, columns)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=80)
    name = models.CharField(_("Name"), max_length=80)
    query = models.TextField(blank=True)
    shared = models.BooleanField(_("Visible to all"), default=False)
    is_default = models.BooleanField(_("Open with this view"), default=False)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["user", "page", "name"],
                name="accounts_savedview_name",
                violation_error_message=_("You have a view of this name already."),
            ),
            models.UniqueConstraint(
                fields=["user", "page"],
                condition=models.Q(is_default=True),
                name="accounts_savedview_default",
            ),
        )

    def __str__(self) -> str:
        return self.name


def hash_token(token: str) -> str:
    """What is stored of a secret: its SHA-256. The secrets are random (256 bits), so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Reads of invitations."""

    def pending(self) -> Self:
        """Neither accepted nor withdrawn; run out or not."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def open(self) -> Self:
        """Still usable: neither accepted nor run out nor withdrawn."""
        return self.pending().filter(expires_at__gt=timezone.now())

    def with_token(self, token: str) -> Self:
        """The one that this link belongs to."""
        return self.filter(token_hash=hash_token(token))


@track_history("token_hash")
class Invitation(models.Model):
    """A link by e-mail with which somebody makes an account; used once, for 14 days."""

    LIFE = timedelta(days=14)

    email = models.EmailField(_("E-mail"))
    name = models.CharField(_("Name"), max_length=150)
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list, verbose_name=_("Roles"))
    language = models.CharField(_("Language"), max_length=2, choices=Language, default=Language.DE)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")  # the link stays valid
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            # Two links for one address would make two accounts of it, of which one fails.
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="accounts_invitation_one_pending",
                violation_error_message=_("There is an open invitation for this e-mail already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def get_absolute_url(self) -> str:
        return reverse("accounts:invitation", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Still usable."""
        return not self.accepted_at and not self.withdrawn_at and self.expires_at > timezone.now()

    @property
    def state_label(self) -> str:
        """Where the invitation stands, in a word."""
        if self.accepted_at:
            return gettext("Accepted")
        if self.withdrawn_at:
            return gettext("Withdrawn")
        return gettext("Open") if self.is_open else gettext("Run out")


class Scope(models.TextChoices):
    """What an API key may do."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and write")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Reads of API keys."""

    def visible_to(self, user: User) -> Self:
        """One's own; all for who maintains users."""
        return self.all() if "accounts.manage" in user.permission_codes else self.filter(user=user)

    def valid(self) -> Self:
        """Neither withdrawn nor run out."""
        now = timezone.now()
        return self.filter(withdrawn_at=None).filter(models.Q(expires_at=None) | models.Q(expires_at__gt=now))


@track_history("key_hash", "last_used_at")
class ApiKey(models.Model):
    """A key with which another system speaks for a user: it may do what he may, within its scopes."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("Name"), max_length=80)
    prefix = models.CharField(max_length=12, editable=False)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(_("Scope"), max_length=5, choices=Scope, default=Scope.READ)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("Valid until"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def get_absolute_url(self) -> str:
        return reverse("accounts:api_key", args=[self.pk])

    @staticmethod
    def new_secret() -> str:
        """A fresh key in clear; shown once."""
        return "cxm_" + secrets.token_urlsafe(32)

    @property
    def is_valid(self) -> bool:
        """Neither withdrawn nor run out."""
        return not self.withdrawn_at and (self.expires_at is None or self.expires_at > timezone.now())


class KeyUse(models.Model):
    """How often a key was used in one minute: its rate limit, and what it is used for at all."""

    api_key = models.ForeignKey(ApiKey, models.CASCADE, related_name="uses")
    minute = models.DateTimeField()  # its first second
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["api_key", "minute"], name="accounts_keyuse_once"),)

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M}: {self.count}"


class IdempotentRequest(models.Model):
    """The answer to a writing request of the API, kept so that its repetition does nothing and answers the same.

    Written in the transaction of the request itself: there is an answer if and only if there is an effect.
    """

    LIFE = timedelta(hours=24)

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    api_key = models.ForeignKey(ApiKey, models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, path and body
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=100)
    body = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "api_key", "key"], name="accounts_idempotent_once", nulls_distinct=False
            ),
        )
        indexes = (models.Index(fields=["created_at"], name="accounts_idempotent_age"),)

    def __str__(self) -> str:
        return self.key
