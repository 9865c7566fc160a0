"""What everybody changes for himself: profile and saved views."""

from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cxm.accounts.choices import PROFILE_CHANGED, VIEW_DELETED, VIEW_SAVED
from cxm.accounts.models import Language, SavedView, Theme, User
from cxm.audit.actions import record

PAGING = {"after", "before", "export", "view", "page", "back", "csrfmiddlewaretoken"}
LONGEST = 4000  # characters of a saved query string


@transaction.atomic
def save_profile(*, user: User, name: str, language: str, time_zone: str, theme: str) -> User:
    """Change one's own name, language, time zone and appearance."""
    wanted = {"name": name.strip(), "language": language, "time_zone": time_zone, "theme": theme}
    changed = {field: value for field, value in wanted.items() if getattr(user, field) != value}
    if changed:
        for field, value in changed.items():
            setattr(user, field, value)
        user.full_clean(exclude=["password"])
        user.save(update_fields=list(changed))
        record(PROFILE_CHANGED, actor=user, target=user, data={"fields": sorted(changed)})
    return user


def set_language(*, user: User, language: Language) -> None:
    """Read cxm in another language from now on."""
    save_profile(user=user, name=user.name, language=language, time_zone=user.time_zone, theme=user.theme)


def set_theme(*, user: User, theme: Theme) -> None:
    """Light or dark from now on."""
    save_profile(user=user, name=user.name, language=user.language, time_zone=user.time_zone, theme=theme)


@transaction.atomic
def save_view(
    *, user: User, page: str, name: str, query: str, shared: bool = False, is_default: bool = False
) -> SavedView:
    """Keep a list as it stands under a name; the same name again overwrites. Locks the user's views of the page."""
    name = name.strip()
    if not name:
        raise ValidationError({"name": _("Give the view a name.")})
    mine = SavedView.objects.select_for_update().filter(user=user, page=page)
    list(mine)
    if is_default:
        mine.exclude(name=name).filter(is_default=True).update(is_default=False)
    fields = {"query": clean_query(query), "shared": shared, "is_default": is_default}
    view, _is_new = SavedView.objects.update_or_create(user=user, page=page, name=name, defaults=fields)
    record(VIEW_SAVED, actor=user, target=view, data={"page": page, "shared": shared})
    return view


def clean_query(query: str) -> str:
    """A query string without paging; too long or broken ones are refused."""
    if len(query) > LONGEST:
        raise ValidationError({"query": _("This view has too many filters to be saved.")})
    pairs = parse_qsl(query.lstrip("?"), keep_blank_values=True, max_num_fields=200)
    return urlencode([(key, value) for key, value in pairs if key not in PAGING and value])


@transaction.atomic
def delete_view(*, user: User, view: SavedView) -> None:
    """Forget one of the user's own views."""
    record(VIEW_DELETED, actor=user, target=view, data={"page": view.page})
    view.delete()


@transaction.atomic
def set_default_view(*, user: User, view: SavedView, is_default: bool) -> None:
    """Open the page with this view from now on, or no longer."""
    SavedView.objects.filter(user=user, page=view.page, is_default=True).update(is_default=False)
    if is_default:
        SavedView.objects.filter(pk=view.pk, user=user).update(is_default=True)
    record(VIEW_SAVED, actor=user, target=view, data={"page": view.page, "default": is_default})
