"""``gtmgen publish``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, NamedTuple

import typer

from gtmgen.api.port import TagManager
from gtmgen.cli.confirm import confirm
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
from gtmgen.cli.output import data
from gtmgen.cli.spec import load_spec, pick_place, pick_places
from gtmgen.cli.target import connect, describe, expect_server_of
from gtmgen.errors import GtmgenError, GuardError, PartialError, UsageError
from gtmgen.push.environments import (
    LIVE,
    GtmEnvironment,
    list_environments,
    pick_environment,
    refuse_fixed,
    show_version,
)
from gtmgen.push.versions import Version, list_versions, pick_version, publish_version
from gtmgen.text import printable


class PublishOptions(NamedTuple):
    """The options of `gtmgen publish`."""

    spec: SpecArgument
    version: Annotated[
        int | None, typer.Argument(help="Its number.", show_default="the latest", min=1)
    ] = None
    environment: Annotated[
        str,
        typer.Option(help="The GTM environment to publish to.", show_default="live"),
    ] = LIVE
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="ENVIRONMENT",
            help="Promote the version that this environment shows.",
            show_default=False,
        ),
    ] = None
    only: OnlyOption = None
    env: EnvOption = None
    target: TargetOption = "api"
    yes: YesOption = False
    quiet: QuietOption = False

    @property
    def is_live(self) -> bool:
        """Whether visitors get it."""
        return self.environment.lower() == LIVE

    @property
    def verbs(self) -> list[str]:
        """What it needs scopes for."""
        reading = ["versions", *(["environments"] if self.from_ is not None else [])]
        return [*reading, "publish" if self.is_live else "show-version"]


def publish(options: PublishOptions) -> int:
    """Publish a version, live or to one of GTM's environments. Asks first.

    For a spec with a server container, both are published, the server's first.

    Example: gtmgen publish specs/acme-shop.yaml 12 --environment staging
    """
    if options.from_ is not None and options.version is not None:
        raise UsageError("`--from` says which version: leave its number out")
    target = locate_state(options.target, [options.spec])
    spec = load_spec(options.spec, options.env, quiet=options.quiet, needs_values=needs_target).spec
    is_one = options.version is not None
    places = [pick_place(spec, options.only)] if is_one else pick_places(spec, options.only)
    with connect(target, verbs=options.verbs, quiet=options.quiet) as manager:
        expect_server_of(manager, spec)
        steps = [_step(manager, one.gtm, options) for one in places]
        due = [step for step in steps if step.refusal is None]
        if not due and steps[0].refusal is not None:
            raise steps[0].refusal
        for step in steps:
            about = f"{step.gtm} ({describe(target)}): {step.says}"
            data(printable(about if step.refusal is None else f"{step.gtm}: {step.refusal}"))
        if not options.yes:
            confirm(
                "Publish it to the visitors of the site?" if options.is_live else "Go on?",
                "nothing was published",
            )
        _take(due)
    return 0


@dataclass(frozen=True)
class _Step:
    """What is to be done with one container; ``refusal`` where there is nothing to do."""

    gtm: str
    says: str
    act: Callable[[], None]
    refusal: GuardError | None = None


def _step(manager: TagManager, gtm: str, options: PublishOptions) -> _Step:
    container = manager.resolve_container(gtm)
    versions = list_versions(manager, container)
    if not versions:
        raise GuardError(
            f"`{gtm}` has no version to publish",
            hint="`gtmgen push SPEC --version NAME` makes one",
        )
    version = _pick(manager, container, versions, options)
    if options.is_live:
        refusal = _refusal_of_live(version)
        return _Step(
            gtm, _goes_live(version, versions), partial(_publish, manager, version), refusal
        )
    environment = pick_environment(list_environments(manager, container), options.environment)
    refuse_fixed(environment)
    refusal = None
    if environment.version == version.number:
        refusal = GuardError(f"nothing was published: the {environment} shows {version} already")
    instead = f" in place of version {environment.version}" if environment.version else ""
    says = f"the {environment} will show {version}{instead}"
    return _Step(gtm, says, partial(_show, manager, environment, version), refusal)


def _take(steps: Sequence[_Step]) -> None:
    """One after the other: the container that receives hits before the one that sends them."""
    done: list[str] = []
    for step in steps:
        try:
            step.act()
        except GtmgenError as error:
            if not done:
                raise
            raise PartialError(
                f"{', '.join(done)} was published, then {step.gtm} was not: {error.message}",
                hint=error.hint or "publish again: what is published already stays",
            ) from error
        done.append(step.gtm)


def _pick(
    manager: TagManager, container: str, versions: Sequence[Version], options: PublishOptions
) -> Version:
    if options.version is not None:
        return pick_version(versions, options.version)
    if options.from_ is None:
        return versions[0]
    source = pick_environment(list_environments(manager, container), options.from_)
    if source.version is None:
        raise GuardError(f"nothing was published: the {source} shows no version")
    return pick_version(versions, source.version)


def _show(manager: TagManager, environment: GtmEnvironment, version: Version) -> None:
    show_version(manager, environment, version)
    data(printable(f"Published: the {environment} shows {version}."))


def _publish(manager: TagManager, version: Version) -> None:
    publish_version(manager, version)
    data(printable(f"Published: {version} is live."))


def _refusal_of_live(version: Version) -> GuardError | None:
    if not version.is_live:
        return None
    return GuardError(f"nothing was published: {version} is live already")


def refuse_live(version: Version) -> None:
    """There is nothing to do for the live version."""
    if refusal := _refusal_of_live(version):
        raise refusal


def live_of(versions: Sequence[Version]) -> Version | None:
    """The live version; None while nothing was published, or when it was deleted."""
    return next((version for version in versions if version.is_live), None)


def _goes_live(version: Version, versions: Sequence[Version]) -> str:
    live = live_of(versions)
    instead = f"in place of {live}" if live else "as the first one"
    return f"{version} goes live {instead}"


def go_live(
    manager: TagManager,
    gtm: str,
    target: str,
    version: Version,
    versions: Sequence[Version],
    *,
    yes: bool,
) -> None:
    """Say what will be, ask, publish."""
    data(printable(f"{gtm} ({describe(target)}): {_goes_live(version, versions)}"))
    if not yes:
        confirm("Publish it to the visitors of the site?", "nothing was published")
    _publish(manager, version)
