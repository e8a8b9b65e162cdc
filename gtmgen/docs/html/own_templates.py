"""A user's own page templates: which files they may be, and how much they may make.

The folder may come with a pull request. Its templates see the documentation and nothing else: no
file outside of the folder, no memory and no time without end.
"""

from __future__ import annotations

import os
import select
import signal
import stat
import sys
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import jinja2

from gtmgen.errors import GtmgenError, UsageError
from gtmgen.text import quoted

_MAX_FILE = 4 * 1024 * 1024


@dataclass(frozen=True)
class RenderLimits:
    """Bytes of the page, bytes of memory beside what gtmgen itself uses, seconds."""

    page: int = 64 * 1024 * 1024
    memory: int = 512 * 1024 * 1024
    seconds: float = 30.0


class FolderLoader(jinja2.BaseLoader):
    """Loads the regular files of one folder, as UTF-8; symbolic links below it are refused."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        parts = template.split("/")
        if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
            raise jinja2.TemplateNotFound(template)
        file = self._folder.joinpath(*parts)
        try:
            content = self._read(file, parts)
        except (FileNotFoundError, NotADirectoryError):
            raise jinja2.TemplateNotFound(template) from None
        return content.decode("utf-8"), str(file), lambda: True

    def _read(self, file: Path, parts: list[str]) -> bytes:
        path = self._folder
        for part in parts:
            path /= part
            if path.is_symlink():
                raise GtmgenError(
                    f"the template {quoted(str(path))} is a symbolic link",
                    hint="templates are files of their folder; put a copy there",
                )
        if not stat.S_ISREG(file.stat().st_mode):
            raise GtmgenError(f"the template {quoted(str(file))} is not a regular file")
        with file.open("rb") as stream:
            content = stream.read(_MAX_FILE + 1)
        if len(content) > _MAX_FILE:
            raise GtmgenError(
                f"the template {quoted(str(file))} is larger than {_MAX_FILE >> 20} MiB"
            )
        return content


def check_templates_folder(folder: Path) -> None:
    """Raise :class:`UsageError` for what is no folder, or only leads to one.

    Links that lead to the working folder itself, or to its repository, are the machine's own
    (`/tmp` on macOS); those below it may come with a pull request.
    """
    for path in _list_folders(folder):
        if path.is_symlink():
            relation = "is" if path == folder else f"is below `{path}`,"
            raise UsageError(
                f"the templates folder `{folder}` {relation} a symbolic link",
                hint="name the folder itself",
            )
    if not folder.is_dir():
        raise UsageError(f"the templates folder `{folder}` does not exist")


def _list_folders(folder: Path) -> list[Path]:
    """The folder, and those above it that a relative path names or that the project holds."""
    if not folder.is_absolute():
        return [folder, *folder.parents]
    here = Path.cwd()
    # In CI, one often works in a folder of the repository: all of that may hold a link.
    project = next((path for path in (here, *here.parents) if (path / ".git").exists()), here)
    above = [path for path in folder.parents if path.parent.resolve().is_relative_to(project)]
    return [folder, *above]


def render_bounded(
    pieces: Callable[[], Iterable[str]],
    folder: Path,
    explain: Callable[[Exception], GtmgenError],
    limits: RenderLimits = RenderLimits(),
) -> str:
    """Join what ``pieces`` gives, in a process of its own that ends when it uses too much.

    Templates are to be compiled in ``pieces``, too: Jinja computes constants when it compiles.
    Where processes cannot be forked (Windows), only the size of the page is watched. ``explain``
    makes an error of what the template raises.
    """
    if sys.platform == "win32":
        return _join(pieces, folder, explain, limits)
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # Of a fork beside threads: the child renders, takes no lock and ends.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(reader)
        _run_child(writer, lambda: _join(pieces, folder, explain, limits), limits)
    os.close(writer)
    content = None
    try:
        content = _read_all(reader, limits)
    finally:
        os.close(reader)
        if content is None:
            os.kill(child, signal.SIGKILL)  # not waited for yet, so the ID is still its own
        status = os.waitpid(child, 0)[1]
    if content is None or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM):
        raise GtmgenError(f"the templates in `{folder}` take longer than {limits.seconds:g} s")
    return _read_result(content, folder, limits)


def _join(
    pieces: Callable[[], Iterable[str]],
    folder: Path,
    explain: Callable[[Exception], GtmgenError],
    limits: RenderLimits,
) -> str:
    parts, size = [], 0
    try:
        for piece in pieces():
            size += len(piece)
            if size > limits.page:
                raise _make_error(folder, limits)
            parts.append(piece)
    except (GtmgenError, MemoryError):
        raise
    except Exception as error:
        raise explain(error) from None
    return "".join(parts)


_PAGE, _ERROR, _MEMORY = b"P", b"E", b"M"
_SEPARATOR = "\0"


def _run_child(writer: int, render: Callable[[], str], limits: RenderLimits) -> None:
    """Write one byte that says what follows, and the page or the error; never returns."""
    try:
        # Without a handler in Python, which would wait for the end of a long multiplication.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, limits.seconds)
        _limit_memory(limits.memory)
        try:
            content = _PAGE + render().encode("utf-8", "surrogatepass")
        except GtmgenError as error:
            text = f"{error.message}{_SEPARATOR}{error.hint or ''}"
            content = _ERROR + text.encode("utf-8", "replace")
        except MemoryError:
            content = _MEMORY
        with os.fdopen(writer, "wb") as stream:
            stream.write(content)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _limit_memory(most: int) -> None:
    import resource

    try:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (used + most, used + most))
    except (OSError, ValueError):
        return  # not Linux: time and size of the page are limited all the same


def _read_all(reader: int, limits: RenderLimits) -> bytes | None:
    """What the child wrote; ``None`` when it wrote nothing for longer than it may take."""
    content = bytearray()
    while select.select([reader], [], [], limits.seconds + 5)[0]:
        piece = os.read(reader, 1 << 20)
        if not piece:
            return bytes(content)
        content += piece
    return None


def _read_result(content: bytes, folder: Path, limits: RenderLimits) -> str:
    kind, rest = content[:1], content[1:]
    if kind == _PAGE:
        return rest.decode("utf-8", "surrogatepass")
    if kind == _ERROR:
        message, _, hint = rest.decode("utf-8").partition(_SEPARATOR)
        raise GtmgenError(message, hint=hint or None)
    if kind == _MEMORY:
        raise _make_error(folder, limits)
    raise GtmgenError(f"the templates in `{folder}` ended the process that rendered them")


def _make_error(folder: Path, limits: RenderLimits) -> GtmgenError:
    return GtmgenError(
        f"the templates in `{folder}` make too much text: a page has {limits.page >> 20} MiB at "
        "most"
    )
