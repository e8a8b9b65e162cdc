"""Runs the tests that a custom template carries in its own file, as the template editor does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import quickjs

from gtmgen.runtime.bundle import Host, templates_literal
from gtmgen.runtime.engine import RunLimits
from gtmgen.runtime.language import to_javascript
from gtmgen.runtime.problems import TemplateError
from gtmgen.runtime.quickjs_realm import Realm, acquire, release
from gtmgen.runtime.template import APIS, TemplateFile, TemplateTest, check_template, scenario_code
from gtmgen.runtime.templates import template_functions
from gtmgen.runtime.translate import TEST_NAMES

_SECONDS: Final = 10.0
_NOW: Final = 1_780_000_000_000
_LOAD: Final = "rt.loadContainer({containerId: '1', container: {publicId: 'GTM-TEST'}}, {});"
#: What a template finds around it: a page with a container, or a request without event data.
_OPENING: Final[Mapping[Host, str]] = {
    "page": f"rt.openPage({{url: 'https://shop.example/', now: {_NOW}}}); {_LOAD}"
    "rt.dataLayer.install(rt.host.window, 'dataLayer');",
    "server": f"rt.openServer({{now: {_NOW}}}); {_LOAD}"
    "rt.openRequest(0, {url: 'https://server.example/'}); rt.event = {id: 0, data: {}};",
}


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """The outcome of one test of a template; the message is empty when it passed."""

    name: str
    passed: bool
    message: str


def run_tests(template: TemplateFile) -> list[ScenarioResult]:
    """Runs every scenario of a template, each on a page, or in a request, of its own.

    Raises TemplateError when the language checker refuses the code or a test.
    """
    if problems := check_template(template):
        raise TemplateError(problems)
    source = {"containerId": "1", "templateId": "1", "name": "", "templateData": template.text}
    functions, _ = template_functions([source], template.side)
    source_of_maker = f"(function () {{ return ({templates_literal(functions)})['cvt_1_1']; }})"
    host: Host = "page" if template.side == "web" else "server"
    limits = RunLimits(seconds=_SECONDS)
    makers: dict[Realm, Any] = {}
    results = []
    for scenario in template.scenarios:
        realm = acquire(host, limits)
        if realm not in makers:
            makers[realm] = realm.context.eval(source_of_maker)
        result = _run_test(realm, template, makers[realm], scenario)
        results.append(result)
        if result.passed:  # who knows what one leaves behind that fails, or is cut off
            release(realm, limits)
    return results


def _run_test(
    realm: Realm, template: TemplateFile, make: Any, scenario: TemplateTest
) -> ScenarioResult:
    context = realm.context
    code = to_javascript(scenario_code(template, scenario), TEST_NAMES, APIS[template.side])
    names = ", ".join(f"{name}: _{name}" for name in TEST_NAMES)
    run = context.eval(
        "(function (rt, template) {"
        f"  {_OPENING[realm.host]}"
        '  rt.runScenario(template, function ($, names) { "use strict"; '
        f"const {{{names}}} = names;"
        f" (function () {{ {code}\n }})(); }});"
        "})"
    )
    try:
        run(realm.make_runtime(), make())
    except quickjs.JSException as error:
        return ScenarioResult(scenario.name, False, _message(error))
    return ScenarioResult(scenario.name, True, "")


def _message(error: quickjs.JSException) -> str:
    text = str(error).split("\n")[0].removeprefix("Error: ")
    if text == "InternalError: interrupted":
        return f"stopped: it ran for more than {_SECONDS:g} s, an endless loop perhaps"
    return text
