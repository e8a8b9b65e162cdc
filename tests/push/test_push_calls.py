"""What 100 new events cost, in calls and in minutes of the quota, and what a look costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_benchmark_keeps_within_its_bounds() -> None:
    """Nothing in it is timed: its figures are always the same."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "push.py")],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert (
        done.stdout
        == """\
100 new events, 309 entities, into an empty container:
  the plan foretells 6 calls, 0.0 minutes
  --bulk always: 309 changes, 6 calls, 0.0 virtual minutes (at most 6 calls)
  the plan foretells 313 calls, 20.0 minutes
  --bulk never: 309 changes, 313 calls, 20.0 virtual minutes (at most 319 calls)
the same again, nothing to change:
  the plan foretells 6 calls, 0.0 minutes
  pages of 1000: 4 calls, 0.0 virtual minutes (at most 9 calls)
  the plan foretells 6 calls, 0.0 minutes
  pages of 50: 4 calls, 0.0 virtual minutes (at most 9 calls)
"""
    )
