"""When a page of Chromium ends: it is waited for, but not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

T = TypeVar("T")


class Stopped(Exception):  # noqa: N818 - not an error of ours: the page was cut off
    """The page was cut off; the text says why."""


class NoAnswer(Exception):  # noqa: N818 - who waits knows what to make of it
    """The page did not answer in time."""


class PageEnd:
    """Whether a page has been cut off, and why; the first reason counts."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self.reason = ""

    @property
    def has_come(self) -> bool:
        """Whether the page has been cut off."""
        return self.event.is_set()

    def come(self, reason: str) -> None:
        """Cut the page off."""
        self.reason = self.reason or reason
        self.event.set()

    async def wait_for(self, work: Awaitable[T], seconds: float) -> T:
        """What the page answers.

        Raises :class:`PageStopped` where it is cut off meanwhile, :class:`NoAnswer` after
        ``seconds``.
        """
        task = asyncio.ensure_future(work)
        ended = asyncio.ensure_future(self.event.wait())
        try:
            await asyncio.wait({task, ended}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.done() and not self.has_come:
                return task.result()
        finally:
            for one in (task, ended):
                if not one.done():
                    one.cancel()
        if self.has_come:
            raise Stopped(self.reason)
        raise NoAnswer

    async def close(self, context: BrowserContext | None, seconds: float) -> bool:
        """Close a page. False when the browser does not answer any more, and is to be given up."""
        if context is None:
            return True
        try:
            await asyncio.wait_for(context.close(), seconds)
        except Exception:  # whatever it is, the browser is given up
            return False
        return not self.has_come
