"""What a push says while it runs."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass, field

from gtmgen.cli.output import talk
from gtmgen.push.apply import PushStep
from gtmgen.report.push_report import draw_bar, format_step


@dataclass
class Teller:
    """One line that is written anew on a terminal; elsewhere a line for each change.

    ``paced`` says that calls wait for Google's quota, so that the time left is known.
    """

    paced: bool
    quiet: bool
    done: list[PushStep] = field(default_factory=list)
    _drawn: bool = False

    def tell(self, step: PushStep) -> None:
        self.done.append(step)
        if self.quiet:
            return
        if sys.stderr.isatty():
            self._drawn = True
            _draw(f"\r\x1b[K{draw_bar(step, paced=self.paced)}")
        else:
            talk(format_step(step))

    def end(self) -> None:
        if self._drawn:
            _draw("\n")
            self._drawn = False


def _draw(text: str) -> None:
    """As with talk, nobody may be looking any more; that stops no work."""
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()
