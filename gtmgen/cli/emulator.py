"""``gtmgen emulator``."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from gtmgen.api.redaction import redact
from gtmgen.cli.option_files import read_options
from gtmgen.cli.options import EnvOption, QuietOption
from gtmgen.cli.output import data, talk
from gtmgen.container.veil import with_digests
from gtmgen.emulator import Behaviour, EmulatedQuota, Faults, Store
from gtmgen.emulator.server import EmulatorServer, run_until_interrupt, serve
from gtmgen.errors import UsageError


class EmulatorOptions(NamedTuple):
    """The options of `gtmgen emulator`."""

    port: Annotated[int, typer.Option(help="0 picks a free one.", min=0, max=65535)] = 0
    state: Annotated[
        Path | None,
        typer.Option(help="Keep the state in this file.", show_default="in memory"),
    ] = None
    container: Annotated[
        list[str] | None,
        typer.Option(help="Make sure that GTM-XXXX exists; may be repeated.", show_default=False),
    ] = None
    server_container: Annotated[
        list[str] | None,
        typer.Option(
            "--server-container",
            help="The same for a server container; may be repeated.",
            show_default=False,
        ),
    ] = None
    behaviour: Annotated[
        Path | None,
        typer.Option(
            help="JSON file: behaviour that Google does not document.", show_default=False
        ),
    ] = None
    faults: Annotated[
        Path | None, typer.Option(help="JSON file: calls that fail.", show_default=False)
    ] = None
    quota: Annotated[
        Path | None,
        typer.Option(help="JSON file: limits; {} for Google's own.", show_default=False),
    ] = None
    gallery: Annotated[
        Path | None,
        typer.Option(
            help="A folder of gallery templates, OWNER/REPOSITORY/VERSION.tpl; of several "
            "versions the last by name is the latest.",
            show_default=False,
        ),
    ] = None
    events_api: Annotated[
        bool,
        typer.Option(
            "--events-api", help="Serve a local TikTok Events API instead, for --spec's backend."
        ),
    ] = False
    spec: Annotated[
        Path | None,
        typer.Option(
            "--spec", help="With --events-api: the spec to check against.", show_default=False
        ),
    ] = None
    env: EnvOption = None
    quiet: QuietOption = False


def emulator(options: EmulatorOptions) -> int:
    """Serve a local GTM over HTTP, on this machine only. It runs until Ctrl-C.

    Its URL, the only line on stdout, serves as a --target. docs/emulator.md lists the switches of
    the JSON files.

    With --events-api, a backend's tests send their events here: they are answered as TikTok
    does, checked against the spec's contract, and paired with the browser's. GET /gtmgen/report
    shows what came in; docs/backend.md has the rest.

    Example: gtmgen emulator --port 8080 --container GTM-ACME42
    """
    if options.events_api:
        return _serve_events_api(options)
    if options.spec is not None or options.env is not None:
        raise UsageError("`--spec` and `--env` go with `--events-api`")
    switches = read_options(options.behaviour, Behaviour.from_json)
    failures = read_options(options.faults, Faults.from_json)
    limits = read_options(options.quota, EmulatedQuota.from_json)

    def ready(server: EmulatorServer) -> None:
        if not options.quiet:
            where = f"state in {options.state}" if options.state else "state in memory only"
            talk(f"GTM emulator on this machine, {where}; Ctrl-C ends it")
        # Last: whoever waits for the URL may send at once, and stop the server after that.
        data(server.url)

    def log(line: str) -> None:
        if not options.quiet:
            talk(redact(line))

    gc.enable()  # this run is a long one
    with Store(options.state, for_file=_without_secrets) as store:
        for gtm in options.container or ():
            _make(store, gtm)
        for gtm in options.server_container or ():
            _make(store, gtm, usage_context=("server",), built_ins=())
        if options.gallery is not None:
            _fill_gallery(store, options.gallery)
        run_until_interrupt(
            lambda: serve(
                store, switches, port=options.port, faults=failures, quota=limits, log=log
            ),
            ready,
        )
    if not options.quiet:
        talk("the emulator has ended")
    return 0


def _serve_events_api(options: EmulatorOptions) -> int:
    if options.spec is None:
        raise UsageError("`--events-api` needs a spec", hint="name it with `--spec FILE`")
    containers = options.container or options.server_container
    if options.state or containers or options.behaviour or options.quota or options.gallery:
        raise UsageError(
            "`--state`, `--container`, `--server-container`, `--behaviour`, `--quota` and "
            "`--gallery` are for the local GTM, not for `--events-api`"
        )
    from gtmgen.cli.events_api import run_events_api

    return run_events_api(
        options.spec, options.env, options.port, options.faults, quiet=options.quiet
    )


def _without_secrets(state: dict[str, Any]) -> dict[str, Any]:
    """The state for its file: a digest stands for each secret that a push has brought."""
    containers = {
        key: with_digests(one, str(one["fields"]["publicId"]))
        for key, one in state["containers"].items()
    }
    return {**state, "containers": containers}


def _make(store: Store, gtm: str, **kind: Sequence[str]) -> None:
    try:
        store.ensure_container(gtm, **kind)
    except ValueError:
        raise UsageError(
            f"`{gtm}` names no container", hint="write `GTM-XXXX`, or `accounts/1/containers/2`"
        ) from None


def _fill_gallery(store: Store, folder: Path) -> None:
    files = sorted(folder.glob("*/*/*.tpl"))
    if not files:
        raise UsageError(f"`{folder}` holds no template", hint="OWNER/REPOSITORY/VERSION.tpl")
    for file in files:
        owner, repository, version = (*file.parts[-3:-1], file.stem)
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, ValueError):
            raise UsageError(f"`{file}` cannot be read as text") from None
        store.list_in_gallery(owner, repository, version, text)
