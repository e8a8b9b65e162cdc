"""Python processes for which gtmgen need not be imported again.

Dozens of tests start gtmgen in a process of its own, to kill it, to interrupt it, or to run two at
once. Most of the half a second that each takes goes into the same imports. Here one interpreter for
each test worker imports them, does nothing else, and forks: each process has its own memory,
streams, folder, environment, arguments and exit, as if the interpreter had been started for it.
What is tested of the start itself (what is imported, the seed of hashes) needs a real start.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import io
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_LARGEST_REQUEST = 1 << 20
_STREAMS = ("stdin", "stdout", "stderr")


class Process:
    """A running `python ARGUMENTS`, where the arguments begin with `-m gtmgen` or `-c CODE`.

    Its standard input is empty. Its output goes to pipes, or to the file descriptors ``stdout`` and
    ``stderr``.
    """

    def __init__(
        self,
        *arguments: str,
        cwd: Path,
        environ: Mapping[str, str] | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> None:
        self.returncode: int | None = None
        with contextlib.ExitStack() as ours:  # what the process alone shall hold

            def pipe() -> tuple[io.FileIO, int]:
                reading, writing = os.pipe()
                ours.callback(os.close, writing)
                return io.FileIO(reading), writing

            self._out, out = pipe() if stdout is None else (None, stdout)
            self._err, err = pipe() if stderr is None else (None, stderr)
            self._state, state = pipe()
            nothing = ours.enter_context(open(os.devnull, "rb"))
            request = {
                "arguments": arguments,
                "cwd": str(cwd),
                "environ": dict(os.environ if environ is None else environ),
            }
            descriptors = [nothing.fileno(), out, err, state]
            socket.send_fds(_server(), [json.dumps(request).encode()], descriptors)
        self.pid = int(self._state.readline())

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.communicate()

    def read_line(self) -> str:
        """The next line of its standard output."""
        assert self._out is not None
        return self._out.readline().decode()

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float = 60) -> tuple[str, str]:
        """What is left in both pipes, once the process has ended."""
        parts: dict[object, list[bytes]] = {self._out: [], self._err: []}
        until = time.monotonic() + timeout
        with selectors.DefaultSelector() as selector:
            for pipe in (self._out, self._err):
                if pipe is not None and not pipe.closed:
                    selector.register(pipe, selectors.EVENT_READ)
            while selector.get_map():
                ready = selector.select(until - time.monotonic())
                if not ready:
                    raise subprocess.TimeoutExpired("python", timeout)
                for key, _ in ready:
                    data = os.read(key.fd, 1 << 16)
                    parts[key.fileobj].append(data)
                    if not data:
                        selector.unregister(key.fileobj)
                        key.fileobj.close()  # type: ignore[union-attr]
        self.wait()
        return b"".join(parts[self._out]).decode(), b"".join(parts[self._err]).decode()

    def wait(self) -> int:
        """The exit code; for a signal that ended it, its negative number."""
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(int(self._state.readline()))
            self._state.close()
        return self.returncode


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """As ``subprocess.run``: both streams as text, once the process has ended."""
    process = Process(*arguments, **options)  # type: ignore[arg-type]
    out, err = process.communicate()
    return subprocess.CompletedProcess(arguments, process.wait(), out, err)


@functools.cache
def _server() -> socket.socket:
    """The connection to the interpreter that forks; it ends with the connection."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LARGEST_REQUEST)
    with theirs:
        number = theirs.fileno()
        server = subprocess.Popen(
            [sys.executable, __file__, str(number)],
            pass_fds=[number],
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours


# -- in the interpreter that forks -------------------------------------------------------------


def _import_what_gtmgen_imports() -> None:
    import googleapiclient.discovery
    import jsonschema

    import gtmgen.api.google
    import gtmgen.emulator.server
    import gtmgen.emulator.transport
    import gtmgen.importer.write.folder
    from gtmgen.cli.app import VERBS

    for name in ("plan", "push", "emulator", "versions", "doctor", "compile", "schema"):
        VERBS[name].load()
    _ = googleapiclient.discovery, jsonschema, gtmgen


def _forked(connection: socket.socket) -> list[str]:
    """Forks for each request. Comes back in each of these processes, with its arguments."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    while True:
        data, descriptors, _, _ = socket.recv_fds(connection, _LARGEST_REQUEST, len(_STREAMS) + 1)
        if not data:
            os._exit(0)
        if os.fork() == 0 and _keep(*descriptors):
            connection.close()
            return _become(json.loads(data), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _keep(stdin: int, stdout: int, stderr: int, state: int) -> bool:
    """True in the new process; a keeper beside it tells its number, and how it has ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        return True
    for descriptor in (stdin, stdout, stderr):
        os.close(descriptor)
    os.write(state, f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    os.write(state, f"{status}\n".encode())
    os._exit(0)


def _become(request: Mapping[str, object], *descriptors: int) -> list[str]:
    *streams, state = descriptors
    os.close(state)
    for number, (name, descriptor) in enumerate(zip(_STREAMS, streams, strict=True)):
        os.dup2(descriptor, number)
        os.close(descriptor)
        stream = open(  # noqa: SIM115 - as the interpreter opens it at its start
            number,
            "w" if number else "r",
            buffering=1 if name == "stderr" else -1,
            errors="backslashreplace" if name == "stderr" else None,
            closefd=False,
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    os.chdir(str(request["cwd"]))
    os.environ.clear()
    os.environ.update(request["environ"])  # type: ignore[call-overload]
    return list(request["arguments"])  # type: ignore[call-overload]


def _play(arguments: list[str]) -> None:
    kind, what, *rest = arguments
    sys.argv = [kind, *rest]
    sys.path[0] = os.getcwd() if kind == "-m" else ""
    if kind == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    _import_what_gtmgen_imports()
    gc.freeze()
    _play(_forked(socket.socket(fileno=int(sys.argv[1]))))
