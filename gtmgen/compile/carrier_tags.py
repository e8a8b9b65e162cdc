"""The tags that bring a platform's events to the server container, beside the platform's own."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from gtmgen.compile.carriers import Cells, carried, held_hit, release_trigger, released
from gtmgen.compile.context import Context
from gtmgen.container.entities import Tag
from gtmgen.container.values import Parameter
from gtmgen.spec.model import Platform


class ServerHit(NamedTuple):
    """One event on its way to the server.

    ``name`` is what the hit is called, ``key`` the identity of the platform's own tag. Where
    ``waits``, the platform's own template keeps its calls until consent comes, and so must the hit.
    """

    key: str
    name: str
    platform: Platform
    values: Cells
    consent: tuple[str, ...]
    waits: bool


def add_carrier(
    context: Context, platform_tag: Tag, hit: ServerHit, parameter: tuple[Parameter, ...]
) -> Tag:
    """Add what brings the event of ``platform_tag``, the platform's tag, to the server container.

    Returns the tag that fires when that one does; ``parameter`` is what it sends.
    """
    carrier = replace(platform_tag, type="gaawe", consent=hit.consent)
    tag = _add(context, carrier, hit, "server", "to the server", parameter)
    if hit.waits and hit.consent:
        _add_waiting(context, platform_tag, hit)
    return tag


def _add_waiting(context: Context, platform_tag: Tag, hit: ServerHit) -> None:
    """What becomes of a hit that GTM does not let out: one tag keeps the event's values while
    consent is denied, another one sends them when the first says so."""
    type_, parameter = held_hit(context, hit.name, hit.values, hit.consent)
    holding = replace(platform_tag, type=type_, consent=())
    _add(context, holding, hit, "held", "held for the server", parameter)
    late = replace(
        platform_tag,
        type="gaawe",
        firing=(release_trigger(context, hit.name),),
        blocking=(),
        firing_option="UNLIMITED",
        consent=hit.consent,
    )
    values = released(context, hit.values)
    parameter = carried(context, hit.name, hit.platform, values, hit.consent)
    _add(context, late, hit, "released", "to the server, after consent", parameter)


def _add(
    context: Context,
    like: Tag,
    hit: ServerHit,
    part: str,
    title: str,
    parameter: tuple[Parameter, ...],
) -> Tag:
    key = f"{hit.key}.{part}"
    tag = context.tags[key] = replace(
        like,
        name=f"{like.name} ({title})",
        owner=context.owner(f"tag/{key}"),
        parameter=parameter,
    )
    return tag
