"""``gtmgen schema``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from gtmgen.cli.options import EnvOption, file_or_stdout, one_of
from gtmgen.cli.output import data, talk, write_file
from gtmgen.errors import UsageError
from gtmgen.packs.load import find_packs, load_pack
from gtmgen.spec.annotations import annotated
from gtmgen.spec.editor import with_parameters
from gtmgen.spec.schema_of_packs import schema_for


def schema(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A file; stdout without it.", show_default=False),
    ] = None,
    of: Annotated[
        str,
        typer.Option(
            help="spec (the language), data-layer (what the site pushes) or events-api (what the "
            "backend sends); the last two for the spec of --spec."
        ),
    ] = "spec",
    spec: Annotated[
        Path | None,
        typer.Option("--spec", help="The spec, for data-layer and events-api.", show_default=False),
    ] = None,
    env: EnvOption = None,
    packs: Annotated[
        list[Path] | None,
        typer.Option("--packs", help="A folder with packs of your own.", show_default=False),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="json (for editors) or markdown (to read).")
    ] = "json",
) -> int:
    """Print the JSON Schema of the spec language, or a reference.

    With --of, print that of a spec's contract: its data layer messages, or its server events.

    Example: gtmgen schema --of events-api --spec specs/shop.yaml
    """
    one_of("--format", format_, "json", "markdown")
    one_of("--of", of, "spec", "data-layer", "events-api")
    if of == "spec":
        if spec is not None or env is not None:
            raise UsageError("`--spec` and `--env` go with `--of data-layer` or `--of events-api`")
        return run_schema(file_or_stdout(output), packs or [], format_)
    if spec is None:
        raise UsageError(f"`--of {of}` needs a spec", hint="name it with `--spec FILE`")
    if packs or format_ != "json":
        raise UsageError(f"`--packs` and `--format` do not go with `--of {of}`")
    return run_contract_schema(of, spec, env, file_or_stdout(output))


def run_schema(output: Path | None, pack_folders: Sequence[Path], format_: str = "json") -> int:
    """The schema with the part of every pack in it."""
    packs = {name: load_pack(folder) for name, folder in sorted(find_packs(pack_folders).items())}
    schema = annotated(schema_for(packs))
    if format_ == "markdown":
        from gtmgen.report.reference import render_schema_markdown

        _write(render_schema_markdown(schema), output)
    else:
        _write(_json(with_parameters(schema, packs)), output)
    return 0


def run_contract_schema(of: str, path: Path, env: str | None, output: Path | None) -> int:
    """The schema of what a spec's site pushes, or of what its backend sends."""
    from gtmgen.cli.needed_values import needs_backend
    from gtmgen.cli.spec import load_spec
    from gtmgen.compile.compiler import compile_spec
    from gtmgen.contract.build import build_contract
    from gtmgen.contract.schema import data_layer_schema, events_api_schema

    needs_values = False if of == "data-layer" else needs_backend
    loaded = load_spec(path, env, quiet=True, needs_values=needs_values)
    container = compile_spec(loaded)
    spec, contract = loaded.spec, build_contract(loaded.spec, container)
    schema = (
        data_layer_schema(contract) if of == "data-layer" else events_api_schema(spec, contract)
    )
    if not schema["$defs"]:
        lack = "pushes no event" if of == "data-layer" else "has no server event"
        raise UsageError(f"`{path}` {lack}, so there is no such schema")
    _write(_json(schema), output)
    return 0


def _json(schema: Any) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        data(text)
    else:
        write_file(output, [text, "\n"])
        talk(f"wrote {output}")
