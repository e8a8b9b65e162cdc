"""What runs in the visited pages: the recorder, our answer to gtm.js, stand-ins for vendors."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from gtmgen.runtime.bundle import boot_call, runtime_script
from gtmgen.runtime.engine import PreparedContainer, RunOptions
from gtmgen.scenarios.translate import observer_source

#: The function by which the recorder reports; gone before page code runs.
BINDING: Final = "__gtmgenVerify"
_CONTROLLER: Final = f"globalThis[Symbol.for({json.dumps(BINDING)})]"

#: What is kept of one message: so many values, and characters of each text.
MOST_VALUES: Final = 5_000
MOST_TEXT: Final = 2_000


@cache
def build_recorder(data_layer: str) -> str:
    """What runs in each document before its own scripts."""
    source = (resources.files("gtmgen.verify") / "js" / "recorder.js").read_text(encoding="utf-8")
    setup = {
        "binding": BINDING,
        "dataLayer": data_layer,
        "nodes": MOST_VALUES,
        "text": MOST_TEXT,
    }
    return f"{source}({json.dumps(setup)});"


def build_container_script(container: PreparedContainer, data_layer: str) -> str:
    """The answer to the request for gtm.js: the runtime with the spec's container."""
    options = RunOptions(data_layer=data_layer).for_page()
    boot = boot_call(container.version, container.templates, options)
    return (
        f"(function () {{ const rt = {runtime_script('browser')}();\n"
        f"if ({_CONTROLLER} && {_CONTROLLER}.attach(rt)) rt.boot({boot}); }})();"
    )


def build_stand_in(pack: str, script: Path) -> str:
    """The answer to the request for a vendor's script: it reports each call."""
    report = f"function (call) {{ {_CONTROLLER}.call({json.dumps(pack)}, call); }}"
    return f"({observer_source(script)})(window, {report}, true);"


def build_waiting_calls(pack: str, script: Path) -> str:
    """An expression that reports what still waits for a vendor's script."""
    report = f"function (call) {{ {_CONTROLLER}.call({json.dumps(pack)}, call); }}"
    return f"({observer_source(script)})(window, {report}, false)"
