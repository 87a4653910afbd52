"""`alongside serve`: one process, on loopback unless people sign in, from an announced start to a clean end."""

import contextlib
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Generator, Sequence
from typing import Any

import uvicorn

from alongside.core.errors import PolicyError, UsageError
from alongside.store import versions
from alongside.web.app import create_app
from alongside.web.hosts import LOOPBACK, hosts_of
from alongside.workbench import Workbench
from alongside.workbench.address import forget_address, note_address

__all__ = ["Announce", "serve"]

_BACKLOG = 128
_LAST_SECONDS = 5
_BITS = 32
_SIGNALS = (signal.SIGINT, signal.SIGTERM)

Announce = Callable[[dict[str, Any]], None]
"""Told once, when requests are answered: `url`, `open` (the browser's link), `token`, `host`, `port`, `customer`, `live`."""


def serve(
    bench: Workbench,
    *,
    host: str = "127.0.0.1",
    port: int = 8717,
    names: Sequence[str] = (),
    announce: Announce,
) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is under way (5 s at most) and return. Port 0 takes a free one.

    Beyond loopback only under declared names, to people who sign in: raises PolicyError `bind-refused` otherwise, and
    UsageError `bad-name`, `port-taken`. The caller closes `bench`.
    """
    hosts = hosts_of(names)
    if host not in LOOPBACK:
        _check_bind(bench, host, names)
    token, link = secrets.token_urlsafe(_BITS), secrets.token_urlsafe(_BITS)
    with _listen(host, port) as listener:
        app = create_app(bench, token=token, open_link=link, hosts=hosts)
        taken = listener.getsockname()[1]
        url = hosts.url(_url(host, taken), taken)

        def started() -> None:
            note_address(bench, url)
            announce(
                {
                    "url": url,
                    "open": f"{url}open/{link}",
                    "token": token,
                    "host": host,
                    "port": taken,
                    "customer": bench.engagement.customer,
                    "live": versions.pointer(bench.database).live,
                }
            )

        config = uvicorn.Config(
            app,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_LAST_SECONDS,
        )
        try:
            _Server(config, started).run([listener])
        finally:
            forget_address(bench, url)


def _check_bind(bench: Workbench, host: str, names: Sequence[str]) -> None:
    """Raise PolicyError unless somebody can sign in, by a name that is known."""
    if not bench.engagement.people:
        raise PolicyError(
            "bind-refused",
            f"{host} can be reached from other machines, and nobody can sign in",
            fix="add the people first: `alongside person add NAME --role reviewer`; or leave --host out",
        )
    if not names:
        raise PolicyError(
            "bind-refused",
            f"{host} can be reached from other machines, and by which name isn't said",
            fix="say it: --name host.example, or --name https://host.example behind a proxy that does TLS",
        )


class _Server(uvicorn.Server):
    """Tells when it has started, and returns after a signal instead of raising it once more."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {one: signal.signal(one, self.handle_exit) for one in _SIGNALS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def _listen(host: str, port: int) -> socket.socket:
    address = "127.0.0.1" if host == "localhost" else host
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise UsageError(
            "port-taken",
            f"{_url(host, port)} can't be had: {error.strerror}",
            fix="name another port; --port 0 takes a free one",
        ) from error
    return listener


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
