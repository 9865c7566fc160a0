"""Who comes by a link: by a personal one, by one for many, or from the page of one's own questionnaires.

Nothing here is written down but the draft: no address, no device, no time. Even the count of requests lives in the
memory of the process only.
"""

import time
from dataclasses import dataclass, replace
from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from cxm.kit.http import body_size
from cxm.organisation.models import Company
from surveys.questionnaires.actions.answering import begin, begin_by_link
from surveys.questionnaires.choices import Step, Turnout
from surveys.questionnaires.filling import Filling
from surveys.questionnaires.models import Draft, Invitation, Wave, digest_of, new_token
from surveys.questionnaires.piping import pieces_of
from surveys.questionnaires.sheet import Sheet, sheet_of

COOKIE_AGE = 90 * 24 * 3600  # seconds; a survey that runs longer lets somebody begin again
OWN_LINK_AGE = 12 * 3600  # seconds: a working day, as long as a session
MOST_SENDINGS = 120  # of one link in a minute and process: far above a person, far below a program
DONE = "done"
COOKIE_SALT = "questionnaires.survey"
OWN = signing.TimestampSigner(salt="questionnaires.own")
LETTER = signing.Signer(salt="questionnaires.letter")
_COUNTS = LocMemCache("questionnaires.sendings", {"OPTIONS": {"MAX_ENTRIES": 20_000}})


class Door(StrEnum):
    """By which sort of link somebody comes; also the name of its url."""

    PERSONAL = "answer"
    SHARED = "survey"


class Refusal(Exception):
    """The link leads to no form. `code` says which page is shown: unknown, expired, planned, closed, used, busy,
    large."""

    STATUS = {
        "unknown": 404,
        "expired": 410,
        "planned": 409,
        "closed": 410,
        "used": 410,
        "busy": 429,
        "large": 413,
    }

    def __init__(self, code: str, visit: "Visit | None" = None) -> None:
        super().__init__(code)
        self.code, self.visit = code, visit

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.STATUS[self.code]


@dataclass(frozen=True)
class Visit:
    """Somebody with a link that is good."""

    door: Door
    token: str
    wave: Wave
    invitation: Invitation | None = None
    draft: Draft | None = None
    is_over: bool = False

    def url(self, place: str = "", *args: int) -> str:
        """The address of one of its pages: none for the start, page, check, done, decline."""
        name = f"filling:{self.door}_{place}" if place else f"filling:{self.door}"
        return reverse(name, args=[self.token, *args])

    @property
    def sheet(self) -> Sheet:
        """What is asked."""
        return sheet_of(self.wave.version)

    @property
    def is_customer(self) -> bool:
        """Whether somebody from a list of customers comes, who is not asked again for a while if he declines."""
        return self.invitation is not None and self.invitation.is_customer

    @property
    def is_short(self) -> bool:
        """Whether everything stands on one page, which is handed in without a last look."""
        return len(self.sheet.pages) == 1

    @property
    def opens_at_once(self) -> bool:
        """Whether the link leads to the questions themselves. A link for many first has to know the browser again."""
        return self.is_short and self.invitation is not None

    def language(self, asked: str = "") -> str:
        """In which language the form speaks: as asked for, as begun, as invited, as the browser, as there is."""
        wanted = (
            asked,
            self.draft.language if self.draft else "",
            self.invitation.language if self.invitation else "",
            get_language() or "",
        )
        languages = self.wave.version.languages
        return next((language for language in wanted if language in languages), languages[0])

    def filling(self, page: int | None = 1, language: str = "") -> Filling:
        """The form with what has been written so far."""
        company = Company.objects.values_list("name", flat=True).first() or ""
        touchpoint, name = self.wave.touchpoint, str(self.invitation or "")
        return Filling(
            self.sheet,
            dict(self.draft.answers) if self.draft else {},
            language or self.language(),
            page,
            pieces_of(company=company, touchpoint=touchpoint.name if touchpoint else "", person=name),
        )

    def begun(self, language: str, *, is_late: bool = False) -> "Visit":
        """The same with its draft: the one begun before or a new one. Raises Refusal.

        With `is_late` what was sent by a personal link after closing still gets one.
        """
        try:
            if self.invitation:
                draft = begin(
                    invitation=self.invitation, token=self.token, language=language, is_late=is_late
                )
                return replace(self, draft=draft)
            if self.draft:
                return self
            secret = new_token()
            return Begun(**vars(self) | {
                "draft": begin_by_link(wave=self.wave, token=secret, language=language), "secret": secret,
            })  # fmt: skip
        except ValidationError as error:
            raise Refusal("used" if error.code == "completed" else str(error.code), self) from None

    def remember(self, response: HttpResponse, value: str) -> None:
        """Keep in the browser which draft is its own, or that it is done: the soft limit of a link for many."""
        response.set_signed_cookie(
            cookie_name(self.wave), value, salt=COOKIE_SALT, max_age=COOKIE_AGE, path=self.url(), httponly=True,
            samesite="Lax", secure=settings.SECURE,
        )  # fmt: skip


@dataclass(frozen=True)
class Begun(Visit):
    """A visit by a link for many that has just begun; the secret goes into the browser's cookie."""

    secret: str = ""


def cookie_name(wave: Wave) -> str:
    """Where the browser keeps which draft is its own."""
    return f"cxm_survey_{wave.pk}"


def visit_of(request: HttpRequest, door: Door, token: str) -> Visit:
    """Whose link this is. Raises Refusal where it leads nowhere (any more)."""
    if body_size(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise Refusal("large")
    try:
        request.POST  # noqa: B018 - read now, so that what is too large to be read gets a page of ours
    except RequestDataTooBig:
        raise Refusal("large") from None
    visit = _personal(token) if door == Door.PERSONAL else _shared(request, token)
    if request.method == "POST" and is_too_much(token):
        raise Refusal("busy", visit)
    return visit


def _personal(token: str) -> Visit:
    rows = Invitation.objects.select_related(
        "wave__version", "wave__questionnaire", "wave__touchpoint__phase", "draft"
    )
    try:
        own = own_invitation(token)
    except signing.SignatureExpired:
        raise Refusal("expired") from None
    invitation = (rows.filter(pk=own) if own else rows.with_token(token)).first()
    if invitation is None:
        raise Refusal("unknown")
    draft = getattr(invitation, "draft", None)
    is_over = invitation.status == Turnout.COMPLETED
    return Visit(Door.PERSONAL, token, invitation.wave, invitation, None if is_over else draft, is_over)


def _shared(request: HttpRequest, token: str) -> Visit:
    waves = Wave.objects.select_related("version", "questionnaire", "touchpoint")
    wave = waves.filter(link_digest=digest_of(token)).first()
    if wave is None:
        raise Refusal("unknown")
    secret = request.get_signed_cookie(cookie_name(wave), default="", salt=COOKIE_SALT) or ""
    if not secret:
        return Visit(Door.SHARED, token, wave)
    draft = Draft.objects.filter(wave=wave, invitation=None, token_digest=digest_of(secret)).first()
    # A draft that is not there any more was handed in; after closing it may also have been forgotten.
    is_over = secret == DONE or (draft is None and wave.step != Step.CLOSED)
    is_over = is_over or (draft is not None and draft.is_finished)
    return Visit(Door.SHARED, token, wave, None, None if is_over else draft, is_over)


def expect_open(visit: Visit) -> None:
    """Refuse unless answers are taken now and none has been given from here."""
    if visit.is_over:
        raise Refusal("used", visit)
    if visit.wave.step == Step.PLANNED:
        raise Refusal("planned", visit)
    if visit.wave.step == Step.CLOSED:
        raise Refusal("closed", visit)


def this_minute() -> int:
    """Which minute it is, counted from 1970."""
    return int(time.time() // 60)


def is_too_much(token: str) -> bool:
    """Whether a program sends this form; counted by link, never by address, and in memory only."""
    key = f"{digest_of(token)}:{this_minute()}"
    _COUNTS.add(key, 0, 60)
    return _COUNTS.incr(key) > MOST_SENDINGS


def letter_token(invitation_pk: int) -> str:
    """The link of a reminder: signed, kept nowhere, good as long as the wave. That of the first letter stays good."""
    return LETTER.sign(str(invitation_pk))


def own_token(invitation: Invitation) -> str:
    """A link for somebody who is signed in: signed, good for a day, kept nowhere. His letter's link stays good."""
    return OWN.sign(str(invitation.pk))


def own_invitation(token: str) -> int | None:
    """Whose such a link is; None if it is none. Raises SignatureExpired."""
    try:
        return int(LETTER.unsign(token))
    except signing.BadSignature:
        pass
    try:
        return int(OWN.unsign(token, max_age=OWN_LINK_AGE))
    except signing.SignatureExpired:
        raise
    except signing.BadSignature:
        return None
