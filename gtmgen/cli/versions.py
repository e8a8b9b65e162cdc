"""``gtmgen versions``."""

from __future__ import annotations

from typing import Annotated

import typer

from gtmgen.api.port import TagManager
from gtmgen.cli.local_state import locate_state
from gtmgen.cli.needed_values import needs_target
from gtmgen.cli.optional_value import DETAILED
from gtmgen.cli.options import (
    EnvOption,
    OnlyOption,
    QuietOption,
    SpecArgument,
    TargetOption,
    one_of,
)
from gtmgen.cli.output import data
from gtmgen.cli.spec import load_spec, pick_places
from gtmgen.cli.target import connect, describe
from gtmgen.push.version_details import read_details
from gtmgen.push.versions import list_versions
from gtmgen.report.versions_report import Listed, render_versions_json, render_versions_text


def versions(
    spec: SpecArgument,
    env: EnvOption = None,
    target: TargetOption = "api",
    details: Annotated[
        int | None,
        typer.Option(
            metavar="[N]",
            min=1,
            help=f"Also when and by whom, of the newest N ({DETAILED} without N); one call each.",
            show_default=False,
        ),
    ] = None,
    only: OnlyOption = None,
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    quiet: QuietOption = False,
) -> int:
    """List the versions of the spec's container, newest first.

    For a spec with a server container, it lists both. `live` is what visitors get, `latest` the
    highest number. GTM's API does not say who made a version, so `--details` names the author only
    of versions that gtmgen made. The time (UTC) is that of the last change: renaming a version
    updates it. The embedded GTM has no clock; its times are made up.

    Example: gtmgen versions specs/acme-shop.yaml --details 3
    """
    one_of("--format", format_, "text", "json")
    target = locate_state(target, [spec])
    places = pick_places(load_spec(spec, env, quiet=quiet, needs_values=needs_target).spec, only)
    with connect(target, verbs=["versions"], quiet=quiet) as manager:
        listed = [_list(manager, one.gtm, details) for one in places]
    if format_ == "json":
        data(render_versions_json(listed, describe(target)))
    else:
        data("\n\n".join(render_versions_text(item, describe(target)) for item in listed))
    return 0


def _list(manager: TagManager, gtm: str, details: int | None) -> Listed:
    versions = list_versions(manager, manager.resolve_container(gtm))
    return Listed(
        gtm, versions, None if details is None else read_details(manager, versions, details)
    )
