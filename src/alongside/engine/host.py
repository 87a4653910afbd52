"""The worker's side: serves orders for one version until its parent is gone."""

import asyncio
import inspect
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from alongside.core.errors import AlongsideError
from alongside.engine.ending import Judge
from alongside.engine.execute import execute
from alongside.engine.order import Order
from alongside.engine.session import Session
from alongside.engine.step import Workflow
from alongside.sandbox.jobs import pack_error

__all__ = ["Handler", "serve"]

Send = Callable[[dict[str, Any], bytes], None]
Receive = Callable[[], tuple[dict[str, Any], bytes]]
Handler = Callable[[dict[str, Any], bytes], dict[str, Any]]
"""Answers one kind of message, on a thread of its own."""

_THREADS = 32
_CROWD = 8  # runs at once, from which on their commits are gathered


def serve(
    session: Session,
    workflows: Mapping[str, Workflow[..., Any]],
    *,
    judge: Judge,
    receive: Receive,
    send: Send,
    handlers: Mapping[str, Handler],
) -> None:
    """Serve until `receive` raises EOFError. Orders run at once; each is answered when it is committed."""
    asyncio.run(_serve(session, workflows, judge, receive, send, handlers))


async def _serve(
    session: Session,
    workflows: Mapping[str, Workflow[..., Any]],
    judge: Judge,
    receive: Receive,
    send: Send,
    handlers: Mapping[str, Handler],
) -> None:
    loop = asyncio.get_running_loop()
    session.loop = loop
    inbox: asyncio.Queue[tuple[dict[str, Any], bytes] | None] = asyncio.Queue()
    threading.Thread(target=_listen, args=(receive, inbox, loop), daemon=True).start()
    threads = ThreadPoolExecutor(_THREADS)
    tasks: set[asyncio.Task[None]] = set()

    def ended(task: asyncio.Task[None]) -> None:
        tasks.discard(task)
        session.database.crowded = len(tasks) > _CROWD

    while True:
        item = await inbox.get()
        if item is None:
            break
        message, body = item
        if message["kind"] == "run":
            task = loop.create_task(_run(session, workflows, judge, send, message, threads))
        else:
            task = loop.create_task(_handle(handlers[message["kind"]], send, message, body))
        tasks.add(task)
        task.add_done_callback(ended)
        session.database.crowded = len(tasks) > _CROWD


def _listen(
    receive: Receive,
    inbox: "asyncio.Queue[tuple[dict[str, Any], bytes] | None]",
    loop: asyncio.AbstractEventLoop,
) -> None:
    while True:
        try:
            item = receive()
        except EOFError:
            loop.call_soon_threadsafe(inbox.put_nowait, None)
            return
        loop.call_soon_threadsafe(inbox.put_nowait, item)


async def _run(
    session: Session,
    workflows: Mapping[str, Workflow[..., Any]],
    judge: Judge,
    send: Send,
    message: dict[str, Any],
    threads: ThreadPoolExecutor,
) -> None:
    order = Order(**message["order"])
    try:
        async with asyncio.timeout(order.seconds):
            outcome = await execute(session, workflows, order, judge=judge, threads=threads)
        send({"job": message["job"], "outcome": outcome.to_json()}, b"")
    except TimeoutError:
        hung = not inspect.iscoroutinefunction(workflows[order.workflow].function)
        send({"job": message["job"], "timeout": True, "hung": hung}, b"")
    except Exception as error:  # noqa: BLE001  an order is always answered
        send({"job": message["job"], "error": pack_error(_known(error))}, b"")


async def _handle(handler: Handler, send: Send, message: dict[str, Any], body: bytes) -> None:
    try:
        reply = await asyncio.to_thread(handler, message, body)
        send({"job": message["job"], "reply": reply}, b"")
    except Exception as error:  # noqa: BLE001  a question is always answered
        send({"job": message["job"], "error": pack_error(_known(error))}, b"")


def _known(error: Exception) -> AlongsideError:
    if isinstance(error, AlongsideError):
        return error
    return AlongsideError(
        "engine-bug", f"{type(error).__name__}: {error}", fix="report it, with `alongside doctor`"
    )
