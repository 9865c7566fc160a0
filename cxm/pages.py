"""Pages of the house itself: the way home, health, help, errors."""

from collections.abc import Iterator

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cxm.accounts.models import User
from cxm.kit.access import EVERYONE, Permission, Role, public, requires
from cxm.kit.http import CxmRequest
from cxm.organisation.models import Company
from touchpoints.inventory.models import Responsibility

ENTER = Permission(code="house.enter", label=_("Open cxm and read the help"), roles=EVERYONE)

FIRST_PAGE = (
    (Role.SPONSOR, "dashboards:sponsor"),
    (Role.CX_MANAGER, "dashboards:sponsor"),
    (Role.OWNER, "inventory:mine"),
    (Role.ADMIN, "accounts:users"),
)
ELSE = ("dashboards:sponsor", "inventory:list", "notices:inbox", "accounts:profile")
"""For all other roles, and where the matrix has taken a page away: the first of these that is open."""

NEEDED: set[tuple[str, str]] = set()
"""The migrations that this code needs, once it has found them in the database."""

HELP = {
    "start": _("First steps"),
    "touchpoints": _("Touchpoints"),
    "responsibility": _("Responsibility"),
    "imports": _("Imports and exports"),
    "kpis": _("KPIs and measurements"),
    "dashboards": _("Dashboards"),
    "questionnaires": _("Questionnaires"),
    "organisation": _("People and units"),
    "brand": _("Vision and brand"),
    "assessment": _("Self-assessment"),
    "training": _("Training"),
    "waves": _("Waves and results"),
    "accounts": _("Users and rights"),
    "notices": _("Notices and mail"),
    "api": _("API"),
}


@require_GET
@public
def home(request: HttpRequest) -> HttpResponse:
    """Lead everybody to the page he works on; a fresh installation to its set-up."""
    if not isinstance(request.user, User):
        return redirect("account_login" if Company.objects.exists() else "organisation:setup")
    return redirect(next((page for page in wished(request.user) if is_open(page, request.user)), "help"))


def wished(user: User) -> Iterator[str]:
    """The pages on which somebody may want to begin, the best first."""
    yield from (page for role, page in FIRST_PAGE if role in user.roles)
    if Responsibility.objects.on().of_user(user).exists():
        yield "inventory:mine"
    yield from ELSE


def is_open(page: str, user: User) -> bool:
    """Whether the right that the page's view declares lets the user in."""
    permission: Permission = resolve(reverse(page)).func.permission  # type: ignore[attr-defined]  # by `requires`
    return user.may(permission)


@require_GET
@public
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


def missing_migrations() -> int:
    """How many migrations this code has that the database has not. Once there were none, this process knows which
    those are and asks for them alone, in one query, without building the graph of all migrations."""
    if NEEDED and MigrationRecorder(connection).applied_migrations().keys() >= NEEDED:
        return 0
    executor = MigrationExecutor(connection)
    behind = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not behind:
        NEEDED.update(executor.loader.applied_migrations)
    return behind


@require_GET
@public
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and its tables fit this code; 503 with the reason otherwise."""
    try:
        behind = missing_migrations()
    except Exception as error:  # whatever the driver throws, the answer is "not ready"
        return JsonResponse({"ready": False, "reason": type(error).__name__}, status=503)
    if behind:
        return JsonResponse({"ready": False, "reason": f"{behind} migrations not applied"}, status=503)
    return JsonResponse({"ready": True})


@require_GET
@requires(ENTER)
def help_index(request: CxmRequest) -> HttpResponse:
    """All help pages."""
    return render(request, "cxm/help/index.html", {"topics": HELP})


@require_GET
@requires(ENTER)
def help_page(request: CxmRequest, topic: str) -> HttpResponse:
    """One capability explained, in the reader's language."""
    name = f"cxm/help/{request.user.language}/{topic}.html"
    try:
        get_template(name)
    except TemplateDoesNotExist:
        raise Http404(topic) from None
    return render(request, name, {"topic": topic, "topics": HELP, "topic_title": HELP.get(topic, topic)})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request makes no sense."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: known, but not allowed."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form came without its secret, e.g. because cookies are off or the session ended."""
    return render(request, "403.html", {"csrf": True}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: unknown, or unknown to you."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; says so without asking the database, which may be the reason."""
    return HttpResponse(render_to_string("500.html"), status=500)
