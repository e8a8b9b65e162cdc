"""Scenarios run by several processes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from multiprocessing.connection import Connection

from gtmgen.scenarios.model import Result, Scenario
from gtmgen.scenarios.run import Runner

_FEW = 12
"""Fewer are not worth a second process."""


def run_parallel(
    runner: Runner, scenarios: Sequence[Scenario], processes: int | None = None
) -> list[Result]:
    """Results in order, made by several processes: an interpreter runs one page at a time.

    A browser is one process's; where scenarios are few, or need one, this one runs them.
    """
    count = processes or os.cpu_count() or 1
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    if count < 2 or not can_fork or len(scenarios) < _FEW or runner.may_need_browser(scenarios):
        return list(runner.run_all(scenarios))
    size = -(-len(scenarios) // count)
    chunks = [scenarios[start : start + size] for start in range(0, len(scenarios), size)]
    # Forked, so that each has the container that is made ready already: none of it is pickled.
    context = multiprocessing.get_context("fork")
    pipes = []
    for chunk in chunks[1:]:
        receiving, sending = context.Pipe(duplex=False)
        worker = context.Process(target=_send_results, args=(runner, chunk, sending), daemon=True)
        worker.start()
        # Or this process would hold the pipe open, and never see that a worker has died.
        sending.close()
        pipes.append((worker, receiving, chunk))
    results = list(runner.run_all(chunks[0]))
    for worker, receiving, chunk in pipes:
        try:
            results += receiving.recv()
        except EOFError:  # a worker that died: this process runs its share
            results += runner.run_all(chunk)
        worker.join()
    return results


def _send_results(runner: Runner, scenarios: Sequence[Scenario], sending: Connection) -> None:
    sending.send(list(runner.run_all(scenarios)))
    sending.close()
