"""The worker's side: serves orders for one version until its parent is gone."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from typing import Any

from alongside.core.errors import AlongsideError
from alongside.engine.ending import Judge
from alongside.engine.execute import execute
from alongside.engine.failing import out_of_memory
from alongside.engine.lost import paid_before
from alongside.engine.order import Order, Outcome
from alongside.engine.session import Session
from alongside.engine.step import Workflow
from alongside.engine.threads import are_left
from alongside.sandbox.channel import Channel
from alongside.sandbox.jobs import pack_error

__all__ = ["Handler", "serve"]

Handler = Callable[[dict[str, Any], bytes], dict[str, Any]]
"""Answers one kind of message, on a thread of its own."""

_THREADS = 32
_CROWD = 8  # runs at once, from which on their commits are gathered


def serve(
    session: Session,
    workflows: Mapping[str, Workflow[..., Any]],
    *,
    judge: Judge,
    channel: Channel,
    handlers: Mapping[str, Handler],
) -> None:
    """Serve until the channel's other end is gone. Orders run at once; each is answered when it is committed."""
    asyncio.run(_serve(session, workflows, judge, channel, handlers))


async def _serve(
    session: Session,
    workflows: Mapping[str, Workflow[..., Any]],
    judge: Judge,
    channel: Channel,
    handlers: Mapping[str, Handler],
) -> None:
    loop = asyncio.get_running_loop()
    session.loop = loop
    gone = asyncio.Event()
    threads = ThreadPoolExecutor(_THREADS)
    tasks: set[asyncio.Task[None]] = set()

    def ended(task: asyncio.Task[None]) -> None:
        tasks.discard(task)
        session.database.crowded = len(tasks) > _CROWD

    def begin(message: dict[str, Any], body: bytes) -> None:
        if message["kind"] == "run":
            task = loop.create_task(_run(session, workflows, judge, channel.send, message, threads))
        else:
            task = loop.create_task(_handle(handlers[message["kind"]], channel.send, message, body))
        tasks.add(task)
        task.add_done_callback(ended)
        session.database.crowded = len(tasks) > _CROWD

    def read() -> None:
        try:
            while True:
                begin(*channel.receive(0.0))
        except TimeoutError:
            return  # the rest is still to come
        except EOFError:
            loop.remove_reader(channel.fileno())
            gone.set()

    loop.add_reader(channel.fileno(), read)
    read()  # what came with the frame before
    await gone.wait()


async def _run(
    session: Session,
    workflows: Mapping[str, Workflow[..., Any]],
    judge: Judge,
    send: Callable[..., None],
    message: dict[str, Any],
    threads: ThreadPoolExecutor,
) -> None:
    order = Order(**message["order"])
    tell = partial(_tell, send, message["job"]) if order.watched else None
    if tell is not None:
        tell({"begins": order.run})
    try:
        outcome = await execute(session, workflows, order, judge=judge, threads=threads, tell=tell)
        hung = are_left(session, order.run) and outcome.code == "deadline"
        send({"job": message["job"], "outcome": outcome.to_json(), "hung": hung})
    except Exception as error:  # noqa: BLE001  an order is always answered
        if _is_exhausted(error):
            ended = out_of_memory(workflows[order.workflow])
            lost = Outcome(
                run=order.run,
                status=ended.status,
                error=ended.error,
                code=ended.code,
                exit_code=ended.exit_code,
                **asdict(paid_before(session.database, order)),
            )
            send({"job": message["job"], "outcome": lost.to_json(), "hung": False})
        else:
            send({"job": message["job"], "error": pack_error(_known(error))})


def _is_exhausted(error: Exception) -> bool:
    """Whether memory ran out in the engine itself, under an order that may be innocent: a thread's stack needs some too."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and "start new thread" in str(error)
    )


def _tell(send: Callable[..., None], job: int, what: dict[str, Any]) -> None:
    with contextlib.suppress(EOFError):  # nobody is left to watch; the run goes on to its commit
        send({"job": job, "told": what})


async def _handle(handler: Handler, send: Callable[..., None], message: dict[str, Any], body: bytes) -> None:
    try:
        reply = await asyncio.to_thread(handler, message, body)
        send({"job": message["job"], "reply": reply})
    except Exception as error:  # noqa: BLE001  a question is always answered
        send({"job": message["job"], "error": pack_error(_known(error))})


def _known(error: Exception) -> AlongsideError:
    if isinstance(error, AlongsideError):
        return error
    return AlongsideError(
        "engine-bug", f"{type(error).__name__}: {error}", fix="report it, with `alongside doctor`"
    )
