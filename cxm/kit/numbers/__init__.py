"""Numbers and dates: shown (`formats()`) and read (`parse_decimal`, `parse_date`), German and English."""

from cxm.kit.numbers.formats import MISSING, NBSP, Formats, Number, formats
from cxm.kit.numbers.reading import DateError, NumberError, parse_date, parse_decimal

__all__ = [
    "MISSING",
    "NBSP",
    "DateError",
    "Formats",
    "Number",
    "NumberError",
    "formats",
    "parse_date",
    "parse_decimal",
]
