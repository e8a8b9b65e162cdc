"""Why a scenario says nothing of a container: what it needs and was not there."""

from __future__ import annotations

from collections.abc import Iterable

from gtmgen.scenarios.model import SERVER, Scenario

#: What the engine without a document lacks and a scenario without clicks can do without.
_IDLE = ("CLICK trigger", "LINK_CLICK trigger", "FORM_SUBMISSION trigger")
#: On a page without HTML there is no element to become visible, and no video.
_IDLE_WITHOUT_HTML = ("ELEMENT_VISIBILITY trigger", "YOU_TUBE_VIDEO trigger")
_NEEDS = "needs a browser: "
NO_ENGINE_CAN = "the runtime has no "
#: What a server container needs and the runtime lacks.
_SERVER_WORDS = (
    "tag type", "variable type", "trigger type", "client type", "transformation type", "API",
    "permission",
)  # fmt: skip


def explain_missing_page(scenario: Scenario) -> str:
    """Why a server container alone cannot play a scenario, if so."""
    steps = [step.action for step in scenario.steps if step.action != "request"]
    return f"the step `{steps[0]}` needs a web container" if steps else ""


def explain_missing_server(scenario: Scenario) -> str:
    """Why a web container alone cannot play a scenario, if so."""
    if any(step.action == "request" for step in scenario.steps):
        return "the step `request` needs a server container"
    expected = [scenario.expect or (), *(step.expect or () for step in scenario.steps)]
    names = [name for part in expected for one in part for name in one.names]
    of_server = next((name for name in names if name.endswith(SERVER)), None)
    return f"`{of_server}` needs a server container" if of_server else ""


def explain_skipped(skipped: str | None, *, has_html: bool) -> str:
    """Why a run says nothing: what it lacks and the scenario could have used."""
    if skipped is None or not skipped.startswith(_NEEDS):
        return skipped or ""
    idle = _IDLE if has_html else (*_IDLE, *_IDLE_WITHOUT_HTML)
    lacking = [one for one in skipped[len(_NEEDS) :].split(", ") if one not in idle]
    return f"{_NEEDS}{', '.join(lacking)}" if lacking else ""


def explain_unsupported(scenario: Scenario, unsupported: Iterable[str]) -> str:
    """What no engine has and the scenario could have used, if anything."""
    # A video's trigger matters where the page has a video.
    kinds = ("tag type", "variable type", *(("trigger type",) if _has_video(scenario) else ()))
    return _tell_lacking(one for one in unsupported if one.startswith(kinds))


def explain_unsupported_server(unsupported: Iterable[str]) -> str:
    """The same of a server container, where nothing is on a page that may not matter."""
    return _tell_lacking(one for one in unsupported if one.startswith(_SERVER_WORDS))


def _tell_lacking(words: Iterable[str]) -> str:
    lacking = ", ".join(words)
    return f"{NO_ENGINE_CAN}{lacking}" if lacking else ""


def _has_video(scenario: Scenario) -> bool:
    pages = [scenario.setup.get("html", ""), *scenario.setup.get("pages", {}).values()]
    return any("youtube" in str(one).lower() for one in pages)
