"""API keys: with them other systems speak for a user."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.accounts.choices import KEY_CREATED, KEY_WITHDRAWN
from cxm.accounts.models import ApiKey, IdempotentRequest, KeyUse, Scope, User, hash_token
from cxm.audit.actions import record

PREFIX = 12  # characters of a key that are shown later, so that people can tell keys apart
KEEP_USES = timedelta(days=31)


@transaction.atomic
def create_api_key(
    *, actor: User, user: User, name: str, scope: Scope, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key that acts for `user`; the second value is the key in clear, which is stored nowhere."""
    if expires_at and expires_at <= timezone.now():
        raise ValidationError({"expires_at": _("Choose a day in the future.")})
    if not user.is_active:
        raise ValidationError({"user": _("This account is closed.")})
    secret = ApiKey.new_secret()
    key = ApiKey.objects.create(
        user=user,
        name=name.strip(),
        prefix=secret[:PREFIX],
        key_hash=hash_token(secret),
        scope=scope,
        expires_at=expires_at,
    )
    record(KEY_CREATED, actor=actor, target=key, data={"for": user.name, "scope": str(scope)})
    return key, secret


@transaction.atomic
def withdraw_api_key(*, actor: User, key: ApiKey) -> None:
    """Make a key useless at once and for good."""
    if ApiKey.objects.filter(pk=key.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        record(KEY_WITHDRAWN, actor=actor, target=key, data={"for": key.user.name})


@transaction.atomic
def forget_old_requests(*, at: datetime | None = None) -> int:
    """Delete answers kept for repetition after 24 hours, and counts of uses after a month; say how many answers."""
    now = at or timezone.now()
    KeyUse.objects.filter(minute__lt=now - KEEP_USES).delete()
    count, _rows = IdempotentRequest.objects.filter(created_at__lt=now - IdempotentRequest.LIFE).delete()
    return count
