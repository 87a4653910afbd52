"""The names under which this server may be asked: loopback always, and what was declared.

The Host is checked on every request, since a name that was rebound to this machine makes a foreign page same-origin
(DNS rebinding).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from alongside.core.errors import UsageError

__all__ = ["LOOPBACK", "Hosts", "hosts_of", "is_loopback"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_HOST_AND_PORT = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+):([0-9]{1,5})")
_NAME = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<name>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?/?"
)
_LAST_PORT = 65535
_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class Hosts:
    """Declared names as (scheme, name, port); an empty port is the one that is served."""

    declared: tuple[tuple[str, str, str], ...] = ()

    def scheme(self, host: str, port: int) -> str | None:
        """Return how a Host header's name is reached (`http`, `https`), None where it isn't ours."""
        name, given = _parted(host)
        if _is_loopback(name):
            return "http" if int(given or 80) == port else None
        return next(
            (
                scheme
                for scheme, known, at in self.declared
                if known == name and (given or _PORTS[scheme]) == (at or str(port))
            ),
            None,
        )

    def url(self, fallback: str, port: int) -> str:
        """Return the address to tell people: the first declared name's, else `fallback`."""
        if not self.declared:
            return fallback
        scheme, name, at = self.declared[0]
        at = at or str(port)
        return f"{scheme}://{name}/" if at == _PORTS[scheme] else f"{scheme}://{name}:{at}/"


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine itself, which browsers trust without TLS."""
    return _is_loopback(_parted(host)[0])


def _is_loopback(name: str) -> bool:
    return name.strip("[]") in LOOPBACK


def _parted(host: str) -> tuple[str, str]:
    """Return a Host header's name and port, the port empty where it has none."""
    found = _HOST_AND_PORT.fullmatch(host.lower())
    return (found[1], found[2]) if found else (host.lower(), "")


def hosts_of(names: Sequence[str]) -> Hosts:
    """Return the declared names: NAME (http, on the port that is served), NAME:PORT, or https://NAME behind a proxy.

    Raises UsageError `bad-name`.
    """
    found: list[tuple[str, str, str]] = []
    for name in names:
        read = _NAME.fullmatch(name.strip().lower())
        if read is None:
            raise UsageError(
                "bad-name",
                f"{name!r} is no name of a host",
                fix="give --name host.example, host.example:8443 or https://host.example",
            )
        if why := _unusable(read["name"], read["port"]):
            raise UsageError(
                "bad-name", f"{name!r} {why}", fix="give the name or address by which people reach this"
            )
        scheme = read["scheme"] or "http"
        port = read["port"] or (_PORTS[scheme] if read["scheme"] else "")
        found.append((scheme, read["name"], port))
    return Hosts(tuple(found))


def _unusable(name: str, port: str | None) -> str:
    """Return why nobody can come by this name, empty where they can."""
    if port is not None and not 0 < int(port) <= _LAST_PORT:
        return f"names a port that isn't one (1 to {_LAST_PORT})"
    try:
        address = ip_address(name.strip("[]"))
    except ValueError:
        numeric = name.rpartition(".")[2].isdecimal() or ":" in name
        return "is no address" if numeric else ""
    return "is every address of this machine, and none of its names" if address.is_unspecified else ""
