"""``gtmgen environments``."""

from __future__ import annotations

from collections.abc import Sequence
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
    one_of,
)
from gtmgen.cli.output import data
from gtmgen.cli.spec import ContainerTarget, load_spec, pick_places
from gtmgen.cli.target import connect, describe, expect_server_of
from gtmgen.errors import UsageError
from gtmgen.push.environments import (
    GtmEnvironment,
    create_environment,
    list_environments,
    pick_environment,
    reauthorize,
    refuse_live,
)
from gtmgen.push.versions import list_versions, pick_version
from gtmgen.report.environments_report import (
    render_environments_json,
    render_environments_text,
    render_snippet,
)
from gtmgen.spec.model import Spec
from gtmgen.text import printable


class EnvironmentsOptions(NamedTuple):
    """The options of `gtmgen environments`; the names are those of GTM's environments."""

    spec: SpecArgument
    create: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Create an environment.", show_default=False),
    ] = None
    url: Annotated[
        str | None,
        typer.Option(help="With --create: the address that previews open.", show_default=False),
    ] = None
    version: Annotated[
        int | None,
        typer.Option(help="With --create: the version it shows.", show_default=False, min=1),
    ] = None
    reauthorize: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Give an environment a new code; snippets with the old one stop working.",
            show_default=False,
        ),
    ] = None
    snippet: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Print the snippet that the site's pages carry for it.",
            show_default=False,
        ),
    ] = None
    only: OnlyOption = None
    env: EnvOption = None
    target: TargetOption = "api"
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text"
    yes: YesOption = False
    quiet: QuietOption = False

    @property
    def is_about_one(self) -> bool:
        """Whether it makes or prints something, of one container."""
        return any(name is not None for name in (self.create, self.reauthorize, self.snippet))

    @property
    def verbs(self) -> list[str]:
        """What it needs scopes for."""
        verbs = ["environments"]
        if self.create is not None:
            verbs.append("create-environment")
        if self.version is not None:
            verbs.append("versions")
        if self.reauthorize is not None:
            verbs.append("reauthorize")
        return verbs


def environments(options: EnvironmentsOptions) -> int:
    """List GTM's environments, create one, or print a snippet. The snippet loads that environment
    on the site.

    An environment shows one version to the pages that carry its snippet, such as a staging site.
    `gtmgen publish SPEC VERSION --environment NAME` chooses the version. (`--env` is something
    else: a variant of the spec.) Of a spec with a server container, those of both are listed;
    what is created or printed is the web container's, or as `--only` says.

    Example: gtmgen environments specs/acme-shop.yaml --create Staging
    """
    one_of("--format", options.format, "text", "json")
    if options.create is None and (options.url is not None or options.version is not None):
        raise UsageError("`--url` and `--version` go with `--create NAME`")
    named = (options.create, options.reauthorize, options.snippet)
    if sum(name is not None for name in named) > 1:
        # One that fails would leave the other one done.
        raise UsageError(
            "`--create`, `--reauthorize` and `--snippet` exclude each other",
            hint="`--create` and `--reauthorize` print the snippet, too",
        )
    if options.create is not None and not options.create.strip():
        raise UsageError("`--create` needs a name")
    if options.only == "server" and options.snippet is not None:
        raise UsageError(
            "a server container has no snippet: the site's pages carry the web container's",
            hint="leave `--only server` out",
        )
    target = locate_state(options.target, [options.spec])
    spec = load_spec(options.spec, options.env, quiet=options.quiet, needs_values=needs_target).spec
    places = pick_places(spec, options.only)
    with connect(target, verbs=options.verbs, quiet=options.quiet) as manager:
        expect_server_of(manager, spec)
        if options.is_about_one:
            _change(manager, spec, _one_of(places), options)
            return 0
        listed = [
            (one.gtm, list_environments(manager, manager.resolve_container(one.gtm)))
            for one in places
        ]
    if options.format == "json":
        data(render_environments_json(listed, describe(target)))
    else:
        texts = (render_environments_text(gtm, describe(target), found) for gtm, found in listed)
        data("\n\n".join(texts))
    return 0


def _one_of(places: Sequence[ContainerTarget]) -> ContainerTarget:
    """The web container where both are meant: environments are for the site's pages."""
    return next((target for target in places if target.half == "web"), places[0])


def _change(
    manager: TagManager,
    spec: Spec,
    target: ContainerTarget,
    options: EnvironmentsOptions,
) -> None:
    """Make, reauthorize or print; what is made comes with its snippet."""
    container = manager.resolve_container(target.gtm)
    changed = [
        *_created(manager, container, options),
        *_reauthorized(manager, container, target, options),
    ]
    if options.snippet is not None:
        listed = list_environments(manager, container)
        changed.append(("", pick_environment(listed, options.snippet)))
    for label, environment in changed:
        if target.half == "server":  # nothing of it stands in a page
            data(printable(label))
            continue
        text = _snippet(manager, spec, container, environment)
        data(f"{printable(label)}\n\n{text}" if label else text)


NewEnvironment = tuple[str, GtmEnvironment]
"""What was done, in words, and to which environment."""


def _created(
    manager: TagManager, container: str, options: EnvironmentsOptions
) -> list[NewEnvironment]:
    if options.create is None:
        return []
    version = None
    if options.version is not None:
        version = pick_version(list_versions(manager, container), options.version)
    environment = create_environment(
        manager, container, options.create, url=options.url, version=version
    )
    return [(f"Made the {environment}.", environment)]


def _reauthorized(
    manager: TagManager, container: str, target: ContainerTarget, options: EnvironmentsOptions
) -> list[NewEnvironment]:
    if options.reauthorize is None:
        return []
    environment = pick_environment(list_environments(manager, container), options.reauthorize)
    if target.half == "web":
        refuse_live(environment)
    if not options.yes:
        question = f"Pages with the old snippet of the {environment} stop showing it. Go on?"
        confirm(question, "nothing was changed")
    renewed = reauthorize(manager, environment)
    return [(f"The {renewed} has a new code.", renewed)]


def _snippet(manager: TagManager, spec: Spec, container: str, environment: GtmEnvironment) -> str:
    gtm = spec.container.gtm
    public_id = gtm if gtm.startswith("GTM-") else str(manager.container(container)["publicId"])
    return render_snippet(public_id, environment, spec.site.data_layer)
