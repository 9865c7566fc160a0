"""What every page shows around its content."""

from typing import Any

from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from cxm.kit.access import PERMISSIONS, Role
from cxm.navigation import NAVIGATION
from cxm.organisation.models import Company

FIT = 22
"""Links that stand in the side bar of a usual screen without folding."""
TURNED = "cxm_nav"
"""The cookie in which the browser keeps the groups that are not as usual (see app.js)."""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, theme, unread notices and the company's name; lazily, since htmx parts need none of them."""
    user: Any = getattr(request, "user", None)
    if not (user and user.is_authenticated):
        return {
            "theme": "auto",
            "company_name": _Once(company_name),
            "navigation": [],
            "demo_people": _Once(demo_people),
        }
    around = _Once(lambda: name_and_unread(user))
    return {
        "theme": user.theme,
        "company_name": lambda: around()[0],
        "navigation": _Once(lambda: navigation(request)),
        "unread": lambda: around()[1],
    }


class _Once:
    """A value that is computed when a template asks for it; at most once."""

    def __init__(self, compute: Any) -> None:
        self.compute, self.value, self.done = compute, None, False

    def __call__(self) -> Any:
        if not self.done:
            self.value, self.done = self.compute(), True
        return self.value


def name_and_unread(user: Any) -> tuple[str, int]:
    """The company's name and the number of unread notices, in one query: every page asks for both."""
    unread = user.notices.unread().order_by().values("user").annotate(count=Count("pk")).values("count")
    row = Company.objects.values_list("name", Coalesce(Subquery(unread), 0)).first()
    return row or ("cxm", 0)


def demo_people() -> list[dict[str, str]]:
    """The cast of the demo for the sign-in page, each with the address that signs in as this person."""
    url = reverse("organisation:demo_sign_in")
    return [
        {
            "name": user.name,
            "role": str(Role(user.roles[0]).label) if user.roles else "",
            "email": user.email,
            "url": url,
        }
        for user in Company.objects.demo_cast()
    ]


def company_name() -> str:
    """The company's name, or the product's before it is set up."""
    company = Company.objects.first()
    return company.name if company else "cxm"


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of links that this person may open. Few stand unfolded, and always the one of the open page."""
    user: Any = request.user
    turned = request.COOKIES.get(TURNED, "").split(".")
    groups: list[dict[str, Any]] = []
    for group in NAVIGATION:
        items = [
            {"label": item.label, "url": url, "icon": item.icon, "active": is_lit(request.path, url)}
            for item in group.items
            if item.permission in PERMISSIONS
            and user.may(PERMISSIONS[item.permission])
            and (url := _reverse(item.url_name))
        ]
        if items:
            groups.append(
                {"code": group.code, "label": group.label, "items": items, "usual": not group.folded}
            )
    light_the_closest(groups)
    is_short = sum(len(group["items"]) for group in groups) <= FIT
    for found in groups:
        found["usual"] = found["usual"] or is_short
        is_here = any(item["active"] for item in found["items"])
        found["open"] = is_here or found["usual"] is not (found["code"] in turned)
    return groups


def is_lit(path: str, url: str) -> bool:
    """Whether the open page lies at or below the link."""
    return path == url or (url != "/" and path.startswith(url))


def light_the_closest(groups: list[dict[str, Any]]) -> None:
    """Of several links above the open page only the longest stays lit."""
    lit = [item for group in groups for item in group["items"] if item["active"]]
    closest = max((len(item["url"]) for item in lit), default=0)
    for item in lit:
        item["active"] = len(item["url"]) == closest


def _reverse(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
