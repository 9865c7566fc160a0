"""Somebody with a browser, and a mail server: what stands outside of a cxm that is being killed."""

import socketserver
import uuid
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Event, Lock, Thread
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"
TOKEN = "0" * 32


@dataclass(frozen=True)
class Visitor:
    """Signed in by a session that was made before. Follows no redirects, so that each answer can be judged."""

    port: int
    session: str

    def get(self, path: str) -> tuple[int, str]:
        """Status and text; status 0 if nobody answered."""
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        """Status, and where to go on if it is a redirect; status 0 if the answer did not arrive."""
        return self._ask("POST", path, urlencode(fields).encode(), FORM)

    def send(self, path: str, name: str, content: bytes) -> tuple[int, str]:
        """Upload a file in the field `file`."""
        body, kind = multipart(name, content)
        return self._ask("POST", path, body, kind)

    def begin(self, path: str, body: bytes, kind: str) -> HTTPConnection:
        """A request that stops in the middle of its body, and waits."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest("POST", path)
        for header, value in self._headers(kind, len(body)).items():
            connection.putheader(header, value)
        connection.endheaders(body[: len(body) // 2])
        return connection

    def _headers(self, kind: str, length: int) -> dict[str, str]:
        cookies = f"sessionid={self.session}; csrftoken={TOKEN}"
        return {
            "Cookie": cookies, "X-CSRFToken": TOKEN, "Content-Type": kind, "Content-Length": str(length),
        }  # fmt: skip

    def _ask(self, method: str, path: str, body: bytes = b"", kind: str = FORM) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, self._headers(kind, len(body)))
            answer: HTTPResponse = connection.getresponse()
            text = answer.read().decode()
            return answer.status, answer.getheader("Location") or text
        except (OSError, HTTPException):
            return 0, ""
        finally:
            connection.close()


def multipart(name: str, content: bytes) -> tuple[bytes, str]:
    """A body with one file, and its content type."""
    edge = uuid.uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    body = f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content
    return body + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server that takes everything, and counts each letter by its Message-ID."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Dialogue)
        self.lock = Lock()
        self.arrived: Counter[str] = Counter()
        self.recipients: dict[str, str] = {}
        self.gate = Event()  # while it is closed, a letter is taken and its sender waits for the answer
        self.gate.set()
        Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def take(self, letter: Message) -> None:
        with self.lock:
            key = str(letter["Message-ID"])
            self.arrived[key] += 1
            self.recipients[key] = str(letter["To"])

    def close(self) -> None:
        self.gate.set()
        self.shutdown()
        self.server_close()


class _Dialogue(socketserver.StreamRequestHandler):
    """As much SMTP (RFC 5321) as a client needs to get rid of a letter."""

    server: Mailbox

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self._say("354 go on")
                self.server.take(message_from_bytes(self._letter()))
                self.server.gate.wait()
            self._say("221 bye" if command == b"QUIT" else "250 ok")
            if command == b"QUIT":
                return

    def _letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
