"""``gtmgen codegen``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from gtmgen.cli.options import EnvOption, SpecArgument, file_or_stdout, one_of
from gtmgen.cli.output import data, talk, write_file
from gtmgen.cli.spec import load_spec
from gtmgen.contract.build import build_contract
from gtmgen.contract.schema import data_layer_schema
from gtmgen.errors import GtmgenError, UsageError
from gtmgen.generate.hashing import hashing_helper
from gtmgen.generate.typescript import typescript

_LANGUAGES = ("typescript", "node", "python", "json-schema")


def codegen(
    spec: SpecArgument,
    lang: Annotated[
        str,
        typer.Option(
            help="typescript (functions that push each event, types of the server's events), node "
            "or python (hashing for the backend), json-schema (of the messages)."
        ),
    ] = "typescript",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A file; stdout without it.", show_default=False),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit with 1 when the file is out of date."),
    ] = False,
    checks: Annotated[
        bool,
        typer.Option(
            "--runtime-checks", help="TypeScript that also reports invalid messages in the console."
        ),
    ] = False,
    env: EnvOption = None,
) -> int:
    """Write typed code for the site, or hashing for the backend.

    The TypeScript module has no dependency. Each function pushes one event's message and returns
    the event's ID, which the backend sends, too.

    Example: gtmgen codegen specs/shop.yaml --lang typescript -o src/tracking.ts
    """
    one_of("--lang", lang, *_LANGUAGES)
    output = file_or_stdout(output)
    if check and output is None:
        raise UsageError("`--check` needs the file", hint="name it with `-o FILE`")
    if checks and lang != "typescript":
        raise UsageError("`--runtime-checks` goes with `--lang typescript`")
    text = _code(spec, env, lang, checks=checks)
    if output is None:
        data(text)
    elif check:
        return _compare(output, text)
    else:
        write_file(output, [text])
        talk(f"wrote {output}")
    return 0


def _code(path: Path, env: str | None, lang: str, *, checks: bool) -> str:
    spec = load_spec(path, env, quiet=True, needs_values=False).spec
    if lang in ("node", "python"):
        return hashing_helper(lang)
    contract = build_contract(spec)
    if not any(event.message for event in contract.events.values()):
        raise UsageError(f"`{path}` pushes no event, so there is no code to write")
    if lang == "typescript":
        return typescript(spec, contract, checks=checks)
    return json.dumps(data_layer_schema(contract), indent=2, ensure_ascii=False) + "\n"


def _compare(output: Path, text: str) -> int:
    try:
        existing = output.read_text(encoding="utf-8")
    except FileNotFoundError:
        talk(f"{output} does not exist; run the same command without --check")
        return 1
    except (OSError, UnicodeDecodeError) as error:
        raise GtmgenError(f"`{output}` cannot be read: {error}") from None
    if existing == text:
        talk(f"{output} is up to date")
        return 0
    talk(f"{output} is out of date; run the same command without --check")
    return 1
