"""``gtmgen push --version NAME [--publish [ENVIRONMENT]]``: what comes after the changes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from gtmgen.api.port import TagManager
from gtmgen.cli.confirm import confirm
from gtmgen.errors import ApiError, GtmgenError, GuardError, PartialError, UsageError
from gtmgen.push.environments import (
    LIVE,
    GtmEnvironment,
    list_environments,
    pick_environment,
    show_version,
)
from gtmgen.push.version_details import signed
from gtmgen.push.versions import NewVersion, Version, make_version
from gtmgen.report.push_json import MadeVersion
from gtmgen.text import printable


@dataclass(frozen=True)
class Release:
    """A version that is wanted, and the environment that shall show it, if any is to."""

    name: str
    environment: str | None = None

    @classmethod
    def read(cls, name: str | None, environment: str | None) -> Release | None:
        """From the options; None when no version is asked for."""
        if name is not None and name.strip():
            return cls(name, environment)
        if name is not None:
            raise UsageError("`--version` needs a name")
        if environment is not None:
            raise UsageError(
                "`--publish` goes with `--version NAME`",
                hint="`gtmgen publish SPEC` publishes a version that is there already",
            )
        return None

    @property
    def verbs(self) -> list[str]:
        """What it needs scopes for."""
        if self.environment is None:
            return ["version"]
        return ["version", "publish" if self.publish else "show-version"]

    @property
    def publish(self) -> bool:
        """Whether visitors shall get it."""
        return self.environment is not None and self.environment.lower() == LIVE

    @property
    def question(self) -> str:
        """``make the version `NAME` and publish it``."""
        then = ""
        if self.publish:
            then = " and publish it to the visitors of the site"
        elif self.environment is not None:
            then = f" and have the environment `{printable(self.environment)}` show it"
        return f"make the version `{printable(self.name)}`{then}"


@dataclass(frozen=True)
class ReleaseTalk:
    """Who says what is released, and the list of the versions that were made."""

    say: Callable[[str], None]
    made: list[MadeVersion]

    def tell(self, gtm: str, workspace: str, new: NewVersion) -> None:
        version = new.version
        shown = LIVE if new.published else None
        self.made.append(MadeVersion(gtm, workspace, version.number, version.name, shown))
        self.say(
            printable(
                f"Made {version} of {gtm}. The workspace {workspace} was closed with it; the "
                "next push creates it again."
            )
        )
        if new.published:
            self.say(printable(f"Published: {version} is live."))

    def tell_shown(self, version: Version, environment: GtmEnvironment) -> None:
        """Of the version that was told of last."""
        self.made[-1] = replace(self.made[-1], environment=environment.name)
        self.say(printable(f"Published: the {environment} shows {version}."))


def release_workspaces(
    manager: TagManager,
    places: Mapping[tuple[str, str], Sequence[str]],
    release: Release,
    who: str | None,
    talk: ReleaseTalk,
    *,
    pushed: bool,
    yes: bool,
) -> None:
    """A version of each workspace (container, name) that holds something new.

    ``places`` also says whose it is: the projects, which stand with ``who`` in the notes.
    ``pushed``: changes were applied just now, and the release was agreed to with them.
    """
    targets = _environments(manager, places, release)
    paths = {key: _with_news(manager, *key) for key in places}
    if any(paths.values()) and not (pushed or yes):
        question = release.question
        confirm(f"{question[0].upper()}{question[1:]}?", "no version was made")
    done: list[str] = []
    for (gtm, workspace), path in paths.items():
        wrote = pushed or bool(done)
        if path is None:
            if release.publish:
                _refuse_unpublished(manager, gtm, wrote=wrote, alone=len(paths) == 1)
            elif gtm in targets:
                _refuse_unshown(manager, gtm, targets[gtm], wrote=wrote)
            talk.say(
                printable(
                    f"No version made. The workspace {workspace} of {gtm} holds nothing "
                    "that the latest version does not."
                )
            )
            continue
        try:
            notes = signed("Made by gtmgen", places[gtm, workspace], who)
            made = make_version(manager, path, release.name, notes, release.publish)
            talk.tell(gtm, workspace, made)
            if gtm in targets:
                _show(manager, targets[gtm], made.version)
                talk.tell_shown(made.version, targets[gtm])
        except (ApiError, PartialError) as error:
            if len(paths) > 1:
                raise _build_failure(error, release, gtm, done, pushed=pushed) from error
            if not wrote or isinstance(error, PartialError):
                raise
            message = f"the changes were applied, but {error.message}"
            raise PartialError(message, hint=error.hint) from error
        done.append(gtm)


def _build_failure(
    error: GtmgenError, release: Release, gtm: str, done: Sequence[str], *, pushed: bool
) -> GtmgenError:
    """Of several containers: what was done before, and which one it failed with.

    The version's number is of one of them, so that the hint to publish it may not name it.
    """
    suffix = " and published" if release.environment is not None else ""
    versions = f"the version of {' and '.join(done)} was made{suffix}" if done else ""
    before = " and ".join(filter(None, ("the changes were applied" * pushed, versions)))
    text = f"{before}, then {gtm}: {error.message}" if before else f"{gtm}: {error.message}"
    hint = re.sub(r"(`gtmgen publish SPEC) \d+", r"\1", error.hint or "") or None
    kind = PartialError if before or isinstance(error, PartialError) else ApiError
    return kind(text, hint=hint)


def _environments(
    manager: TagManager, places: Mapping[tuple[str, str], Sequence[str]], release: Release
) -> dict[str, GtmEnvironment]:
    """Of each container the environment that is meant: one that is missing is told at once."""
    if release.environment is None or release.publish:
        return {}
    return {
        gtm: pick_environment(
            list_environments(manager, manager.resolve_container(gtm)), release.environment
        )
        for gtm in dict.fromkeys(gtm for gtm, _ in places)
    }


def _show(manager: TagManager, environment: GtmEnvironment, version: Version) -> None:
    try:
        show_version(manager, environment, version)
    except GtmgenError as error:
        raise PartialError(
            f"{version} was made, but the {environment} does not show it: {error.message}",
            hint=f"`gtmgen publish SPEC {version.number} --environment "
            f"{shlex.quote(environment.name)}` tries again",
        ) from error


def _refuse_unpublished(manager: TagManager, gtm: str, *, wrote: bool, alone: bool) -> None:
    """Nothing new to publish is no success while the latest version is not live."""
    container = manager.resolve_container(gtm)
    headers = manager.version_headers(container)
    latest = max((int(header["containerVersionId"]) for header in headers), default=0)
    live = manager.live_version(container)
    if latest and (live is None or int(live["containerVersionId"]) != latest):
        kind = PartialError if wrote else GuardError
        raise kind(
            f"the workspace holds nothing new, but version {latest} of {gtm} is not live",
            hint=f"`gtmgen publish SPEC{f' {latest}' * alone}` makes it live",
        )


def _refuse_unshown(
    manager: TagManager, gtm: str, environment: GtmEnvironment, *, wrote: bool
) -> None:
    """The same for an environment that shows an earlier version."""
    headers = manager.version_headers(manager.resolve_container(gtm))
    latest = max((int(header["containerVersionId"]) for header in headers), default=0)
    if latest and environment.version != latest:
        kind = PartialError if wrote else GuardError
        raise kind(
            f"the workspace holds nothing new, but the {environment} of {gtm} does not show "
            f"version {latest}",
            hint=f"`gtmgen publish SPEC {latest} --environment {shlex.quote(environment.name)}`",
        )


def _with_news(manager: TagManager, gtm: str, workspace: str) -> str | None:
    """The path of the workspace; None where there is nothing to make a version of."""
    for item in manager.workspaces(manager.resolve_container(gtm)):
        if item["name"] == workspace:
            path = str(item["path"])
            return path if manager.workspace_status(path).get("workspaceChange") else None
    return None
