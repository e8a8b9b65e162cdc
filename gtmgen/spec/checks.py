"""What the parts of a spec say about each other: references, cycles, things nothing uses."""

from __future__ import annotations

from gtmgen.diagnostics import Path, Problem
from gtmgen.spec.consent_checks import check_consent
from gtmgen.spec.context_checks import check_context
from gtmgen.spec.data_checks import DataChecker
from gtmgen.spec.denied_checks import check_denied
from gtmgen.spec.doubts import check_doubts
from gtmgen.spec.event_data_checks import check_event_data
from gtmgen.spec.items_checks import check_items
from gtmgen.spec.lint_settings import check_lint
from gtmgen.spec.model import Event, Spec
from gtmgen.spec.monitor_settings import check_monitor
from gtmgen.spec.platform_checks import check_platforms
from gtmgen.spec.raw_checks import check_raw
from gtmgen.spec.renaming_checks import check_renaming
from gtmgen.spec.second_chance_checks import check_second_chances
from gtmgen.spec.server_checks import check_server
from gtmgen.spec.trigger_checks import TriggerChecker

REFERENCE_RULES = {
    "unknown-data": ("data", "gtm.variables"),
    "unknown-page": ("pages",),
    "page-glob": ("pages",),
    "unknown-trigger": ("triggers", "gtm.triggers"),
    "unknown-tag": ("gtm.tags",),
    "unused-data": ("data", "pages", "triggers", "events", "gtm"),
    "unused-trigger": ("triggers", "events", "gtm"),
}
"""Rules about what refers to what, and the sections that they must see whole to be right."""


def check(spec: Spec) -> list[Problem]:
    """Every problem between the parts of a spec that has the right shape."""
    checker = _Checker(spec)
    checker.run()
    return [
        *checker.problems,
        *check_platforms(spec),
        *check_context(spec),
        *check_consent(spec),
        *check_denied(spec),
        *check_second_chances(spec),
        *check_event_data(spec),
        *check_items(spec),
        *check_renaming(spec),
        *check_raw(spec),
        *check_doubts(spec),
        *check_server(spec),
        *check_lint(spec.lint),
        *check_monitor(spec.monitor, spec.events),
    ]


class _Checker(TriggerChecker, DataChecker):
    def run(self) -> None:
        spec = self._spec
        for key in spec.data:
            self._data_key(key)
        for page in spec.pages.values():
            for index, pattern in enumerate(page.paths):
                self._page_path(pattern, ("pages", page.key, "path"), index, len(page.paths))
        for trigger in spec.triggers.values():
            self._trigger(trigger)
        if spec.consent.granted_on is not None:
            self._granted_on(spec.consent.granted_on, ("consent", "granted_on"))
        for platform in spec.platforms.values():
            after = platform.after_consent
            if after is not None and after != spec.consent.granted_on:
                self._granted_on(after, ("platforms", platform.name, "after_consent"))
            for name in platform.pack.data_settings & platform.settings.keys():
                for field, keys in platform.data_keys(name):
                    at: Path = ("platforms", platform.name, name)
                    at = at if field == name else (*at, field)
                    for index, key in enumerate(keys):
                        self._value(key, (*at, index) if len(keys) > 1 else at)
            if platform.narrowing:
                self._narrowing(platform.narrowing, ("platforms", platform.name))
            if platform.page_view is not None:
                self._page_view(platform.page_view, ("platforms", platform.name, "page_view"))
        for event_key, event in spec.events.items():
            path: Path = ("events", event_key)
            self._on(event.on, (*path, "on"))
            if event.narrowing:
                self._narrowing(event.narrowing, path)
            self._params(event.params.items(), (*path, "params"))
            if event.event_id is not None:
                self._value(event.event_id.source, (*path, "event_id", "from"))
            for send in event.send:
                if send.params or send.where:
                    send_path = (*path, "send", send.platform)
                    self._params(send.params.items(), (*send_path, "params"))
                    self._where(send.where, (*send_path, "where"))
            many = len(event.custom_tags) > 1
            for index, tag_key in enumerate(event.custom_tags):
                if tag_key not in spec.raw_tags:
                    at = (*path, "send", "custom", "tag")
                    # One alone may stand without a list, in the place of the list.
                    at = (*at, index) if many else at
                    self._unknown("unknown-tag", tag_key, spec.raw_tags, at, "raw tag")
        for tag in spec.raw_tags.values():
            self._on(tag.on, ("gtm", "tags", tag.key, "on"))
        self._same_keys()
        self._cycles()
        self._unused()

    def _page_view(self, event: Event, path: Path) -> None:
        self._on(event.on, (*path, "on"))
        self._narrowing(event.narrowing, path)
        self._params(event.params.items(), (*path, "params"))

    def _same_keys(self) -> None:
        """A key may be named where either could be meant."""
        for section, own, raw in (
            ("variables", self._spec.data, self._spec.raw_variables),
            ("triggers", self._spec.triggers, self._spec.raw_triggers),
        ):
            for key in own.keys() & raw.keys():
                other = "data" if section == "variables" else section
                message = f"`{key}` is a key of `{other}` too"
                hint = "`params`, `where` and `on` could mean either: give one another key"
                path = ("gtm", section, key)
                self.problems.append(Problem("duplicate-key", path, message, hint, on_key=True))
