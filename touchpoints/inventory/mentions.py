"""Finds the people whom a text names with @."""

import re
from collections.abc import Iterable

from django.db.models import Q

from cxm.accounts.models import User

MOST = 20  # people in one comment
_at = re.compile(r"(?<![\w.@])@(?=(\w[\w.'-]*))")


def mentioned(text: str) -> tuple[list[User], list[str]]:
    """Active users named with @ (full name, a first name that only one has, or the e-mail's first part), and words
    after an @ that fit nobody or several. One query."""
    found = [(match.end(), match[1].rstrip(".'-")) for match in _at.finditer(text)][:MOST]
    if not found:
        return [], []
    candidates = list(User.objects.active().filter(_maybe({word for _start, word in found})))
    people: dict[int, User] = {}
    unknown: list[str] = []
    for start, word in found:
        if user := _meant(text[start:], word, candidates):
            people[user.pk] = user
        elif word not in unknown:
            unknown.append(word)
    return list(people.values()), unknown


def _maybe(words: Iterable[str]) -> Q:
    condition = Q()
    for word in words:
        condition |= Q(name__istartswith=word) | Q(email__istartswith=f"{word}@")
    return condition


def _meant(tail: str, word: str, candidates: list[User]) -> User | None:
    """The one who is meant: the longest full name that follows, else a first name or address of only one."""
    full = [user for user in candidates if _starts_with_name(tail, user.name)]
    if full:
        longest = max(len(user.name) for user in full)
        full = [user for user in full if len(user.name) == longest]
        return full[0] if len(full) == 1 else None
    alike = [
        user
        for user in candidates
        if word.lower() in (user.name.split()[0].lower(), user.email.split("@")[0].lower())
    ]
    return alike[0] if len(alike) == 1 else None


def _starts_with_name(tail: str, name: str) -> bool:
    after = tail[len(name) : len(name) + 1]
    return tail[: len(name)].lower() == name.lower() and not after.isalnum()
