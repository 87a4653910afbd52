"""One worker process: started cheaply, killed surely, never outliving its parent."""

import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Self

from alongside.sandbox.channel import Channel

__all__ = ["Worker"]

_BOOT: Final = (
    "import json,sys;sys.path[:]=json.loads(sys.argv[2]);"
    "from alongside.sandbox.child import main;main(int(sys.argv[1]))"
)
_FATAL: Final = "Fatal Python error"
_KEPT: Final = 8192
_START_SECONDS: Final = 60.0


class Worker:
    """A process that runs an entry function over a channel. Make one with `start`."""

    def __init__(self, process: subprocess.Popen[bytes], channel: Channel) -> None:
        self.channel = channel
        self._process = process
        self._output = bytearray()
        self._drain = threading.Thread(target=self._keep_output, name="worker-output", daemon=True)
        self._drain.start()

    @classmethod
    def start(
        cls,
        entry: str,
        *,
        role: str,
        options: dict[str, Any],
        memory: int | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Self:
        """Start a process that calls `entry` ("module:function") with (role, options, channel).

        `memory` caps its address space in bytes; `env` is added to our environment. A child that can't start
        shows as EOFError at the first use of the channel, with the cause in `stderr`.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            spawn = functools.partial(_spawn, theirs.fileno(), dict(os.environ) | dict(env or {}))
            try:
                worker = cls(_spawner().submit(spawn).result(), Channel(ours))
            except BaseException:  # Ctrl-C too
                ours.close()
                raise
        start = {"entry": entry, "role": role, "options": options, "memory": memory, "parent": os.getpid()}
        with contextlib.suppress(EOFError):
            worker.channel.send(start, timeout=_START_SECONDS)
        return worker

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The exit status, negative for a signal, None while it runs."""
        return self._process.poll()

    @property
    def stderr(self) -> str:
        """The last 8 kB that the process wrote to its standard error and output."""
        if not self.alive:
            self._drain.join(timeout=1.0)  # a grandchild may hold the pipe open
        return self._output.decode("utf-8", "replace")

    @property
    def last_words(self) -> str:
        """How an ended process ended, in one line: what it said last, or the signal or status it left with."""
        lines = [line for line in self.stderr.splitlines() if line.strip() and not line.startswith(" ")]
        said = next((line for line in lines if line.startswith(_FATAL)), lines[-1] if lines else "")
        code = self.exit_code or 0
        left = signal.Signals(-code).name if -code in set(signal.Signals) else f"status {code}"
        return f"{said} ({left})" if said else left

    @property
    def resident(self) -> int | None:
        """The resident memory in bytes, where the system tells (Linux)."""
        with contextlib.suppress(OSError, IndexError, ValueError):
            fields = Path(f"/proc/{self.pid}/statm").read_text().split()
            return int(fields[1]) * os.sysconf("SC_PAGESIZE")
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit status. Raises TimeoutError."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"worker {self.pid} still runs") from error

    def kill(self) -> None:
        """Kill the process and those that it started, reap it and close the channel. Any thread, any time."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.kill()
            self._process.wait()
        self.channel.close()
        self._drain.join(timeout=1.0)

    def _keep_output(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        with pipe:
            while chunk := os.read(pipe.fileno(), _KEPT):
                self._output += chunk
                del self._output[:-_KEPT]


def _spawn(descriptor: int, env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
        # In UTF-8 mode: what a file says without an encoding given doesn't lean on the machine's locale.
        [sys.executable, "-X", "utf8", "-c", _BOOT, str(descriptor), json.dumps(sys.path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(descriptor,),
        env=env,
        start_new_session=True,  # Ctrl-C at the terminal is the parent's to handle
    )


@functools.cache
def _spawner() -> ThreadPoolExecutor:
    """Return the one thread that starts workers: Linux's parent-death signal fires when the starting thread ends."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="worker-spawner")


os.register_at_fork(after_in_child=_spawner.cache_clear)  # a fork has no threads but its own
