"""Prints a sheet in a process of its own: `python -I press.py < drafts.json > sheet.pdf`.

WeasyPrint takes 60 MB and a second of processor time, which no process that answers pages should carry. Runs without
Django and without secrets in its environment. The drafts are the same sheet as HTML from generous to tight: the first
that fits on one page is printed, else the last.
"""

import json
import signal
import sys

VARIANT = "pdf/ua-1"
MISSING = 3  # exit code: the libraries that draw text are not on this machine
SECONDS = 60  # then the kernel ends this process, whoever still waits for it


def refuse(url: str, *args: object, **kwargs: object) -> dict[str, object]:
    """The sheet is complete in itself; nothing is fetched, whatever a text on it may name."""
    raise ValueError(f"not fetched: {url}")


def printed(drafts: list[str]) -> bytes:
    """The first draft that fits on one page, as tagged PDF."""
    from weasyprint import HTML  # noqa: PLC0415 - where Pango is missing this fails, and `main` can say so

    for draft in drafts:
        sheet = HTML(string=draft, url_fetcher=refuse).render(pdf_variant=VARIANT)
        if len(sheet.pages) == 1:
            break
    pdf: bytes = sheet.write_pdf(pdf_variant=VARIANT)
    return pdf


def main() -> int:
    """From standard input to standard output."""
    signal.alarm(SECONDS)
    try:
        pdf = printed(json.load(sys.stdin))
    except OSError as error:  # what cffi raises for a library that it does not find
        sys.stderr.write(f"{error}\n")
        return MISSING
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
