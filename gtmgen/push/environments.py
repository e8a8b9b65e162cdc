"""GTM's own environments: what a site of its own shows before visitors see it.

An environment shows one version to pages whose snippet carries its authorization code. Live and
Latest are every container's; a version gets to Live by publishing it, and to an environment of
the user by pointing the environment at it. Nothing here asks or prints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gtmgen.api.port import Json, TagManager
from gtmgen.errors import ApiError, GuardError, UsageError
from gtmgen.push.versions import Version
from gtmgen.text import did_you_mean, listing, printable

LIVE = "live"
_KEPT = ("name", "description", "url", "enableDebug")


@dataclass(frozen=True)
class GtmEnvironment:
    """One environment; ``type`` is user, live, latest or workspace.

    ``version`` is the number of the one that it shows, None for none; ``code`` the authorization
    code, which belongs into the snippet and nowhere else.
    """

    id: str
    name: str
    type: str
    path: str
    version: int | None
    url: str | None
    code: str | None
    body: Json

    @property
    def is_live(self) -> bool:
        """Whether it is what visitors get."""
        return self.type == LIVE

    def __str__(self) -> str:
        return f"environment `{self.name}`"


def list_environments(manager: TagManager, container_path: str) -> tuple[GtmEnvironment, ...]:
    """All environments of a container, in GTM's order."""
    return tuple(map(_build_environment, manager.environments(container_path)))


def pick_environment(environments: Sequence[GtmEnvironment], name: str) -> GtmEnvironment:
    """The environment of that name, in any case where only one is called so.

    Raises :class:`UsageError` that names those that there are.
    """
    exact = [item for item in environments if item.name == name]
    matching = exact or [item for item in environments if item.name.lower() == name.lower()]
    if len(matching) == 1:
        return matching[0]
    if matching:
        names = listing([printable(item.name) for item in matching])
        raise UsageError(
            f"several environments are called `{name}`",
            hint="rename one of them in GTM" if exact else f"write it as GTM has it: {names}",
        )
    hint = did_you_mean(name, [item.name for item in environments])
    raise UsageError(f"there is no environment `{name}`", hint=hint)


def create_environment(
    manager: TagManager,
    container_path: str,
    name: str,
    *,
    url: str | None = None,
    version: Version | None = None,
) -> GtmEnvironment:
    """A new environment. Raises :class:`GuardError` for a name that is taken, in any case."""
    for item in list_environments(manager, container_path):
        if item.name.lower() == name.lower():
            raise GuardError(
                f"there is an {item} already",
                hint="`gtmgen environments SPEC --snippet NAME` prints its snippet",
            )
    number = str(version.number) if version is not None else None
    fields = {"name": name, "url": url, "containerVersionId": number}
    body = {key: value for key, value in fields.items() if value}
    return _build_environment(manager.create_environment(container_path, body))


def reauthorize(manager: TagManager, environment: GtmEnvironment) -> GtmEnvironment:
    """A new authorization code: snippets with the old one get what visitors get."""
    return _build_environment(manager.reauthorize_environment(environment.path))


def refuse_live(environment: GtmEnvironment) -> None:
    """Raise :class:`GuardError` for a site's Live environment, whose snippet has no code.

    That of a server container has one (`env=1&auth=...` in the container's configuration).
    """
    if environment.is_live:
        raise GuardError(
            f"the {environment} is what every visitor gets: its snippet has no code to renew",
            hint="`gtmgen environments SPEC` lists the others",
        )


def refuse_fixed(environment: GtmEnvironment) -> None:
    """Raise :class:`GuardError` for Latest and previews of workspaces, which GTM points itself."""
    if environment.type != "user":
        raise GuardError(
            f"the {environment} shows what GTM chooses",
            hint="`gtmgen environments SPEC --create NAME` makes one that can be chosen for",
        )


def show_version(
    manager: TagManager, environment: GtmEnvironment, version: Version
) -> GtmEnvironment:
    """Point an environment of the user at a version."""
    refuse_fixed(environment)
    # A PUT replaces all of it, so what it has goes with it.
    body = {key: environment.body[key] for key in _KEPT if key in environment.body}
    body["containerVersionId"] = str(version.number)
    fingerprint = environment.body.get("fingerprint")
    updated = _build_environment(manager.update_environment(environment.path, body, fingerprint))
    if updated.version != version.number:
        raise ApiError(
            f"GTM did not say that the {environment} shows {version}",
            hint="`gtmgen environments SPEC` shows what it does",
        )
    return updated


def _build_environment(body: Json) -> GtmEnvironment:
    if not all(isinstance(body.get(key), str) for key in ("environmentId", "name", "path")):
        raise ApiError(
            "GTM answered with an environment of another shape than its API describes",
            hint="is it GTM's API that answers there?",
        )
    number = body.get("containerVersionId")
    return GtmEnvironment(
        id=body["environmentId"],
        name=body["name"],
        type=str(body.get("type", "user")),
        path=body["path"],
        version=int(number) if number not in (None, "", "0") else None,
        url=body.get("url"),
        code=body.get("authorizationCode"),
        body=body,
    )
