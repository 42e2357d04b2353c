"""Who may come in: a token in the address, and only pages of the same address.

On the loopback interface nobody else reaches the server, but any page that is open in a browser
there could try to. Such a page says where it comes from, or calls the server by another name.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody confuses, for an address may be typed from a projector."""

_LENGTH = 10
"""Letters of a token, of 4.95 bits each: at 1,000 guesses a second half of all in 13,000 years."""


def new_token() -> str:
    """A token that nobody can guess."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def is_loopback(host: str) -> bool:
    """Whether what listens on a host is reached from this computer only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def shown_host(host: str) -> str:
    """The host as others write it: for "all interfaces" the address that others see."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        address = ipaddress.ip_address(_own_address())
    return f"[{address}]" if address.version == 6 else str(address)


def _own_address() -> str:
    """The address of this computer in its network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        try:
            # An address that documentation uses (RFC 5737); only the way to it is looked up.
            out.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(out.getsockname()[0])


@dataclass(frozen=True, slots=True)
class Access:
    """What a request has to have; without a `token` it has to call this computer by a loopback
    name.
    """

    token: str = ""

    @property
    def prefix(self) -> str:
        """What every path begins with."""
        return f"/{self.token}" if self.token else ""

    def refusal(self, path: str, host: str, origin: str | None) -> str | None:
        """Why a request is refused, as a sentence, None if it is not.

        `host` and `origin` are the headers of those names.
        """
        if self.token:
            given = path.split("/")[1] if path.startswith("/") else ""
            if not hmac.compare_digest(given.encode(), self.token.encode()):
                return (
                    "This is not the whole address. Ask for it again, and type it "
                    "with all the letters at its end."
                )
        elif not is_loopback(_name(host)):
            return "Open it as http://localhost, followed by : and the number of the port."
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return "Another page asks for this one. Open its address by itself."
        return None


def _name(host: str) -> str:
    """The host of a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
