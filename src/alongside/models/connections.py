"""HTTP connections to one server: a session for each running loop, closed at the latest with the loop."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import aiohttp

__all__ = ["Connections", "Lane"]


@dataclass(frozen=True, slots=True)
class Lane:
    """One loop's session; `slots` bounds the calls at once."""

    session: "aiohttp.ClientSession"
    slots: asyncio.Semaphore
    holder: AsyncGenerator[None, None]


class Connections:
    """At most `limit` calls at once on each running loop."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lanes: dict[asyncio.AbstractEventLoop, Lane] = {}

    async def lane(self) -> Lane:
        """Return the running loop's lane, opened on first use."""
        loop = asyncio.get_running_loop()
        lane = self._lanes.get(loop)
        if lane is None:
            session = _session()
            # The loop closes its async generators when it ends (asyncio.run does): so nobody can forget.
            holder = self._hold(session, loop)
            lane = self._lanes[loop] = Lane(session, asyncio.Semaphore(self._limit), holder)
            await anext(holder)
        return lane

    async def close(self) -> None:
        """Close the running loop's session; the next call opens another."""
        lane = self._lanes.get(asyncio.get_running_loop())
        if lane is not None:
            await lane.holder.aclose()

    async def _hold(
        self, session: "aiohttp.ClientSession", loop: asyncio.AbstractEventLoop
    ) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            del self._lanes[loop]
            await session.close()


def _session() -> "aiohttp.ClientSession":
    import aiohttp

    return aiohttp.ClientSession(
        # The lane's slots bound the calls: waiting for one must not count against a call's time.
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )
