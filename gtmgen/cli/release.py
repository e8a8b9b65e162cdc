"""``gtmgen push --version NAME [--publish]``: what comes after the changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gtmgen.api.port import TagManager
from gtmgen.cli.confirm import confirm
from gtmgen.cli.output import data
from gtmgen.errors import ApiError, GuardError, PartialError, UsageError
from gtmgen.push.version_details import signed
from gtmgen.push.versions import make_version
from gtmgen.text import printable


@dataclass(frozen=True)
class Release:
    """A version that is wanted, and whether visitors shall get it."""

    name: str
    publish: bool = False

    @classmethod
    def read(cls, name: str | None, publish: bool) -> Release | None:
        """From the options; None when no version is asked for."""
        if name is not None and name.strip():
            return cls(name, publish)
        if name is not None:
            raise UsageError("`--version` needs a name")
        if publish:
            raise UsageError(
                "`--publish` goes with `--version NAME`",
                hint="`gtmgen publish SPEC` publishes a version that is there already",
            )
        return None

    @property
    def verbs(self) -> list[str]:
        """What it needs scopes for."""
        return ["version", *(["publish"] if self.publish else [])]

    @property
    def question(self) -> str:
        """``make the version `NAME` and publish it``."""
        return f"make the version `{printable(self.name)}`" + (
            " and publish it to the visitors of the site" if self.publish else ""
        )


def release_workspaces(
    manager: TagManager,
    places: Mapping[tuple[str, str], Sequence[str]],
    release: Release,
    who: str | None,
    *,
    pushed: bool,
    yes: bool,
) -> None:
    """A version of each workspace (container, name) that holds something new.

    ``places`` also says whose it is: the projects, which stand with ``who`` in the notes.
    ``pushed``: changes were applied just now, and the release was agreed to with them.
    """
    paths = {place: _with_news(manager, *place) for place in places}
    if any(paths.values()) and not (pushed or yes):
        question = release.question
        confirm(f"{question[0].upper()}{question[1:]}?", "no version was made")
    wrote = pushed
    for (gtm, workspace), path in paths.items():
        if path is None:
            if release.publish:
                _refuse_unpublished(manager, gtm, wrote=wrote)
            data(
                printable(
                    f"No version made. The workspace {workspace} of {gtm} holds nothing "
                    "that the latest version does not."
                )
            )
            continue
        try:
            notes = signed("Made by gtmgen", places[gtm, workspace], who)
            _release(manager, gtm, workspace, path, release, notes)
        except ApiError as error:
            if not wrote:
                raise
            before = "the changes were applied, but " if pushed else "not every version was made: "
            raise PartialError(before + error.message, hint=error.hint) from error
        wrote = True


def _refuse_unpublished(manager: TagManager, gtm: str, *, wrote: bool) -> None:
    """Nothing new to publish is no success while the latest version is not live."""
    container = manager.resolve_container(gtm)
    headers = manager.version_headers(container)
    latest = max((int(header["containerVersionId"]) for header in headers), default=0)
    live = manager.live_version(container)
    if latest and (live is None or int(live["containerVersionId"]) != latest):
        kind = PartialError if wrote else GuardError
        raise kind(
            f"the workspace holds nothing new, but version {latest} of {gtm} is not live",
            hint=f"`gtmgen publish SPEC {latest}` makes it live",
        )


def _with_news(manager: TagManager, gtm: str, workspace: str) -> str | None:
    """The path of the workspace; None where there is nothing to make a version of."""
    for item in manager.workspaces(manager.resolve_container(gtm)):
        if item["name"] == workspace:
            path = str(item["path"])
            return path if manager.workspace_status(path).get("workspaceChange") else None
    return None


def _release(
    manager: TagManager, gtm: str, workspace: str, path: str, release: Release, notes: str
) -> None:
    made = make_version(manager, path, release.name, notes, release.publish)
    data(
        printable(
            f"Made {made.version} of {gtm}. The workspace {workspace} ended with it; the next push "
            "makes it anew."
        )
    )
    if made.published:
        data(printable(f"Published: {made.version} is live."))
