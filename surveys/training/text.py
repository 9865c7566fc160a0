"""Text of lessons: Markdown (CommonMark) to markup that is safe to show.

Raw HTML is not understood in the first place (`html: False`); what comes out passes a list of allowed tags as well, so
that a fault in one of the two lets nothing through. No pictures: they would be fetched from elsewhere.
"""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {
    "p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h3", "h4", "h5", "h6",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
DEEPER = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}
"""A lesson's headings stand below the title of its page and that of the lesson."""
READER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")


@lru_cache(maxsize=512)
def shown(body: str) -> SafeString:
    """The markup of a text."""
    tokens = READER.parse(body)
    for token in tokens:
        token.tag = DEEPER.get(token.tag, token.tag) if token.type.startswith("heading") else token.tag
    markup = READER.renderer.render(tokens, READER.options, {})
    return mark_safe(
        nh3.clean(
            markup, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener noreferrer",
        )
    )  # fmt: skip
