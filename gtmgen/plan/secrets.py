"""A connection through which no secret comes in, and on which secrets go out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, cast

from gtmgen.api.failures import CallError
from gtmgen.api.port import TagManager
from gtmgen.container.canonical import canonical, flatten
from gtmgen.container.entities import AnyEntity, Container
from gtmgen.container.values import REFERENCE
from gtmgen.container.veil import Veil, digest
from gtmgen.errors import GtmgenError, GuardError
from gtmgen.plan.words import kind_of
from gtmgen.text import listing

_SHORTEST = 8  # characters; a shorter value could not be told from other text in the container


def hide_secrets(
    manager: TagManager, container: Container, values: Mapping[str, str]
) -> TagManager:
    """The connection for one container: answers hide its secrets, requests hold them.

    So plans, digests of state, checksums and reports are made without a secret. ``values`` is
    what :func:`read_secrets` gives.
    """
    return cast("TagManager", _Veiled(manager, Veil(container.gtm, container, values)))


def read_secrets(containers: Iterable[Container], environ: Mapping[str, str]) -> dict[str, str]:
    """The values of all secrets, by variable; raises :class:`GtmgenError` before any call."""
    containers = list(containers)
    names = sorted({name for container in containers for name in container.secrets})
    missing = [name for name in names if not environ.get(name)]
    if missing:
        raise GtmgenError(
            f"{_join_variables(missing)} not set in the environment, and GTM needs "
            f"{'the secret' if len(missing) == 1 else 'these secrets'}; nothing was called",
            hint="only `plan` and `push` need secrets: give them to the step of the CI that runs "
            "them",
        )
    values = {name: environ[name] for name in names}
    for name, value in values.items():
        _refuse_unfit(name, value)
    for container in containers:
        _refuse_clear_text(container, values)
    return values


def read_known_secrets(container: Container, environ: Mapping[str, str]) -> dict[str, str]:
    """The values that the environment has, where none is needed: what is shown differs alone."""
    values = {name: environ.get(name, "") for name in container.secrets}
    return {name: value for name, value in values.items() if len(value) >= _SHORTEST}


def hash_secrets(container: Container, values: Mapping[str, str]) -> dict[str, str]:
    """What tells two values of each of a container's secrets apart; of those that are known."""
    return {
        name: digest(values[name], container.gtm) for name in container.secrets if name in values
    }


def refuse_other_secrets(
    container: Container, planned: Mapping[str, str], values: Mapping[str, str]
) -> None:
    """Raise :class:`GuardError` where a value is not known to be the one of a saved plan.

    ``planned`` is what :func:`hash_secrets` gave when that was made.
    """
    for name, now in sorted(hash_secrets(container, values).items()):
        if name not in planned:
            raise GuardError(
                f"the saved plan does not say with which value of the secret `{name}` it was made; "
                "nothing was written",
                hint="plan again: someone may have changed the file",
            )
        if planned[name] != now:
            raise GuardError(
                f"the saved plan was made with another value of the secret `{name}` (digest "
                f"{planned[name]}, now {now}); nothing was written",
                hint="give the push the value that was planned, or plan again with this one",
            )


def _join_variables(names: list[str]) -> str:
    return f"{listing(names)} {'is' if len(names) == 1 else 'are'}"


def _refuse_unfit(name: str, value: str) -> None:
    if REFERENCE.search(value):
        raise GtmgenError(
            f"the secret `{name}` holds `{{{{` and `}}}}`, which GTM takes for a reference to a "
            "variable; nothing was called",
            hint="is it the value itself? What is put there has to be the secret, as the platform "
            "shows it",
        )
    if len(value) < _SHORTEST:
        raise GtmgenError(
            f"the secret `{name}` has fewer than {_SHORTEST} characters, so it cannot be told "
            "from other text in a container",
            hint=f"is it the whole secret? `${{public:{name}}}` says that it is none",
        )
    if value != value.strip():
        raise GtmgenError(
            f"the secret `{name}` begins or ends with a blank or a line break; nothing was called",
            hint="set it again without: a file's last line break is easily stored along with it",
        )


def _refuse_clear_text(container: Container, values: Mapping[str, str]) -> None:
    for entity in container.entities() if container.secrets else ():
        for name in container.secrets:
            if _has_value(entity, values[name]):
                origin = f" ({entity.origin})" if entity.origin is not None else ""
                raise GtmgenError(
                    f"the value of the secret `{name}` stands in plain text in the "
                    f"{kind_of(entity).value} `{entity.name}`{origin}",
                    hint=f"write `${{secret:{name}}}` instead",
                )


def _has_value(entity: AnyEntity, value: str) -> bool:
    return any(value in text for _, text in flatten(canonical(entity)))


class _Veiled:
    """Every method of a :class:`TagManager`, with its arguments and its answer passed on."""

    def __init__(self, inner: TagManager, veil: Veil) -> None:
        self._inner = inner
        self._veil = veil

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._inner, name)
        return partial(self._call, attribute) if callable(attribute) else attribute

    def _call(self, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        try:
            answer = method(*map(self._veil.reveal, arguments), **named)
        except CallError as error:
            raise self._hide_secrets(error) from error.__cause__
        return self._veil.hide(answer)

    def _hide_secrets(self, error: CallError) -> CallError:
        """GTM may repeat in its message what it was sent."""
        reply = self._veil.hide_text(error.reply)
        if reply == error.reply:
            return error
        return CallError(
            error.method,
            reply,
            status=error.status,
            entity=error.entity,
            reasons=error.reasons,
            retry_after=error.retry_after,
            trouble=error.trouble,
            hint=error.hint,
        )
