"""Entries that the sandbox tests run in worker processes."""

import os
import signal
import sys
import time
from pathlib import Path

from alongside.core.errors import DataError
from alongside.sandbox.jobs import serve_jobs

KEPT = []


def echo(role, options, channel):
    message, body = channel.receive()
    channel.send({"role": role, "options": options, "message": message, "pid": os.getpid()}, body[::-1])


def noisy(role, options, channel):
    print("on the standard output", flush=True)
    sys.stderr.write("x" * 20_000 + "the end")
    sys.exit(7)


def sleeper(role, options, channel):
    Path(options["file"]).write_text(str(os.getpid()))
    time.sleep(600)


def grandparent(role, options, channel):
    """Starts a sleeping worker of our own, then wait to be killed."""
    from alongside.sandbox.process import Worker

    Worker.start("worker_entries:sleeper", role="", options=options)
    time.sleep(600)


def jobs(role, options, channel):
    serve_jobs(channel, _job)


def _job(message, body):
    return JOBS[message["do"]](message, body)


def _refuse(message, body):
    raise DataError("bad-row", "rows.csv, row 3: no date", fix="Give row 3 a date.")


def _grow(message, body):
    KEPT.append(bytearray(os.urandom(1024)) * (64 << 10))
    return {"pid": os.getpid()}, b""


JOBS = {
    "pid": lambda message, body: ({"pid": os.getpid()}, b""),
    "reverse": lambda message, body: ({}, body[::-1]),
    "refuse": _refuse,
    "hang": lambda message, body: time.sleep(600),
    "eat": lambda message, body: ({"n": len(bytearray(1 << 40))}, b""),
    "grow": _grow,
    "oom": lambda message, body: os.kill(os.getpid(), signal.SIGKILL),
    "segfault": lambda message, body: os.kill(os.getpid(), signal.SIGSEGV),
    "raise": lambda message, body: 1 / 0,
    "flood": lambda message, body: ({}, bytes(message["size"])),
}
