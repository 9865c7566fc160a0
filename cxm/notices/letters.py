"""A Django message as a row of the outbox, and the row as the message that leaves."""

import base64
from email.message import MIMEPart
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils.html import strip_tags

from cxm.notices.models import OutgoingMail

SECRET_HEADER = "X-Cxm-Secret"  # noqa: S105 - marks a mail whose text is erased once it is sent; never leaves
ADDRESS_HEADERS = {"from", "to", "cc"}  # an outbox mail has one recipient of its own


def parts_of(message: EmailMessage) -> dict[str, Any]:
    """What the outbox keeps of a message, whoever receives it."""
    headers = {str(name): str(value) for name, value in message.extra_headers.items()}
    secret = headers.pop(SECRET_HEADER, "")
    if message.reply_to:
        headers["Reply-To"] = ", ".join(message.reply_to)
    html = html_of(message)
    return {
        "subject": str(message.subject),
        "body": strip_tags(html) if message.content_subtype == "html" else str(message.body),
        "html": html,
        "sender": "" if message.from_email == settings.DEFAULT_FROM_EMAIL else str(message.from_email),
        "headers": {name: value for name, value in headers.items() if name.lower() not in ADDRESS_HEADERS},
        "attachments": [pack(attachment) for attachment in message.attachments],
        "is_secret": bool(secret),
    }


def html_of(message: EmailMessage) -> str:
    """The HTML part of a message, or nothing."""
    if message.content_subtype == "html":
        return str(message.body)
    for alternative in getattr(message, "alternatives", ()):
        if alternative.mimetype == "text/html":
            return str(alternative.content)
    return ""


def pack(attachment: Any) -> dict[str, str]:
    """An attachment as JSON."""
    if isinstance(attachment, MIMEPart):
        name, kind = attachment.get_filename() or "", attachment.get_content_type()
        content: Any = attachment.get_payload(decode=True)
    else:
        name, content, kind = attachment
    raw = content.encode() if isinstance(content, str) else bytes(content)
    return {
        "name": name or "",
        "type": kind or "application/octet-stream",
        "content": base64.b64encode(raw).decode(),
    }


def message_of(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The message as it leaves."""
    message = EmailMultiAlternatives(
        mail.subject,
        mail.body,
        mail.sender or None,
        mail.recipients,
        headers=mail.headers | {"Message-ID": message_id(mail)},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for part in mail.attachments:
        content: bytes | str = base64.b64decode(part["content"])
        if part["type"].startswith("text/") and isinstance(content, bytes):
            content = content.decode(errors="replace")
        message.attach(part["name"], content, part["type"])
    return message


def message_id(mail: OutgoingMail) -> str:
    """Made of the row alone, so that receivers can drop a mail that left twice (RFC 5322, 3.6.4)."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<cxm-{mail.pk}-{int(mail.created_at.timestamp() * 1_000_000):x}@{host}>"
