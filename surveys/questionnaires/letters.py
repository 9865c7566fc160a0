"""What people are written when a wave opens and when they are reminded of it: short, in their language, as text."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxm.kit.numbers import formats
from cxm.notices.actions import Letter
from cxm.organisation.models import Company
from surveys.questionnaires.choices import Identity, Slot
from surveys.questionnaires.models import Wave
from surveys.questionnaires.sheet import sheet_of

NAME, LINK, NOT_ME = (
    "\x01",
    "\x02",
    "\x03",
)  # put in for each reader; no text of a form holds control characters


@dataclass(frozen=True)
class Reader:
    """Somebody who gets a letter, and the secret of his link."""

    email: str
    name: str
    language: str
    token: str


def letters(wave: Wave, readers: Iterable[Reader], *, is_reminder: bool = False) -> list[Letter]:
    """One letter for each; the words are put together once for each language, with a name and without."""
    words: dict[tuple[str, bool], tuple[str, str]] = {}
    company = Company.objects.values_list("name", flat=True).first() or "cxm"
    found = []
    for reader in readers:
        key = reader.language, bool(reader.name)
        if key not in words:
            words[key] = _words(wave, *key, company, is_reminder=is_reminder)
        subject, body = words[key]
        body = body.replace(NAME, reader.name).replace(LINK, _url("answer", reader.token))
        found.append(
            Letter(reader.email, subject, body.replace(NOT_ME, _url("answer_decline", reader.token)))
        )
    return found


def _url(name: str, token: str) -> str:
    return str(settings.SITE_URL) + reverse(f"filling:{name}", args=[token])


def title_of(wave: Wave, language: str) -> str:
    """What the questionnaire calls itself in this language, else in another one of its own."""
    sheet = sheet_of(wave.version)
    spoken = (sheet.text(Slot.TITLE, code) for code in (language, *wave.version.languages))
    return next((title for title in spoken if title), wave.questionnaire.name)


def _words(wave: Wave, language: str, has_name: bool, company: str, *, is_reminder: bool) -> tuple[str, str]:
    with translation.override(language):
        title = title_of(wave, language)
        subject = _("Reminder: {title}") if is_reminder else _("We ask you: {title}")
        begins = (
            _("{company} has asked you to fill in “{title}”, and you have not finished yet.")
            if is_reminder
            else _("{company} asks you to fill in “{title}”.")
        )
        lines = [
            _("Hello {name},").format(name=NAME) if has_name else _("Hello,"),
            begins.format(company=company, title=title),
            _("Your personal link, please do not pass it on:") + f"\n{LINK}",
            _("You may stop at any time and go on later by the same link."),
            _whose(wave),
        ]
        if wave.closes_at:
            moment = formats(language).moment(timezone.localtime(wave.closes_at))
            lines.append(_("Answers are taken until {moment}.").format(moment=moment))
        lines.append(_("If you do not want to take part:") + f"\n{NOT_ME}")
        return subject.format(title=title), "\n\n".join(lines) + "\n"


def _whose(wave: Wave) -> str:
    """Who can know who answered, in plain words."""
    if wave.version.identity == Identity.ANONYMOUS:
        return _(
            "Your answers are anonymous: when the survey closes, all of them are separated from the links at once, "
            "in random order. Until then they are kept with your link, so that you can go on."
        )
    if wave.version.identity == Identity.CONFIDENTIAL:
        return _(
            "Your answers are confidential: results are shown for at least {least} people together only."
        ).format(least=wave.min_cell)
    return _("Your answers are kept with your name.")
