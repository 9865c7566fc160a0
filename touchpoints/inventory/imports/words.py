"""From messy cells to values: numbers with words around them, vague dates, marks, tags, rhythms, scales."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from cxm.kit.fields import sort_key
from cxm.kit.importers import Word
from cxm.kit.sheets import BadValueError, Cell, Reading, values

type Known = Callable[[str], bool]

TRUE_TOO = {"☑", "✅", "•", "●", "wahr", "ok", "stimmt"}
FALSE_TOO = {"✗", "✘", "☐", "❌", "○", "kein", "keine", "keiner", "no", "–"}
ABOUT = re.compile(
    r"^(?:ca\.?|circa|rund|etwa|ungefähr|ungef\.|approx\.?|about|~|≈|>|<|über|bis zu)\s*", re.IGNORECASE
)
PER_MONTH = re.compile(
    r"\s*(?:kontakte|anrufe|besucher|stück|stk\.?|contacts|visits)?\s*(?:/|pro|per|im|a|p\.)?\s*(?:monat|month|mon\.?|m\.)\.?$",
    re.IGNORECASE,
)
SCALES = {
    "k": 1000,
    "t": 1000,
    "tsd": 1000,
    "tsd.": 1000,
    "tausend": 1000,
    "mio": 1_000_000,
    "mio.": 1_000_000,
}
THOUSANDS = re.compile(r"\d{1,3}(?:[.,'’\s]\d{3})+")
MOST_CONTACTS = 2_147_483_647  # of the column
VAGUE: tuple[tuple[re.Pattern[str], Callable[..., str]], ...] = (
    (re.compile(r"([a-zäöü]{3,}\.?)\s+(\d{4}|\d{2})", re.IGNORECASE), "1. {} {}".format),
    (re.compile(r"(\d{1,2})[./-](\d{4})", re.ASCII), "1.{}.{}".format),
    (re.compile(r"(\d{4})[./-](\d{1,2})", re.ASCII), "{}-{}-1".format),
    (
        re.compile(r"(?:q|quartal\s*)([1-4])[\s./-]*(\d{4})", re.IGNORECASE),
        lambda q, y: f"1.{3 * int(q) - 2}.{y}",
    ),
    (re.compile(r"([1-4])\.\s*quartal\s+(\d{4})", re.IGNORECASE), lambda q, y: f"1.{3 * int(q) - 2}.{y}"),
    (re.compile(r"((?:19|20)\d\d)", re.ASCII), "{}-1-1".format),
)
"""Less than a day, and how its first day is written."""
RHYTHMS = {
    "woche": 7, "wochentlich": 7, "weekly": 7,
    "14-tagig": 14, "zweiwochentlich": 14,
    "monat": 30, "monatlich": 30, "monthly": 30,
    "quartal": 90, "vierteljahrlich": 90, "quartalsweise": 90, "quarterly": 90,
    "halbjahrlich": 180, "halbjahr": 180, "half-yearly": 180, "zweimal im jahr": 180,
    "jahr": 365, "jahrlich": 365, "yearly": 365, "annually": 365,
    "alle zwei jahre": 730, "zweijahrlich": 730,
}  # fmt: skip
SPAN = re.compile(r"(?:alle\s+|every\s+)?(\d{1,4})\s*(\w*)", re.IGNORECASE)
UNITS = {"": 1, "t": 1, "tag": 1, "tage": 1, "tagen": 1, "d": 1, "day": 1, "days": 1, "woche": 7, "wochen": 7,
         "week": 7, "weeks": 7, "monat": 30, "monate": 30, "monaten": 30, "month": 30, "months": 30, "jahr": 365,
         "jahre": 365, "year": 365, "years": 365}  # fmt: skip
LANGUAGES = {
    "de": ("de", "deutsch", "german", "d", "ger"), "en": ("en", "englisch", "english", "e", "eng"),
    "fr": ("fr", "franzosisch", "french"), "it": ("it", "italienisch", "italian"), "es": ("es", "spanisch", "spanish"),
    "nl": ("nl", "niederlandisch", "dutch"), "pl": ("pl", "polnisch", "polish"), "tr": ("tr", "turkisch", "turkish"),
    "da": ("da", "danisch", "danish"), "cs": ("cs", "tschechisch", "czech"), "ru": ("ru", "russisch", "russian"),
}  # fmt: skip
PART_OF_SCALE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:/|von|of)\s*(\d+)", re.IGNORECASE)
PER_CENT = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*%")
FACES = {
    "++": "very_good", "+2": "very_good", "2": "very_good", "😀": "very_good", "😍": "very_good",
    "+": "good", "+1": "good", "1": "good", "🙂": "good", ":-)": "good", ":)": "good",
    "0": "neutral", "o": "neutral", "+/-": "neutral", "±": "neutral", "😐": "neutral", ":-|": "neutral",
    "-": "bad", "-1": "bad", "🙁": "bad", ":-(": "bad", ":(": "bad",
    "--": "very_bad", "-2": "very_bad", "😡": "very_bad",
}  # fmt: skip
LONGEST = 32_767  # characters of a text: what a cell of a workbook holds


def passage(cell: Cell, reading: Reading) -> str | None:
    """A text of one or more lines, as `tidy` leaves it."""
    text = tidy(values.text(cell, reading))
    if len(text) > LONGEST:
        raise BadValueError(_("At most {limit} characters are possible.").format(limit=LONGEST))
    return text or None


def tidy(text: str) -> str:
    """A text as exports write it and imports compare it: normal form, plain line ends, no blanks at its ends."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def line(cell: Cell, reading: Reading) -> str | None:
    """A text of one line."""
    return " ".join((passage(cell, reading) or "").split()) or None


def contacts(cell: Cell, reading: Reading) -> int | None:
    """How many a month: "1.200", "ca. 500", "2,5 Tsd.", "400-600" (their middle), "300 / Monat"."""
    if not isinstance(cell, str):
        return _whole(values.number(cell, reading), cell)
    raw = PER_MONTH.sub("", ABOUT.sub("", cell.strip())).strip()
    if found := re.fullmatch(r"(.*\d)\s*(?:-|–|bis|to)\s*(\d.*)", raw):
        low, high = _scaled(found[1], reading, cell), _scaled(found[2], reading, cell)
        return _whole((low + high) / 2, cell)
    return _whole(_scaled(raw, reading, cell), cell)


def _scaled(raw: str, reading: Reading, cell: Cell) -> Decimal:
    if "%" in raw:
        raise BadValueError(
            _("“{value}” is a share, not a number of contacts.").format(value=values.shown(cell))
        )
    if THOUSANDS.fullmatch(raw.strip()):  # of whole things: in every language
        return Decimal(re.sub(r"\D", "", raw))
    number, _gap, word = raw.strip().rpartition(" ")
    if word.lower() in SCALES and number:
        return values.number(number, reading) * SCALES[word.lower()]
    if found := re.fullmatch(r"([\d.,]+)(k|t)", raw.strip(), re.IGNORECASE):
        return values.number(found[1], reading) * 1000
    if not re.search(r"\d", raw):
        raise BadValueError(_("“{value}” is not a number.").format(value=values.shown(cell)))
    return values.number(raw, reading)


def _whole(number: Decimal, cell: Cell) -> int:
    if not 0 <= number <= MOST_CONTACTS:
        raise BadValueError(_("“{value}” is not possible here.").format(value=values.shown(cell)))
    return int(number.to_integral_value())


def when(cell: Cell, reading: Reading) -> date:
    """A day; of a month, a quarter or a year the first one ("März 2024", "03/2024", "Q1 2024", "2024")."""
    try:
        return values.day(cell, reading)
    except BadValueError:
        for pattern, day in VAGUE:
            if isinstance(cell, str) and (found := pattern.fullmatch(cell.strip())):
                return values.day(day(*found.groups()), reading)
        raise


def mark(cell: Cell, reading: Reading) -> bool | str | None:
    """Whether something is marked ("x", "ja", "✓"); any longer text is the reason for the mark, "?" says nothing."""
    word = values.text(cell, reading).casefold()
    if word in ("?", "unklar", "offen"):
        return None
    if word in TRUE_TOO:
        return True
    if word in FALSE_TOO:
        return False
    try:
        return values.yes_no(cell, reading)
    except BadValueError:
        if len(word) < 4:
            raise
        return tidy(values.text(cell, reading))


def yes_or_no(cell: Cell, reading: Reading) -> bool | None:
    """Yes, no, or not known ("?")."""
    word = values.text(cell, reading).casefold()
    if word in ("?", "unklar", "offen"):
        return None
    if word in TRUE_TOO or word in FALSE_TOO:
        return word in TRUE_TOO
    return values.yes_no(cell, reading)


def direct(cell: Cell, reading: Reading) -> bool:
    """Whether contact is direct: "direkt", "indirekt", or yes and no."""
    word = sort_key(values.text(cell, reading))
    if word in ("direkt", "direct"):
        return True
    if word in ("indirekt", "indirect"):
        return False
    return values.yes_no(cell, reading)


def tags(cell: Cell, reading: Reading) -> list[str] | None:
    """Tags with ; between them, else #tags, else with commas; as the model keeps them."""
    text = values.text(cell, reading)
    if ";" in text or "\n" in text:
        parts = re.split(r"[;\n]", text)
    elif text.startswith("#"):
        parts = re.split(r"[#,\s]+", text)
    else:
        parts = text.split(",")
    found = {tidy(part) for part in parts} - {""}
    if longest := max((tag for tag in found if len(tag) > 40), key=len, default=""):
        raise BadValueError(
            _("The tag “{value}” is longer than 40 characters.").format(value=values.shown(longest))
        )
    return sorted(found, key=str.casefold) or None


def languages(cell: Cell, reading: Reading) -> list[str] | None:
    """Codes of languages: "DE, EN", "deutsch / englisch"."""
    found = []
    for word in re.split(r"[;,/\n&+\s]+|\bund\b|\band\b", values.text(cell, reading)):
        key = sort_key(word.strip("."))
        code = next((code for code, names in LANGUAGES.items() if key in names), "")
        if not code and re.fullmatch(r"[a-z]{2}(-[a-z]{2})?", key):
            code = key
        if key and not code:
            raise BadValueError(_("“{value}” is not a known language.").format(value=values.shown(word)))
        if code and code not in found:
            found.append(code)
    return found or None


def address(cell: Cell, reading: Reading) -> str | None:
    """A web address; one without https:// gets it."""
    text = values.text(cell, reading)
    if text and "://" not in text and re.match(r"[\w-]+(\.[\w-]+)+(/|$)", text):
        text = f"https://{text}"
    try:
        URLValidator()(text)
    except ValidationError as error:
        raise BadValueError(_("“{value}” is not a web address.").format(value=values.shown(text))) from error
    if len(text) > 200:
        raise BadValueError(_("At most {limit} characters are possible.").format(limit=200))
    return text


def rhythm(cell: Cell, reading: Reading) -> int:
    """Every how many days: "halbjährlich", "6 Monate", "180"."""
    text = sort_key(values.text(cell, reading))
    days = RHYTHMS.get(text)
    if days is None and (found := SPAN.fullmatch(text)) and found[2] in UNITS:
        days = int(found[1]) * UNITS[found[2]]
    if days is None:
        raise BadValueError(
            _("“{value}” is not a rhythm, e.g. 180 or half-yearly.").format(value=values.shown(cell))
        )
    if not 7 <= days <= 1500:
        raise BadValueError(_("A rhythm has 7 to 1500 days."))
    return days


def references(cell: Cell, reading: Reading) -> list[str] | None:
    """Codes or names of other touchpoints, with ; between them (codes also with commas)."""
    parts = [tidy(part) for part in re.split(r"[;\n]", values.text(cell, reading))]
    if len(parts) == 1 and re.fullmatch(r"\s*[A-Z]+-\d+(\s*,\s*[A-Z]+-\d+)+\s*", parts[0]):
        parts = [part.strip() for part in parts[0].split(",")]
    return [part for part in dict.fromkeys(parts) if part] or None


def importance_words(text: str, known: Known) -> Sequence[Word]:
    """A step of 1 to 5: also "4/5", "8 von 10", "80 %", "***"."""
    if found := PART_OF_SCALE.fullmatch(text.strip()):
        return [Word(_step(Decimal(found[1].replace(",", ".")), int(found[2])))]
    if found := PER_CENT.fullmatch(text.strip()):
        return [Word(_step(Decimal(found[1].replace(",", ".")), 100))]
    if stars := re.fullmatch(r"[*★]{1,5}[☆]*", text.strip()):
        return [Word(str(stars[0].count("*") + stars[0].count("★")))]
    return [Word(text)] if sort_key(text).strip("-–?. ") else []


def _step(part: Decimal, whole: int) -> str:
    return str(min(5, max(1, -int(-5 * part // whole)))) if whole else ""


def feeling_words(text: str, known: Known) -> Sequence[Word]:
    """A feeling: also "++" to "--", "+2" to "-2", faces."""
    bare = text.strip().replace("−", "-").replace("–", "-").replace(" ", "").rstrip("\ufe0f")
    return [Word(FACES.get(bare, text))]
