"""Containers migrated in tests, and what a platform receives from them, before and after."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gtmgen.container.export import export_json
from gtmgen.importer.convert import convert
from gtmgen.importer.migrate.run import Migration, migrate
from gtmgen.importer.read.container import Imported
from gtmgen.importer.verify.prove import compile_files
from gtmgen.importer.write.render import SpecSettings
from gtmgen.report.migration import render_migration_lines
from gtmgen.runtime.engine import run_scenario
from gtmgen.scenarios.accounts import accounts_of_packs
from gtmgen.scenarios.observe import observed_calls
from gtmgen.scenarios.parse import parse_scenario
from gtmgen.scenarios.translate import translate
from tests.importer.lifting import Json, imported, keys_of

SETTINGS = SpecSettings("shop")
PAGE = "<!doctype html><html><head><title>Shop</title><!--GTM--></head><body></body></html>"


class Sent(NamedTuple):
    """What a platform received."""

    event: str
    account: str
    params: Mapping[str, Any]
    event_id: str | None


class Migrated:
    """The report of a migration; ``before`` and ``after`` are the containers."""

    def __init__(self, version: Json, *packs: str, source: Imported | None = None) -> None:
        source = imported(version) if source is None else source
        keys = keys_of(source)
        converted = convert(source, SETTINGS, keys, lift=True)
        result: tuple[Any, Migration] = migrate(converted, packs, SETTINGS, keys)
        self.converted, self.migration = result
        self.before = {"containerVersion": version}
        self.after = json.loads(export_json(compile_files(self.converted.files, SETTINGS.main)))

    @property
    def spec(self) -> str:
        """The files that say what is sent."""
        files = (SETTINGS.main, "data.yaml", "events.yaml")
        return "\n".join(self.converted.files.get(file, b"").decode() for file in files)

    @property
    def lines(self) -> list[str]:
        """The report's lines, but for headings."""
        return [
            line.strip() for line in render_migration_lines(self.migration) if line.startswith(" ")
        ]

    @property
    def decisions(self) -> list[str]:
        return self._under("For you to decide")

    @property
    def cases(self) -> list[str]:
        """What is otherwise with some values, or at some moments."""
        return self._under("Otherwise with some values")

    def _under(self, heading: str) -> list[str]:
        lines = render_migration_lines(self.migration)
        starts = [at for at, line in enumerate(lines) if line.startswith(heading)]
        if not starts:
            return []
        end = lines.index("", starts[0]) if "" in lines[starts[0] :] else len(lines)
        return [line.strip() for line in lines[starts[0] + 1 : end]]


def received(container: Json, pack: str, *pushes: Json) -> list[Sent]:
    """What the platform receives on one page with these pushes."""
    return received_on(container, pack, *({"push": one} for one in pushes))


def received_on(
    container: Json, pack: str, *steps: Json, page: str = PAGE, may_fail: bool = False
) -> list[Sent]:
    """What the platform receives on a page with these steps; an error of the page's is a failure
    unless it ``may_fail``, as code does that calls what is not loaded yet."""
    raw = {"name": "x", "html": page, "steps": [{"load": "/"}, *steps]}
    accounts = accounts_of_packs()
    script = translate(parse_scenario(raw, ()), accounts, "https://shop.example")
    run = run_scenario(container, script.scenario)
    errors = () if may_fail else run.errors
    unusual = (run.skipped, run.stopped, run.unsupported, errors)
    assert unusual == (None, None, (), ()), unusual
    return [
        Sent(call.event, call.account, call.params, call.event_id)
        for call in observed_calls(run, script, accounts)
        if call.pack == pack
    ]


def events(sent: Sequence[Sent], *, without: str = "Pageview") -> list[Sent]:
    """Those that are no page views."""
    return [one for one in sent if one.event != without]
