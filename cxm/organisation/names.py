"""Names of people as lists write them: "Müller, Anna (Vertrieb)", "Frau Anna Müller", "anna.mueller@example.org"."""

import re
from typing import NamedTuple

from cxm.kit.fields import sort_key

ADDRESSED = re.compile(r"^(?:herrn?|hr\.|frau|fr\.|mr\.?|mrs\.?|ms\.?)\s+", re.IGNORECASE)
BRACKET = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*")
SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class Written(NamedTuple):
    """A name in its usual order, and what stood beside it in brackets."""

    name: str
    beside: str = ""


def read_name(text: str) -> Written:
    """The name behind a way of writing it."""
    beside = ", ".join(part.strip() for part in BRACKET.findall(text) if part.strip())
    bare = " ".join(BRACKET.sub(" ", text).split()).strip(" ,;")
    last, comma, first = bare.partition(",")
    if comma and first.strip():
        bare = f"{first.strip()} {last.strip()}"
    return Written(ADDRESSED.sub("", bare).strip(), beside)


def name_key(name: str) -> str:
    """Equal for ways to write one name: without case and accents, umlauts spelled out or not."""
    return re.sub(r"[\W_]+", " ", sort_key(name.lower().translate(SPELLED_OUT).replace("ß", "ss"))).strip()
