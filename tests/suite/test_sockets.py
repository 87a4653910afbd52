"""The default run reaches no network, and a test that may open sockets reaches loopback alone."""

import asyncio
import contextlib
import socket
import threading

import pytest
from pytest_socket import SocketBlockedError, SocketConnectBlockedError

TEST_NET = "192.0.2.1"
BLOCKED = pytest.mark.filterwarnings("ignore:A test tried to use:UserWarning")


@BLOCKED
def test_sockets_are_blocked() -> None:
    with pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)


@BLOCKED
def test_names_are_not_resolved() -> None:
    with pytest.raises(SocketBlockedError):
        socket.getaddrinfo("example.org", 443)


def test_unix_sockets_work() -> None:
    left, right = socket.socketpair(socket.AF_UNIX)
    with left, right:
        left.sendall(b"here")
        assert right.recv(4) == b"here"


def test_an_event_loop_runs_without_sockets() -> None:
    assert asyncio.run(asyncio.sleep(0, "done")) == "done"


@pytest.mark.enable_socket
def test_marked_tests_reach_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=_greet_once, args=(server,))
        answering.start()
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            assert client.recv(5) == b"hello"
        answering.join()


@BLOCKED
@pytest.mark.enable_socket
def test_marked_tests_reach_nothing_else() -> None:
    with contextlib.closing(socket.socket()) as client, pytest.raises(SocketConnectBlockedError):
        client.connect((TEST_NET, 9))


def _greet_once(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.sendall(b"hello")
