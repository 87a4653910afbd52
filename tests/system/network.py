"""What a command does with the network, seen from outside its process: native libraries and children included."""

import ipaddress
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Seen", "strangers", "watch", "without_network"]

# io_uring can connect and send without a call of its own that strace shows; one that is set up is reported.
CALLS = "connect,sendto,sendmsg,sendmmsg,bind,io_uring_setup"
LOOPBACK_ONLY = 'ip link set lo up && exec "$@"'
ADDRESS = re.compile(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([0-9a-fA-F.:]+)"')
CALL = re.compile(r"^\d+ +(\w+)\(")


@dataclass(frozen=True)
class Seen:
    """What a command did: its status, its output (both streams) and the addresses that aren't loopback."""

    status: int
    output: str
    strangers: list[str]


def watch(
    command: Sequence[str],
    *,
    trace: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 100.0,
) -> Seen:
    """Run `command` under strace, which writes its calls to `trace`."""
    strace = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-e",
        f"trace={CALLS}",
        "-e",
        "signal=none",
        "-o",
        str(trace),
    ]
    done = _run([*strace, *command], cwd, env, timeout)
    return Seen(done.returncode, done.stdout, strangers(trace.read_text(errors="replace")))


def strangers(trace: str) -> list[str]:
    """The calls of a trace that name an address beyond loopback, as `call address`, each once, in order.

    An address in the bytes that were sent doesn't count: strace escapes the quotes in them.
    """
    found: dict[str, None] = {}
    for line in trace.splitlines():
        call = match[1] if (match := CALL.match(line)) else ""
        if call == "io_uring_setup":
            found["io_uring_setup, whose calls can't be seen"] = None
        found |= {f"{call} {address}": None for address in ADDRESS.findall(line) if not _is_loopback(address)}
    return list(found)


def _is_loopback(text: str) -> bool:
    address = ipaddress.ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def without_network(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 100.0,
) -> subprocess.CompletedProcess[str]:
    """Run `command` in a network namespace of its own, where loopback is up and nothing else is."""
    return _run(["unshare", "-rn", "sh", "-c", LOOPBACK_ONLY, "sh", *command], cwd, env, timeout)


def _run(
    command: Sequence[str], cwd: Path | None, env: Mapping[str, str] | None, timeout: float
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env=env,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
