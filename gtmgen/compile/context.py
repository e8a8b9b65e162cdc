"""What the parts of the compiler share: names, references, and the entities made so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from gtmgen.compile.template_text import brand, fill_permissions, fill_site
from gtmgen.container.builtins import KEY_OF_NAME, built_in_name
from gtmgen.container.entities import BuiltIn, Owner, Tag, Template, TemplateRef, Trigger, Variable
from gtmgen.container.values import (
    REFERENCE,
    Condition,
    Parameter,
    boolean,
    integer,
    literal,
    reference,
    text,
)
from gtmgen.diagnostics import Diagnostic, Origin, Severity
from gtmgen.errors import GtmgenError, SpecError
from gtmgen.spec.model import Const, DataKey, ParamSource, Spec, Test
from gtmgen.spec.texts import to_text

_DEFAULT_NAMING = {
    "tag": "{platform} - {event}",
    "trigger": "{form} - {key}",
    "variable": "{form} - {key}",
    "template": "{title} ({project})",
}


_PLACEHOLDER = re.compile(r"\{(project|platform|event|title|key|form)\}")
# As text, which `re` compiles when it is first needed, and keeps: most specs need none.
_NOT_IN_NAMES = r"[:{}\x00-\x1f\x7f]|^\s|\s\Z"


class Context:
    """Collects entities; each is made once, when somebody first refers to it."""

    def __init__(self, spec: Spec, read_template: Callable[[str], str]) -> None:
        self.spec = spec
        self.folder = spec.container.folder
        self._read_template = read_template
        self._naming = {
            kind: _as_format(pattern)
            for kind, pattern in {**_DEFAULT_NAMING, **spec.container.naming}.items()
        }
        self.built_ins: set[str] = set()
        self.templates: dict[str, Template] = {}
        self.variables: dict[str, Variable] = {}
        self.triggers: dict[str, Trigger] = {}
        self.tags: dict[str, Tag] = {}
        self.event_ids: dict[str | None, str] = {}
        self.conditions: dict[Test, tuple[Condition, ...]] = {}
        """Those of each test, made once: many events have the same `where`."""
        self.page_alternatives: dict[tuple[tuple[str, ...], bool], list[tuple[Condition, ...]]] = {}
        """Those of each list of pages, shown or of a change of the history: fewer than triggers."""
        self.page_change: tuple[Condition, ...] = ()
        """Those of a change of the page, once something has needed them."""
        self._references: dict[str, str] = {}
        self._raw_names = {raw.name for raw in spec.raw_variables.values()}
        self._brace = self.name("variable", form="text", key="open brace")

    # -- names -------------------------------------------------------------------------

    def name(
        self,
        kind: str,
        *,
        key: str = "",
        form: str = "",
        platform: str = "",
        event: str = "",
        title: str = "",
    ) -> str:
        """A display name after the pattern of its kind."""
        return self._naming[kind] % {
            "project": self.spec.project,
            "platform": platform,
            "event": event,
            "title": title or event or key,
            "key": key or event,
            "form": form,
        }

    def owner(self, key: str) -> Owner:
        """The owner of one of this project's entities."""
        return Owner(self.spec.project, key)

    # -- values ------------------------------------------------------------------------

    def literal(self, value: str) -> str:
        """Text that GTM will hold exactly as written, braces and all."""
        if "{{" not in value:
            return value
        if self._brace not in self.variables:
            self.add_variable(
                "text/open_brace",
                self._brace,
                "c",
                (text("value", "{"),),
                notes="Stands for { in text with {{.",
            )
        return literal(value, self._brace)

    def value(self, key: str) -> str:
        """A reference to a data key's variable, or to a built-in one, which it enables."""
        ref = self._references.get(key)
        if ref is None:
            data = self.spec.data.get(key)
            if data is None and key in self.spec.raw_variables:
                ref = reference(self.spec.raw_variables[key].name)
            elif data is None:
                ref = self.built_in(key)
            elif data.source == "builtin":
                ref = self.built_in(str(data.argument))
            else:
                ref = reference(self.variable_name(data))
            self._references[key] = ref
        return ref

    def source(self, source: ParamSource) -> str:
        """The template string of a parameter's source."""
        return self.literal(source.text) if isinstance(source, Const) else self.value(source)

    def variable_name(self, data: DataKey) -> str:
        """The display name of a data key's variable."""
        return data.name or self.name("variable", key=data.key, form="data")

    def built_in(self, key: str) -> str:
        """A reference to a built-in variable, which is enabled."""
        self.built_ins.add(key)
        return reference(built_in_name(key))

    def parameter(self, key: str | None, value: Any) -> Parameter:
        """A plain value as a parameter: the YAML type is the parameter's type."""
        if isinstance(value, bool):
            return boolean(key, value)
        if isinstance(value, int):
            return integer(key, value)
        if isinstance(value, list):
            return Parameter("LIST", key, tuple(self.parameter(None, item) for item in value))
        if isinstance(value, dict):
            items = (self.parameter(name, item) for name, item in sorted(value.items()))
            return Parameter("MAP", key, tuple(items))
        return text(key, self.literal(to_text(value)))

    # -- entities ----------------------------------------------------------------------

    def add_variable(
        self,
        key: str,
        name: str,
        type_: str | TemplateRef,
        parameter: tuple[Parameter, ...],
        *,
        notes: str = "",
        protected: bool = False,
        undefined_value: str | None = None,
        null_value: str | None = None,
        folder: str | None = None,
        case: str | None = None,
        origin: Origin | None = None,
    ) -> str:
        """Add a variable unless it is there; the reference to it."""
        if key not in self.variables:
            self.variables[key] = Variable(
                name=name,
                notes=notes,
                protected=protected,
                folder=folder or self.folder,
                owner=self.owner(f"variable/{key}"),
                origin=origin or self.spec.origin,
                type=type_,
                parameter=parameter,
                undefined_value=undefined_value,
                null_value=null_value,
                case=case,
            )
        return reference(name)

    def template(
        self,
        key: str,
        title: str,
        path: str,
        origin: Origin | None = None,
        *,
        words: Mapping[str, str] | None = None,
        consent: tuple[str, ...] = (),
    ) -> TemplateRef:
        """Add a custom template unless it is there; the type of what is made from it.

        ``words`` and ``consent`` fill its permissions (see ``fill_permissions``).
        """
        name = self.name("template", key=key, title=title)
        if key not in self.templates:
            owner = self.owner(f"template/{key}")
            self.templates[key] = Template(
                name=name,
                owner=owner,
                origin=origin or self.spec.origin,
                data=self._branded(path, name, str(owner), words or {}, consent),
            )
        return TemplateRef(name)

    def _branded(
        self, path: str, name: str, owner: str, words: Mapping[str, str], consent: tuple[str, ...]
    ) -> str:
        try:
            text = self._read_template(path)
            if path.startswith("shared/"):
                text = fill_site(text, self.spec.site)
            return brand(fill_permissions(text, words, consent), name, owner)
        except OSError as error:
            raise GtmgenError(f"the template `{path}` cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise GtmgenError(f"the template `{path}` is not a custom template: {error}") from None

    def enable_built_ins(self, code: str) -> None:
        """Enable the built-in variables that raw text refers to."""
        for name in REFERENCE.findall(code):
            key = KEY_OF_NAME.get(name)
            if key is not None and name not in self._raw_names:
                self.built_ins.add(key)

    def built_in_entities(self) -> tuple[BuiltIn, ...]:
        """The built-in variables in use, sorted by key."""
        return tuple(BuiltIn(key, built_in_name(key)) for key in sorted(self.built_ins))


def _as_format(pattern: str) -> str:
    """A naming pattern for the % operator, which unlike ``str.format`` reaches no attributes."""
    return _PLACEHOLDER.sub(lambda match: f"%({match.group(1)})s", pattern.replace("%", "%%"))


def key_part(value: str) -> str:
    """Text from the spec as part of an owner's key: no blanks, no dots of its own."""
    return quote(value, safe="").replace(".", "%2E")


_WORDS_IN_KEYS = frozenset(("default", "except", "forward", "history"))
"""What stands in generated keys where the key of an account can stand."""


def account_part(account: str) -> str:
    """An account's key as part of a generated key or name, apart from the compiler's own words."""
    return f"account {account}" if account in _WORDS_IN_KEYS else account


def name_part(value: str) -> str:
    """Text from the spec as part of a display name, which GTM must not refuse."""
    return re.sub(_NOT_IN_NAMES, lambda match: quote(match.group(), safe=""), value)


def refused(origin: Origin, rule: str, message: str, hint: str) -> SpecError:
    """What only the compiler sees: there is no such thing in GTM."""
    return SpecError([Diagnostic(origin.span, rule, Severity.ERROR, message, hint, origin.path)])
