"""``gtmgen rollback``."""

from __future__ import annotations

from typing import Annotated

import typer

from gtmgen.cli.local_state import locate_state
from gtmgen.cli.needed_values import needs_target
from gtmgen.cli.options import (
    EnvOption,
    OnlyOption,
    QuietOption,
    SpecArgument,
    TargetOption,
    YesOption,
)
from gtmgen.cli.output import talk
from gtmgen.cli.publish import go_live, live_of, refuse_live
from gtmgen.cli.spec import load_spec, pick_place
from gtmgen.cli.target import connect, expect_server_of
from gtmgen.errors import GuardError
from gtmgen.push.versions import list_versions, pick_version


def rollback(
    spec: SpecArgument,
    version: Annotated[int, typer.Argument(help="Its number.", show_default=False, min=1)],
    only: OnlyOption = None,
    env: EnvOption = None,
    target: TargetOption = "api",
    yes: YesOption = False,
    quiet: QuietOption = False,
) -> int:
    """Publish a version that is earlier than the live one. Asks first.

    The workspace and the spec keep what is newer.

    Example: gtmgen rollback specs/acme-shop.yaml 11
    """
    target = locate_state(target, [spec])
    loaded = load_spec(spec, env, quiet=quiet, needs_values=needs_target).spec
    container = pick_place(loaded, only)
    with connect(target, verbs=["versions", "rollback"], quiet=quiet) as manager:
        expect_server_of(manager, loaded)
        versions = list_versions(manager, manager.resolve_container(container.gtm))
        earlier, live = pick_version(versions, version), live_of(versions)
        refuse_live(earlier)
        if live is None or earlier.number > live.number:
            than = f"the live {live}" if live else "a live one: none is live"
            raise GuardError(
                f"nothing was published: {earlier} is not earlier than {than}",
                hint=f"`gtmgen publish SPEC {version}` publishes it anyway",
            )
        if not quiet:
            talk(
                "warning: only what is live goes back. The workspace "
                f"{container.workspace} and the spec keep what is newer, and the next version "
                "made from them brings it back."
            )
        go_live(manager, container.gtm, target, earlier, versions, yes=yes)
    return 0
