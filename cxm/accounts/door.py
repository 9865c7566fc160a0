"""The door of the API: keys and sessions, rate limits, answers kept for repetition."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.utils import check_csrf

from cxm.accounts.models import ApiKey, IdempotentRequest, Scope, User, hash_token
from cxm.kit.api import Caller, Problem

NOTED_EVERY = timedelta(minutes=1)  # how exact `last_used_at` is


class AccountsDoor:
    """Who comes with a valid key, or signed in with a browser, may enter."""

    def enter(self, request: HttpRequest) -> Caller:
        """The caller behind a key, else the person of the session, whose browser must prove that the page is ours."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme:
            return self._by_key(secret.strip() if scheme.lower() == "bearer" else "")
        user = request.user
        if not isinstance(user, User):
            raise self._unknown(_("Send an API key: Authorization: Bearer cxm_…"))
        if request.method not in ("GET", "HEAD", "OPTIONS") and check_csrf(request):
            raise Problem(403, _("The CSRF token is missing or wrong."))
        return Caller(user=user, may_write=True)

    def _by_key(self, secret: str) -> Caller:
        valid = ApiKey.objects.valid().select_related("user")
        key = valid.filter(key_hash=hash_token(secret)).first()
        if key is None or not key.user.may_enter:
            raise self._unknown(_("This API key does not work."))
        now = timezone.now()
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
        return Caller(user=key.user, may_write=key.scope == Scope.WRITE, key=key)

    @staticmethod
    def _unknown(detail: str) -> Problem:
        return Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})

    def wait(self, caller: Caller) -> int:
        """Count a request of a key in its minute, in one statement; people in a browser are not counted."""
        if caller.key is None:
            return 0
        now = timezone.now()
        minute = now.replace(second=0, microsecond=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into accounts_keyuse as u (api_key_id, minute, count) values (%s, %s, 1) "
                "on conflict (api_key_id, minute) do update set count = u.count + 1 returning count",
                [caller.key.pk, minute],
            )
            (count,) = cursor.fetchone()
        return 60 - now.second if count > settings.API_REQUESTS_PER_MINUTE else 0

    @transaction.atomic
    def once(
        self, request: HttpRequest, caller: Caller, key: str, run: Callable[[], HttpResponseBase]
    ) -> HttpResponseBase:
        """Run a request and keep its answer in the same transaction; a repetition gets the kept answer.

        Locks the key (advisory) until the end: a repetition that comes while the first one runs gets 409.
        A request that fails leaves no trace, so it may be tried again.
        """
        if len(key) > 255:
            raise Problem(400, _("An Idempotency-Key has at most 255 characters."))
        if not self._lock(caller, key):
            raise Problem(409, _("The same request is being worked on."), headers={"Retry-After": "1"})
        mine = IdempotentRequest.objects.filter(user=caller.user, api_key=caller.key, key=key)
        mine.filter(created_at__lt=timezone.now() - IdempotentRequest.LIFE).delete()
        mark = fingerprint(request)
        if kept := mine.first():
            if kept.fingerprint != mark:
                raise Problem(422, _("This Idempotency-Key was used for another request."))
            return HttpResponse(
                bytes(kept.body),
                status=kept.status,
                content_type=kept.content_type,
                headers={"Idempotent-Replayed": "true"},
            )
        response = run()
        if response.status_code >= 400 or not isinstance(response, HttpResponse):
            transaction.set_rollback(response.status_code >= 400)
            return response
        IdempotentRequest.objects.create(
            user=caller.user,
            api_key=caller.key,
            key=key,
            fingerprint=mark,
            status=response.status_code,
            content_type=response.headers.get("Content-Type", ""),
            body=response.content,
        )
        return response

    @staticmethod
    def _lock(caller: Caller, key: str) -> bool:
        """Take the lock of this key of this caller, if it is free; it ends with the transaction."""
        name = f"idempotency:{caller.user.pk}:{caller.key.pk if caller.key else ''}:{key}"
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_xact_lock(%s)", [number])
            return bool(cursor.fetchone()[0])


def fingerprint(request: HttpRequest) -> str:
    """What makes two requests the same: method, address and body."""
    start = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(start + request.body).hexdigest()
