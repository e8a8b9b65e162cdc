"""Runs a container through a scenario: one door for both engines.

A container is GTM's export (JSON with `containerVersion`); any one, not only compiled ones. A
scenario is what a page and its visitor do, in the format of the recorded vectors: `url`, `html`,
`pages`, `cookies`, `consentDefault`, `dataLayer`, `network`, `responses`, `record`, `steps`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal

from gtmgen.runtime.bundle import templates_literal

Json = dict[str, Any]
EngineName = Literal["quickjs", "browser"]
Side = Literal["web", "server"]

#: Steps that need a document: only a browser can play them.
DOM_STEPS: Final = frozenset({"click", "fill", "submit", "scroll", "scrollIntoView"})


class EngineError(RuntimeError):
    """The engine cannot run: a part of it is not installed, or the scenario is not one."""


@dataclass(frozen=True, slots=True)
class Run:
    """What happened: `observed` as in the recorded vectors, `trace` one entry per event.

    `skipped` says why this engine could not run it faithfully (then nothing else counts);
    `stopped` why it was cut off (time, memory, recursion).
    """

    observed: Json = field(default_factory=dict)
    trace: list[Json] = field(default_factory=list)
    skipped: str | None = None
    stopped: str | None = None
    unsupported: tuple[str, ...] = ()
    errors: tuple[Json, ...] = ()
    logs: tuple[Json, ...] = ()
    own_messages: tuple[Json, ...] = ()  # of the data layer, those that GTM itself pushed


@dataclass(frozen=True, slots=True)
class RunLimits:
    """When a run is cut off: seconds of processor time per call into the page, bytes, stack."""

    seconds: float = 5.0
    memory: int = 256 * 1024 * 1024
    stack: int = 512 * 1024

    def explain(self, stopped: Sequence[Json]) -> str | None:
        """Why a run was cut off, by what the page has recorded of it; None where it was not."""
        return self.describe(stopped[0]["limit"], stopped[0]["what"]) if stopped else None

    def describe(self, limit: str, what: str | None) -> str:
        """Why `what` was cut off: at the limit `time`, `recursion` or `memory`."""
        what = what or "the page"
        if limit == "recursion":
            return f"{what} calls itself without end"
        if limit == "memory":
            return f"{what} needs more than {self.memory // 1024 // 1024} MiB of memory"
        return (
            f"{what} ran for more than {self.seconds:g} s: an endless loop, or a regular "
            "expression that never ends"
        )


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How the page's GTM is set up, beside the scenario.

    `data_layer` is the snippet's name of the data layer, `now` the page's clock in milliseconds
    since 1970, `region` where the visitor is (consent defaults can name regions).
    """

    data_layer: str = "dataLayer"
    now: int = 1_780_000_000_000
    seed: int = 1
    trace: bool = False
    region: str = ""
    environment: str = ""
    #: Where there is no DOM: the page is taken for one without elements, which nobody scrolls.
    empty_page: bool = False

    def for_page(self) -> Json:
        return {
            "dataLayer": self.data_layer,
            "trace": self.trace,
            "region": self.region,
            "environment": self.environment,
            "emptyPage": self.empty_page,
        }


@dataclass(frozen=True, slots=True)
class PreparedContainer:
    """A container that is ready to run: its version, also as JSON, its templates, translated."""

    version: Json
    templates: str
    unsupported: tuple[str, ...]
    text: str
    side: Side = "web"


def load_container(export: Mapping[str, Any]) -> PreparedContainer:
    """Translates the templates of an export. Those that cannot run are named in `unsupported`."""
    version = dict(export.get("containerVersion", export))
    side = side_of(version)
    templates, unsupported = _translate(version.get("customTemplate", []), side)
    lean = {key: value for key, value in version.items() if key != "customTemplate"}
    return PreparedContainer(lean, templates, unsupported, _runtime_text(lean), side)


# Who made an entity, where it lies and when it changed: the runtime reads none of it.
_NO_BEHAVIOUR: Final = frozenset(
    ("accountId", "containerId", "fingerprint", "notes", "parentFolderId", "path", "tagManagerUrl")
)


def _runtime_text(version: Json) -> str:
    """A version as JSON for QuickJS, which reads it for each page: without what does nothing."""
    return json.dumps({key: _without_idle_fields(value) for key, value in version.items()})


def _without_idle_fields(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [
        {key: item for key, item in entity.items() if key not in _NO_BEHAVIOUR}
        if isinstance(entity, dict)
        else entity
        for entity in value
    ]


def side_of(version: Mapping[str, Any]) -> Side:
    """Whether a container version is of a web or of a server container."""
    return "server" if "SERVER" in version.get("container", {}).get("usageContext", ()) else "web"


def _translate(custom_templates: list[Json], side: Side) -> tuple[str, tuple[str, ...]]:
    key = tuple(
        (
            str(item.get("containerId", "")),
            str(item.get("templateId", "")),
            str(item.get("name", "")),
            str(item.get("galleryReference", {}).get("galleryTemplateId", "")),
            str(item.get("templateData", "")),
        )
        for item in custom_templates
    )
    return _translate_cached(key, side)


@lru_cache(maxsize=64)
def _translate_cached(
    key: tuple[tuple[str, str, str, str, str], ...], side: Side
) -> tuple[str, tuple[str, ...]]:
    from gtmgen.runtime.templates import template_functions

    custom_templates: list[Json] = [
        {
            "containerId": container,
            "templateId": template,
            "name": name,
            "templateData": data,
            **({"galleryReference": {"galleryTemplateId": gallery}} if gallery else {}),
        }
        for container, template, name, gallery, data in key
    ]
    functions, unsupported = template_functions(custom_templates, side)
    return templates_literal(functions), tuple(unsupported)


def run_scenario(
    container: Mapping[str, Any] | PreparedContainer,
    scenario: Mapping[str, Any],
    *,
    engine: EngineName = "quickjs",
    options: RunOptions | None = None,
    limits: RunLimits | None = None,
    executable: str | None = None,
) -> Run:
    """Plays a scenario against a container. Raises EngineError when the engine is not there.

    `executable` is the path of a Chromium, for the browser engine.
    """
    ready = container if isinstance(container, PreparedContainer) else load_container(container)
    if engine == "quickjs":
        from gtmgen.runtime.quickjs_engine import play
    else:
        from gtmgen.runtime.browser_engine import play_in_browser

        return play_in_browser(
            ready, scenario, options or RunOptions(), limits or RunLimits(), executable
        )
    return play(ready, scenario, options or RunOptions(), limits or RunLimits())
