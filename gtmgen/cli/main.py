"""The entry point and the error boundary: expected failures, interrupts, bugs of ours."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import gtmgen
from gtmgen.cli.answer import Answer

if TYPE_CHECKING:
    from gtmgen.errors import GtmgenError

EXIT_BUG = 70
EXIT_INTERRUPTED = 130
_WRITING = ("push", "publish", "rollback")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments == ["--version"]:  # answered before anything else is imported
        print(f"gtmgen {gtmgen.__version__}")
        return 0
    # A run is short and makes many objects that live to its end: collecting costs a third of
    # the time and frees nothing.
    gc.disable()
    Answer.is_given = False
    try:
        return _run(arguments)
    finally:
        gc.enable()


def _run(arguments: Sequence[str]) -> int:
    from gtmgen.errors import GtmgenError, SpecError

    try:
        from gtmgen.cli.plain import read_plain

        work = read_plain(arguments)
        if work is not None:
            return work()
        from gtmgen.cli.app import run

        return run(arguments)
    except SpecError as error:
        from gtmgen.cli.output import show_problems

        show_problems(error.diagnostics)
        _answer_in_json(arguments, error)
        return error.exit_code
    except GtmgenError as error:
        _say(f"error: {error.message}")
        if error.hint:
            _say(f"\nhint: {error.hint}")
        _answer_in_json(arguments, error)
        return error.exit_code
    except KeyboardInterrupt:
        _say("interrupted")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader has gone, as in `gtmgen compile spec.yaml | head`: it has seen enough. A
        # verb that writes has more to do than to print, and it has not done it.
        from gtmgen.cli.output import drop_output

        drop_output()
        return EXIT_INTERRUPTED if arguments[0] in _WRITING else 0
    except OSError as error:  # what no verb has words of its own for: a path that is too long ...
        where = f"`{error.filename}`: " if error.filename else ""
        _say(f"error: {where}{error.strerror or error}")
        return 1
    except Exception as error:
        return _report_bug(error, arguments)


def _say(text: str) -> None:
    from gtmgen.cli.output import talk

    talk(text)


def _answer_in_json(arguments: Sequence[str], error: GtmgenError) -> None:
    """The error for a machine, which reads stdout: unless a document is there already."""
    asks = "\0".join(arguments).replace("--format\0json", "--format=json").split("\0")
    if "--format=json" not in asks or Answer.is_given:
        return
    from gtmgen.cli.output import data
    from gtmgen.errors import GtmgenError
    from gtmgen.report.diagnostics_report import render_error_json

    try:
        data(render_error_json(error))
    except (GtmgenError, BrokenPipeError):
        return  # the error itself counts


def _report_bug(error: Exception, arguments: Sequence[str]) -> int:
    """No traceback for the user: it goes to a file that can be pasted into a report."""
    import platform
    import tempfile
    import traceback

    from gtmgen.api.redaction import redact
    from gtmgen.secret_names import hide_secrets

    python = platform.python_version()
    text = (
        f"gtmgen {gtmgen.__version__}, Python {python}, {platform.platform()}\n"
        f"verb: {arguments[0] if arguments else ''}\n\n"
        f"{redact(''.join(traceback.format_exception(error)))}"
    )
    text = hide_secrets(text, os.environ)
    _say(f"error: this is a bug in gtmgen: {type(error).__name__}")
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            prefix="gtmgen-bug-",
            suffix=".txt",
            delete=False,
            encoding="utf-8",
            errors="backslashreplace",
        ) as log:
            log.write(text)
    except OSError:
        _say(f"\nhint: please report it, with this:\n\n{text}")
    else:
        _say(f"\nhint: please report it, with the file {log.name}")
    return EXIT_BUG


def entry_point() -> None:
    """What the installed command ``gtmgen`` calls."""
    code = main()
    # Nothing that lives now has to be collected before the process ends: Python's last collection
    # would look at each of some 200,000 objects, a twentieth of a short run.
    gc.freeze()
    sys.exit(code)
