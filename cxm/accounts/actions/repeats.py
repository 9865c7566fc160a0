"""Forms that are sent a second time: from the page before, or because the answer to the first time was lost."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cxm.accounts.models import IdempotentRequest, User
from cxm.kit.http import toast

type View = Callable[..., HttpResponseBase]

DRAWN = "csrfmiddlewaretoken"  # differs each time a page is drawn: with equal content it is the same form


def counts_once(view: View) -> View:
    """For views that add something: a form sent again adds nothing and leads to what it added at first.

    Kept as repetitions of the API are, with the effect itself. Forms without the secret (parts of a page, which send
    it in a header) are let through. Locks the form (advisory) until the end, so that a second click waits for the
    first.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or DRAWN not in request.POST or request.FILES:
            return view(request, *args, **kwargs)
        content = f"{request.get_full_path()}\n{request.POST.urlencode()}"
        mark = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
        return _once(request, mark, lambda: view(request, *args, **kwargs))

    return answer


@transaction.atomic
def _once(request: HttpRequest, mark: str, run: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    user: User = request.user  # type: ignore[assignment]  # signed in: `requires` stands before
    number = int.from_bytes(bytes.fromhex(mark)[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [number])
    kept = IdempotentRequest.objects.filter(user=user, api_key=None, key=f"form:{mark}").first()
    if kept is not None:
        toast(request, _("This form was sent before; it counts once."), level="info")
        return redirect(bytes(kept.body).decode())
    response = run()
    if isinstance(response, HttpResponse) and isinstance(response, HttpResponseRedirectBase):
        IdempotentRequest.objects.create(
            user=user,
            key=f"form:{mark}",
            fingerprint=mark,
            status=response.status_code,
            content_type="",
            body=response.url.encode(),
        )
    return response
