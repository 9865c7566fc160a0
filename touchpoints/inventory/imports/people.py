"""Owners as lists write them: several in a cell, with parts in brackets, names in any order, initials, e-mails."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cxm.kit.fields import sort_key
from cxm.kit.importers import Word
from cxm.kit.sheets.header import plain
from touchpoints.inventory.choices import Part

NOBODY = {
    "nn", "na", "niemand", "keiner", "keine", "kein", "offen", "unbekannt", "unklar", "tbd", "todo", "vakant", "none",
    "nobody", "open", "unknown", "vacant", "ka", "nochoffen", "wirdnochbenannt", "null",
}  # fmt: skip
"""What is written where nobody is meant (compared as `plain()` makes it)."""

PARTS: dict[str, Part] = {
    **dict.fromkeys(
        ("a", "accountable", "hauptverantwortlich", "hauptverantwortung", "owner", "lead", "leitung", "verantwortlich",
         "gesamtverantwortung", "touchpointowner"), Part.ACCOUNTABLE),
    **dict.fromkeys(
        ("r", "responsible", "durchfuhrend", "durchfuhrung", "ausfuhrend", "ausfuhrung", "umsetzung", "mitwirkend",
         "mitwirkung", "operativ"), Part.RESPONSIBLE),
    **dict.fromkeys(("c", "consulted", "beratend", "beratung", "konsultiert", "fachlich"), Part.CONSULTED),
    **dict.fromkeys(
        ("i", "informed", "informiert", "info", "zk", "zurkenntnis", "zurinfo", "zuinformieren"), Part.INFORMED),
    **dict.fromkeys(
        ("v", "vertretung", "vertreter", "vertreterin", "vertr", "stellvertretung", "stellvertreter", "stv", "stellv",
         "stellvertreterin", "vertretungen", "deputy", "backup"), Part.DEPUTY),
}  # fmt: skip
"""Marks beside a name, as `plain()` makes them."""

TITLE = re.compile(r"\b(?:prof|dr|dipl|ing|mag|msc|bsc|mba|ph\.?d)\b\.?-?", re.IGNORECASE)
ADDRESSED = re.compile(r"^(?:herrn?|hr\.|frau|fr\.|mr\.?|mrs\.?|ms\.?)\s+", re.IGNORECASE)
BRACKET = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
APART = re.compile(r"[;\n|/&+]|\s(?:und|and|sowie|u\.)\s")
PREFIX = re.compile(r"^([a-zäöü.\- ]{1,24}?)\s*[:=]\s*(.+)$", re.IGNORECASE)
SHORT_PREFIX = re.compile(r"^(stv|stellv|vertr|vertretung|deputy)\b\.?\s+(.+)$", re.IGNORECASE)
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def cut_people(text: str, known: Callable[[str], bool]) -> Sequence[Word]:
    """The names of a cell, each with the part that stands beside it, if any; nobody is left out."""
    words: list[Word] = []
    for piece in [text] if known(text) else _pieces(text, known):
        for name, mark in _with_brackets(piece):
            word = Word(_without_title(name, known), mark)
            if plain(word.text) and plain(word.text) not in NOBODY and word not in words:
                words.append(word)
    return words


def _without_title(name: str, known: Callable[[str], bool]) -> str:
    """The name as it is known: "Dr. Lüders" may be known as "Lüders"."""
    bare = " ".join(TITLE.sub(" ", name).split())
    return bare if bare != name and not known(name) and known(bare) else name


def _pieces(text: str, known: Callable[[str], bool]) -> Iterator[str]:
    """The cell cut between people; a comma may also stand between last and first name."""
    for piece in _outside_brackets(text, APART):
        bare = _bare(piece)
        parts = _outside_brackets(piece, re.compile(","))
        if known(bare) or len(parts) == 1 or _is_turned(parts, known):
            yield piece
        else:
            yield from parts


def _is_turned(parts: list[str], known: Callable[[str], bool]) -> bool:
    """Whether "Meier, Hans" is one person: two single words of which not each is somebody."""
    if len(parts) != 2 or any(len(_bare(part).split()) != 1 or "@" in part for part in parts):
        return False
    return not all(known(_bare(part)) for part in parts)


def _outside_brackets(text: str, separator: re.Pattern[str]) -> list[str]:
    """The text cut at separators that stand in no bracket."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\ue000{len(kept) - 1}\ue001"

    hidden = BRACKET.sub(keep, text)
    parts = separator.split(hidden)
    return [re.sub("\ue000(\\d+)\ue001", lambda found: kept[int(found[1])], part).strip() for part in parts]


def _bare(piece: str) -> str:
    """A name without brackets, salutation and mark."""
    return _marked(ADDRESSED.sub("", " ".join(BRACKET.sub(" ", piece).split()))).text


def _with_brackets(piece: str) -> Iterator[Word]:
    """The person of a piece, and those whom its brackets name: "A. Müller (Vertretung: B. Kaya)"."""
    mark, others = "", list[Word]()
    for found in BRACKET.finditer(piece):
        inner = (found[1] or found[2] or "").strip()
        if part := PARTS.get(plain(inner)):
            mark = part
        elif (word := _marked(inner)).mark:
            others += [Word(_bare(name), word.mark) for name in re.split(r"[;,/&+]", word.text)]
        elif MAIL.fullmatch(inner):
            piece = inner  # the address says more surely who it is
    word = _marked(ADDRESSED.sub("", " ".join(BRACKET.sub(" ", piece).split())))
    yield Word(word.text, mark or word.mark)
    yield from others


def _marked(text: str) -> Word:
    """A name with the mark before it: "Stv. B. Kaya", "R: Schmidt"."""
    for pattern in (PREFIX, SHORT_PREFIX):
        if (found := pattern.match(text)) and (part := PARTS.get(plain(found[1]))):
            return Word(ADDRESSED.sub("", found[2].strip()), part)
    return Word(text.strip())


def names_of(pk: int, name: str, email: str) -> set[str]:
    """How somebody may be written: turned round, without title, by last or first name, with initials, by e-mail."""
    names = {f"{name} #{pk}"}
    if email:
        names |= {email, email.partition("@")[0], f"{name} <{email}>"}
    for spelling in {name, name.translate(UMLAUTS)}:
        bare = " ".join(TITLE.sub(" ", spelling).replace(".", " ").split()) or spelling
        first, _gap, last = bare.rpartition(" ")
        names |= {spelling, bare}
        if first:
            initial = "".join(word[0] for word in first.replace("-", " ").split())
            names |= {
                last, first, f"{last}, {first}", f"{first[0]} {last}", f"{last} {first[0]}",
                f"{initial} {last}", initial + last[0],
            }  # fmt: skip
    return names


@dataclass(frozen=True)
class Newcomer:
    """Somebody whom only the list knows."""

    name: str
    email: str = ""

    @classmethod
    def of(cls, text: str) -> "Newcomer":
        """From "Anna Müller", "Müller, Anna", "Anna Müller <a@example.org>" or an e-mail address alone."""
        found = MAIL.search(text)
        email = found[0].lower() if found else ""
        name = " ".join(MAIL.sub(" ", text).replace("<", " ").replace(">", " ").split()).strip(" ,;")
        last, comma, first = name.partition(",")
        if comma:
            name = f"{first.strip()} {last.strip()}".strip()
        if not name:
            name = " ".join(word.capitalize() for word in re.split(r"[._-]+", email.partition("@")[0]))
        return cls(name[:150], email)

    @property
    def key(self) -> str:
        """Equal for the same person written twice."""
        return self.email or sort_key(self.name)
