"""``gtmgen verify``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from gtmgen.api.redaction import redact
from gtmgen.cli.options import EnvOption, QuietOption, one_of
from gtmgen.cli.output import data, make_line_reader, talk, write_bytes
from gtmgen.cli.spec import compile_file
from gtmgen.cli.verify_journeys import load_journeys
from gtmgen.container.export import export_json
from gtmgen.errors import GtmgenError, UsageError
from gtmgen.report.verify_page import verify_page
from gtmgen.report.verify_report import (
    describe_blocked,
    describe_unseen,
    verify_json,
    verify_junit,
    verify_markdown,
    verify_text,
)
from gtmgen.runtime.engine import EngineError, load_container
from gtmgen.scenarios.accounts import accounts_of
from gtmgen.text import plural
from gtmgen.verify.model import ContainerSource, Verification
from gtmgen.verify.run import verify
from gtmgen.verify.server_side import ServerSide, find_missing_log, open_server_side
from gtmgen.verify.setting import VerifiedSpec, VisitedSite, VisitSetting

_FORMATS: dict[str, Callable[[Sequence[Verification]], str]] = {
    "json": verify_json,
    "junit": verify_junit,
    "markdown": verify_markdown,
}
_SOURCES: dict[str, ContainerSource] = {
    "compiled": "compiled",
    "workspace": "workspace",
    "live": "live",
}


@dataclass(frozen=True)
class VerifyOptions:
    """The options of `gtmgen verify`."""

    url: Annotated[
        str,
        typer.Argument(
            help="The site's address; https://name:password@host/ where it asks for a login.",
            show_default=False,
        ),
    ]
    spec: Annotated[
        Path, typer.Option("--spec", help="The spec to compare with.", show_default=False)
    ]
    journey: Annotated[
        Path | None,
        typer.Option(help="A file with `tests:`, whose steps are played.", show_default=False),
    ] = None
    container: Annotated[
        str,
        typer.Option(help="compiled (this spec's, in gtmgen's runtime), workspace or live."),
    ] = "compiled"
    environment: Annotated[
        str,
        typer.Option(
            help="GTM's parameters of an environment or a preview: gtm_auth=...&gtm_preview=...",
            show_default=False,
        ),
    ] = ""
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            help="Another host that may be visited, or a pattern: *.example.com. Repeatable.",
            show_default=False,
        ),
    ] = None
    send: Annotated[bool, typer.Option("--send", help="Let the platforms' requests go out.")] = (
        False
    )
    server_log: Annotated[
        str | None,
        typer.Option(
            help="What the backend sends: a log file, or the URL of the local Events API.",
            show_default=False,
        ),
    ] = None
    html: Annotated[
        Path | None,
        typer.Option(help="Write a page with a timeline and screenshots.", show_default=False),
    ] = None
    insecure: Annotated[
        bool,
        typer.Option("--insecure", help="Accept any certificate: a staging site's own, for one."),
    ] = False
    settle: Annotated[
        int,
        typer.Option(min=0, help="Milliseconds without activity after which a step is over."),
    ] = 400
    chromium: Annotated[
        str | None, typer.Option(help="Path of the Chromium to use.", show_default="as installed")
    ] = None
    env: EnvOption = None
    format: Annotated[str, typer.Option("--format", help="text, json, junit or markdown.")] = "text"
    quiet: QuietOption = False


def verify_site(options: VerifyOptions) -> int:
    """Visit a site in a real browser, and judge what it sends. The spec says what it should.

    With `--container compiled` the site runs the container of this spec, which nobody has pushed
    yet. Platforms receive nothing unless `--send`, and only hosts that are named are visited.
    Exits with 1 when an error is found.

    Example: gtmgen verify https://staging.acme.example --spec shop.yaml --html visit.html
    """
    one_of("--container", options.container, *_SOURCES)
    one_of("--format", options.format, "text", *_FORMATS)
    _check_options(options)
    loaded, container = compile_file(options.spec, options.env, quiet=options.quiet)
    spec = loaded.spec
    site = VisitedSite.at(options.url, options.allow_host or (), spec.site.data_layer)
    subject = VerifiedSpec(
        spec, load_container(json.loads(export_json(container))), accounts_of(spec)
    )
    scenarios, locate = load_journeys(
        options.journey, loaded, site, [one.name for one in subject.accounts]
    )
    server = open_server_side(options.server_log, spec) if options.server_log else None
    done: list[Verification] = []
    read_line = make_line_reader()
    try:
        for one in verify(site, subject, _setting(options), scenarios, locate, server):
            done.append(one)
            if options.format == "text":
                data(verify_text([one], read_line) + "\n")
    except EngineError as error:
        raise GtmgenError(
            str(error), hint="`gtmgen verify` needs a Chromium and `pip install 'gtmgen[browser]'`"
        ) from None
    _report(done, options)
    left = len(scenarios) - len(done)
    if left and not options.quiet:
        talk(f"not tried, since gtm.js does not come: {plural(left, 'more journey')}")
    if server is not None:
        _tell_log(server, options, done)
    return int(any(one.has_errors for one in done))


def _check_options(options: VerifyOptions) -> None:
    if not _is_address(options.url):
        # A mistyped address may hold a password.
        message = f"`{redact(options.url)}` is not the address of a site"
        raise UsageError(message, hint="https://staging.acme.example")
    if options.server_log == "":  # as a script leaves it whose variable is not set
        raise UsageError("`--server-log` is empty", hint="a log file, or the address of a server")
    hosts = options.allow_host or ()
    if "" in hosts:
        raise UsageError("`--allow-host` is empty", hint="`--allow-host cdn.shop.example`")
    for host in hosts:
        if "/" in host or (":" in host and host.count(":") < 2):
            name = urlsplit(host if "//" in host else f"//{host}").hostname or "shop.example"
            raise UsageError(
                f"`--allow-host` takes the name of a host, not `{redact(host)}`",
                hint=f"`--allow-host {name}`",
            )
    if options.environment and options.container == "compiled":
        raise UsageError(
            "`--environment` is for Google's gtm.js",
            hint="add `--container workspace`; `--env` names an environment of the spec",
        )
    if options.container == "workspace" and not options.environment:
        raise UsageError(
            "`--container workspace` needs `--environment`",
            hint="`gtm_auth=...&gtm_preview=...`, as in the snippet of `gtmgen environments`",
        )


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an unfinished IPv6 address, a port beyond 65535
        return False


def _setting(options: VerifyOptions) -> VisitSetting:
    return VisitSetting(
        source=_SOURCES[options.container],
        environment=options.environment,
        send=options.send,
        pictures=options.html is not None,
        executable=options.chromium or os.environ.get("GTMGEN_CHROMIUM"),
        quiet=options.settle / 1000,
        insecure=options.insecure,
    )


def _report(done: Sequence[Verification], options: VerifyOptions) -> None:
    if options.format != "text":
        data(_FORMATS[options.format](done))
    if options.html is not None:
        page = verify_page(done, options.spec.name, make_line_reader())
        write_bytes(options.html, [page.encode("utf-8", "backslashreplace")])
    if options.quiet:
        return
    for text in (describe_blocked(done), describe_unseen(done)):
        if text:
            talk(text)
    if options.html is not None:
        talk(f"wrote {options.html}")


def _tell_log(server: ServerSide, options: VerifyOptions, done: Sequence[Verification]) -> None:
    """What was not read of the backend's side. Raises :class:`GtmgenError` where nothing was."""
    missing = find_missing_log(str(options.server_log))
    if missing is not None:
        raise GtmgenError(
            f"there is no file `{missing}`, nor has the visit made it: only the browser's side "
            "was judged",
            hint="`--server-log` takes the file that the backend writes to",
        )
    if options.quiet:
        return
    if server.remark:
        talk(server.remark)
    if not any(one.server_events for one in done):
        message = f"during the visit, {options.server_log} got no event of the backend"
        talk(f"{message}: only the browser's side is judged")
