"""Makers for the tests of vision and brand."""

from typing import Any

from cxm.accounts.models import User
from cxm.organisation.actions import PromiseText, change_brand_draft, draft_brand, publish_brand
from cxm.organisation.models import BrandVersion

PAGE = "/organisation/brand/"

type Words = tuple[dict[str, str], list[PromiseText]]


def worded() -> Words:
    """A complete brand in both languages."""
    fields = {"vision_de": "Besser wohnen", "vision_en": "Living better"}
    fields |= {"core_de": "Ehrlich", "core_en": "Honest"}
    promises = [
        PromiseText("Wir kommen pünktlich.", "We come on time."),
        PromiseText("Wir hören zu.", "We listen."),
    ]
    return fields, promises


def published(user: User) -> BrandVersion:
    """The first version, valid."""
    fields, promises = worded()
    draft = draft_brand(actor=user)
    change_brand_draft(actor=user, version=draft, fields=fields, promises=promises)
    return publish_brand(actor=user, version=draft)


def form_data(words: Words, *, revision: int = 1, **buttons: str) -> dict[str, Any]:
    """What the page of the draft sends."""
    fields, promises = words
    rows = {
        f"promises-{n}-{name}": value
        for n, promise in enumerate(promises)
        for name, value in promise._asdict().items()
    }
    forms = {"promises-TOTAL_FORMS": len(promises), "promises-INITIAL_FORMS": 0}
    return {**fields, **rows, **forms, "revision": revision, **buttons}
