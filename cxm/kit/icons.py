"""Icons of the vendored sprite."""

from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


@lru_cache(maxsize=4096)  # a page of rows asks for the same few icons hundreds of times
def icon(name: str, label: str = "") -> SafeString:
    """An svg that points into the sprite; with `label` it is read aloud, without it is decoration."""
    href = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', href)
