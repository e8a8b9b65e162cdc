"""When a page has come to rest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

_TICK: Final = 0.03
_PATIENCE: Final = 3.0  # s; a request that is open for longer is a stream, or a poll


class Activity:
    """What a page still does: its open requests, and when something was last seen of it."""

    def __init__(self) -> None:
        self._open: dict[object, float] = {}
        self._last = 0.0

    def touch(self) -> None:
        """Something was seen."""
        self._last = asyncio.get_running_loop().time()

    def open(self, request: object) -> None:
        """A request was made."""
        self._open[request] = asyncio.get_running_loop().time()

    def close(self, request: object) -> None:
        """A request has its answer, or will not get one."""
        self._open.pop(request, None)

    async def wait_for_rest(
        self,
        quiet: float,
        longest: float,
        ended: asyncio.Event,
        ask: Callable[[], Awaitable[object]],
    ) -> None:
        """Waits until nothing was seen for ``quiet`` seconds, or the visit has ``ended``.

        ``ask`` waits for an answer of the page: one that computes is silent and not at rest.
        A page that does not come to rest is not waited for any longer than ``longest`` seconds.
        """
        loop = asyncio.get_running_loop()
        self.touch()
        limit = loop.time() + longest
        while loop.time() < limit and not ended.is_set():
            await asyncio.sleep(_TICK)
            since = loop.time() - _PATIENCE
            is_waiting = any(opened > since for opened in self._open.values())
            if is_waiting or loop.time() - self._last < quiet:
                continue
            last = self._last
            await ask()
            if self._last == last:
                return
