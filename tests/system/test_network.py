"""The watch on the network sees what it must see, and only that."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from system.network import strangers, watch, without_network

CONNECT = "import socket; s = socket.socket(); s.setblocking(False); s.connect_ex(('{host}', 9))"
SEND = (
    "import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.sendto(b'\"127.0.0.1\"', ('192.0.2.2', 9))"
)
SEND_MESSAGE = (
    "import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.sendmsg([b'x'], [], 0, ('192.0.2.3', 9))"
)
BIND = "import socket; socket.socket().bind(('0.0.0.0', 0))"
CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}], check=True)"
QUIET = """
import socket
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
client.sendall(b'inet_addr("192.0.2.9")')
left, right = socket.socketpair()
left.sendall(b"x")
"""


@pytest.fixture
def seen(tmp_path: Path, program: Callable[[str], str]) -> Callable[[str], list[str]]:
    """The strangers that a piece of Python talks to."""
    program("strace")

    def run(code: str) -> list[str]:
        found = watch([sys.executable, "-c", code], trace=tmp_path / "trace")
        assert found.status == 0, found.output
        return found.strangers

    return run


@pytest.mark.system
@pytest.mark.parametrize(
    ("code", "found"),
    [
        (CONNECT.format(host="192.0.2.1"), ["connect 192.0.2.1"]),
        (SEND, ["sendto 192.0.2.2"]),
        (SEND_MESSAGE, ["sendmsg 192.0.2.3"]),
        (BIND, ["bind 0.0.0.0"]),
        (CHILD.format(code=CONNECT.format(host="192.0.2.4")), ["connect 192.0.2.4"]),
        (QUIET, []),
    ],
    ids=["connect", "sendto", "sendmsg", "bind", "child", "loopback"],
)
def test_strangers_are_seen(seen: Callable[[str], list[str]], code: str, found: list[str]) -> None:
    assert seen(code) == found


@pytest.mark.system
def test_loopback_is_up_and_nothing_else_is(program: Callable[[str], str]) -> None:
    for name in ("unshare", "ip"):
        program(name)
    code = (
        QUIET
        + "print([name for _, name in socket.if_nameindex()], "
        + "socket.socket().connect_ex(('192.0.2.1', 9)))"
    )
    done = without_network([sys.executable, "-c", code])
    assert (done.returncode, done.stdout) == (0, "['lo'] 101\n")  # 101: network is unreachable


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (
            '7 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("8.8.8.8")}, 16 <unfinished ...>',
            1,
        ),
        ('7 connect(3, {sa_family=AF_INET6, inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = 0', 1),
        (
            '7 connect(3, {sa_family=AF_INET6, inet_pton(AF_INET6, "::ffff:192.0.2.1", &sin6_addr)}, 28) = 0',
            1,
        ),
        (
            '7 connect(3, {sa_family=AF_INET6, inet_pton(AF_INET6, "::ffff:127.0.0.1", &sin6_addr)}, 28) = 0',
            0,
        ),
        ('7 connect(3, {sa_family=AF_INET6, inet_pton(AF_INET6, "::1", &sin6_addr)}, 28) = 0', 0),
        ('7 connect(3, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("127.8.0.1")}, 16) = 0', 0),
        ('7 connect(3, {sa_family=AF_UNIX, sun_path="/run/socket"}, 110) = 0', 0),
        ('7 sendto(3, "inet_addr(\\"192.0.2.9\\")", 22, 0, NULL, 0) = 22', 0),
        ("7 io_uring_setup(8, {flags=0}) = 4", 1),
    ],
)
def test_a_line_of_a_trace(line: str, found: int) -> None:
    assert len(strangers(line)) == found
