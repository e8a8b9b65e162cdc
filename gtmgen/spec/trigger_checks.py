"""What triggers and what narrows them refer to: pages, other triggers, groups."""

from __future__ import annotations

import re

from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.spec.forms.lifecycle import MOMENTS
from gtmgen.spec.forms.model import ENABLED_WHERE
from gtmgen.spec.forms.registry import FORM_OF_WORD
from gtmgen.spec.model import Narrowing, TriggerSpec
from gtmgen.spec.reference_checks import ReferenceChecker, match_pages
from gtmgen.spec.shape_hints import hint_at_every_page
from gtmgen.text import nearest

# What looks like a pattern of some router, and is only text in a glob.
_NOT_A_GLOB = (
    (re.compile(r"/:[A-Za-z_]\w*"), "a placeholder is written `{name}`, or `*`"),
    (re.compile(r"\.\*|\.\+|\\|[\^$|\[\]]"), "a page's path is a glob: `*`, `**`, `{name}`"),
    (re.compile(r"\{[^}/]*(?:/|$)|(?:^|/)[^{/]*\}"), "a placeholder is written `{name}`"),
)


class TriggerChecker(ReferenceChecker):
    """Checks the pages and the triggers of one spec."""

    def _narrowing(self, narrowing: Narrowing, path: Path) -> None:
        for index, pattern in enumerate(narrowing.pages):
            self._page(pattern, (*path, "pages", index))
        self._where(narrowing.where, (*path, "where"))
        for index, name in enumerate(narrowing.except_):
            if name not in self._spec.triggers and name not in self._spec.raw_triggers:
                self._unknown(
                    "unknown-trigger",
                    name,
                    [*self._spec.triggers, *self._spec.raw_triggers],
                    (*path, "except", index),
                    "trigger",
                )

    def _page(self, pattern: str, path: Path) -> None:
        if match_pages(pattern, self._spec.pages):
            return
        if "*" in pattern:
            hint = "a glob here goes over the names under `pages`, not over paths"
            self.problems.append(
                Problem("page-glob", path, f"`{pattern}` matches no declared page", hint)
            )
        else:
            self._unknown("unknown-page", pattern, self._spec.pages, path, "page")

    def _page_path(self, pattern: str, path: Path, index: int, count: int) -> None:
        for foreign, hint in _NOT_A_GLOB:
            match = foreign.search(pattern)
            if match:
                at = (*path, index) if count > 1 else path
                message = f"`{match.group().strip('/')}` in `{pattern}` is taken as it stands"
                self.problems.append(Problem("page-path", at, message, hint, Severity.WARNING))
                return

    def _on(self, on: tuple[str | TriggerSpec, ...], path: Path) -> None:
        triggers = self._spec.triggers
        for index, item in enumerate(on):
            at = (*path, index) if len(on) > 1 else path
            if isinstance(item, TriggerSpec):
                self._trigger(item)
            elif item in self._spec.raw_triggers:
                self._raw_trigger(item, at, path)
            elif item not in triggers:
                names = [*triggers, *self._spec.raw_triggers]
                self._unknown("unknown-trigger", item, names, at, "trigger")
                if path[-1] == "on" and nearest(item, sorted(names)) is None:
                    hint = f"if the site pushes an event of that name, write `{{event: {item}}}`"
                    if item in self._spec.pages:
                        hint = f"`{item}` is a page: write `{{page: {item}}}`"
                    elif item in FORM_OF_WORD:
                        hint = f"`{item}` needs a value, `{{{item}: ...}}`; {hint}"
                    elif (every_page := hint_at_every_page(item)) is not None:
                        hint = every_page
                    elif item in MOMENTS:
                        hint = f"for each load of a page, write `{{lifecycle: {item}}}`"
                    others = self.problems[-1].hint
                    hint = f"{hint}; {others}" if others else hint
                    self.problems[-1] = self.problems[-1]._replace(hint=hint)
            elif len(on) > 1 and triggers[item].narrowing.except_:
                message = f"`{item}` has an `except`, which would hold for the whole tag"
                hint = "put `except` beside `on`, or make it an event of its own"
                self.problems.append(Problem("except-in-list", at, message, hint))

    def _granted_on(self, key: str, path: Path) -> None:
        """The trigger on which consent is known stands beside the own ones of every tag."""
        self._on((key,), path)
        trigger = self._spec.triggers.get(key)
        if trigger is not None and trigger.narrowing.except_:
            message = f"`{key}` has an `except`, which would hold for the tags' own triggers, too"
            hint = "put the condition into its `where`"
            self.problems.append(Problem("except-in-list", path, message, hint))

    def _raw_trigger(self, key: str, at: Path, path: Path) -> None:
        """A raw trigger is as GTM has it: nothing of the spec can narrow it."""
        event = self._spec.events.get(str(path[1])) if path[0] == "events" else None
        if path[0] == "platforms" and path[-2:] == ("page_view", "on"):
            event = self._spec.platforms[str(path[1])].page_view
        if event is None:
            return
        narrowed = event.narrowing.pages or event.narrowing.where
        if narrowed or any(send.where for send in event.send):
            message = f"`{key}` is a raw trigger, which `pages` and `where` do not narrow"
            hint = "put the conditions into its `filter`, or write a trigger of the spec"
            self.problems.append(Problem("raw-trigger", at, message, hint))

    def _trigger(self, trigger: TriggerSpec) -> None:
        if trigger.form == "page":
            for index, pattern in enumerate(trigger.argument):
                at: Path = (*trigger.path, "page")
                self._page(pattern, (*at, index) if len(trigger.argument) > 1 else at)
        elif trigger.form == "group":
            for index, name in enumerate(trigger.argument):
                at = (*trigger.path, "group", index)
                if name in self._spec.triggers:
                    self._group_member(name, at)
                elif name not in self._spec.raw_triggers:
                    names = [*self._spec.triggers, *self._spec.raw_triggers]
                    self._unknown("unknown-trigger", name, names, at, "trigger")
        elif trigger.form == "event_matches":
            self._pattern(trigger.argument, (*trigger.path, "event_matches"))
        if trigger.narrowing:
            self._narrowing(trigger.narrowing, trigger.path)
        self._where(trigger.options.get(ENABLED_WHERE, ()), (*trigger.path, ENABLED_WHERE))

    def _group_member(self, name: str, path: Path) -> None:
        member = self._spec.triggers[name]
        if member.form == "page" and self._spec.site.is_spa:
            self.problems.append(
                Problem(
                    "group-member",
                    path,
                    f"`{name}` is a page trigger: on a single-page app, two triggers in GTM",
                    "use `lifecycle: page_view` with `pages`, or `event`",
                )
            )
        elif self._alternatives(member) > 1:
            message = f"the pages of `{name}` make several triggers in GTM; a group waits for all"
            hint = "name pages that differ only in their paths"
            self.problems.append(Problem("group-member", path, message, hint))

    def _alternatives(self, trigger: TriggerSpec) -> int:
        """How many GTM triggers the pages make: those that differ only in paths share one."""
        pages = self._spec.pages
        lists = (trigger.argument if trigger.form == "page" else (), trigger.narrowing.pages)
        count = 1
        for patterns in filter(None, lists):
            names = {name for pattern in patterns for name in match_pages(pattern, pages)}
            count *= max(1, len({pages[name].shared_conditions for name in names}))
        return count
