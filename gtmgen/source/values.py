"""Nodes to plain data: YAML 1.2 scalars, unique keys, ``${NAME}`` filled in."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from gtmgen.diagnostics import Diagnostic, Severity, Span
from gtmgen.secret_names import is_secret_name, stand_in
from gtmgen.source.mapping_keys import MappingKeys
from gtmgen.source.yaml_text import DEFAULT_TAGS, NULLS, is_null, node_span
from gtmgen.text import plural

Data = dict[str, Any]
"""The spec as plain data; nothing but the spec package reads it."""

# YAML 1.2.2, 10.3.2 (core schema). `on`, `yes`, `no` and `12:30` stay strings.
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCT_HEX = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_MAYBE_NUMBER = frozenset("0123456789+-.")
_MAYBE_WORD = frozenset("~nNtTfF")
_FIRST_OF_TEXTS = frozenset(map(chr, range(0x21, 0x7F))) - _MAYBE_NUMBER - _MAYBE_WORD
_MAX_DIGITS = 300

_VARIABLE = re.compile(
    r"\$(\$)?\{(?:(?:(secret|public):)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\})?"
)
_UNCLOSED = re.compile(r"\$(\$)?\{(?:(?!)()()())?")  # the same groups; the last three take nothing

_SCALAR, _SEQUENCE = yaml.ScalarNode, yaml.SequenceNode
_STR = "tag:yaml.org,2002:str"
_UNTAGGED = DEFAULT_TAGS[yaml.ScalarNode]
_ALLOWED_TAGS = {
    yaml.ScalarNode: {
        f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null")
    },
    yaml.SequenceNode: {"tag:yaml.org,2002:seq"},
    yaml.MappingNode: {"tag:yaml.org,2002:map"},
}


class Builder:
    """Turns nodes into data and collects what is wrong on the way."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        needs_values: bool = True,
        sections: dict[int, tuple[yaml.Node, Any]] | None = None,
    ) -> None:
        """Without ``needs_values``, a variable that is not set stays as it is written.

        ``secrets`` are the variables whose values never enter the data, with their places.
        ``sections`` keeps what is the same in all environments of a spec: see ``build_top``.
        """
        self._environ = environ
        self._needs_values = needs_values
        self._sections = {} if sections is None else sections
        self._uses = 0
        """How often a variable was read, or a problem found."""
        self.unset: dict[str, list[Span]] = {}
        self.secrets: dict[str, list[Span]] = {}
        self._keys: dict[int, MappingKeys] = {}
        self._told_empty: set[int] = set()
        self.diagnostics: list[Diagnostic] = []

    def build(self, node: Any) -> Any:
        """The node's value: str, int, float, bool, None, list or dict."""
        kind = node.__class__
        if kind is _SCALAR:
            value: str = node.value
            if node.tag != _UNTAGGED:
                resolved = self._tagged(node)
            elif node.style or value[:1] in _FIRST_OF_TEXTS:
                resolved = value
            else:
                resolved = self._plain(value, node)
            if resolved is value and "$" in value:
                return self._interpolate(value, node)
            return resolved
        if node.tag != DEFAULT_TAGS[kind]:
            self._check_tag(node)
        build = self.build
        if kind is _SEQUENCE:
            return [build(item) for item in node.value]
        return self._mapping(node, build)

    def build_top(self, node: yaml.MappingNode) -> Data:
        """The value of a spec's own mapping, of which each section is built once.

        One without variables and problems is the same data in every environment that leaves it as
        it is. Nobody changes data.
        """
        if node.tag != DEFAULT_TAGS[yaml.MappingNode]:
            self._check_tag(node)
        return self._mapping(node, self._section)

    def _section(self, node: yaml.Node) -> Any:
        # With its value goes the node itself: the ID of one that is gone may be another's.
        known = self._sections.get(id(node))
        if known is not None:
            return known[1]
        before = self._uses
        value = self.build(node)
        if self._uses == before:
            self._sections[id(node)] = node, value
        return value

    def _mapping(self, node: yaml.MappingNode, build: Callable[[Any], Any]) -> Data:
        result: Data = {}
        for key, item in node.value:
            if key.__class__ is not _SCALAR:
                self._report_complex_key(key)
                continue
            name = key.value
            if name in result:
                self._duplicate(node, key)
                continue
            # Half of all nodes are plain text: what `build` would do, without a call for each.
            if item.__class__ is _SCALAR and item.tag == _UNTAGGED:
                value = item.value
                if (item.style or value[:1] in _FIRST_OF_TEXTS) and "$" not in value:
                    result[name] = value
                    continue
            result[name] = build(item)
        return result

    def check_keys(self, node: yaml.MappingNode) -> None:
        """Report keys that are no text or stand twice, of this one mapping."""
        keys: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._report_complex_key(key)
            elif key.value in keys:
                self._duplicate(node, key)
            else:
                keys.add(key.value)

    def _plain(self, value: str, node: yaml.Node) -> Any:
        if not value:
            return None
        first = value[0]
        if first in _MAYBE_NUMBER:
            return self._number(value, node)
        if first in _MAYBE_WORD:
            if value in NULLS:
                return None
            return _BOOL.get(value, value)
        return value

    def _number(self, value: str, node: yaml.Node) -> Any:
        if len(value) > _MAX_DIGITS:
            return value
        if _INT.match(value):
            return int(value)
        if _OCT_HEX.match(value):
            return int(value, 0)
        if _FLOAT.match(value):
            number = float(value)
            if math.isfinite(number):
                return number
            self._report("number", node, f"`{value}` is out of range")
            return 0
        if _NOT_FINITE.match(value):
            self._report("number", node, f"`{value}` is not a finite number")
            return 0
        return value

    def _tagged(self, node: yaml.ScalarNode) -> Any:
        """An explicit core tag such as ``!!int``: the value must be of that type."""
        self._check_tag(node)
        if node.tag == _STR:
            return node.value
        if node.tag == _UNTAGGED:  # now that another one was refused
            value = node.value
            is_text = node.style or value[:1] in _FIRST_OF_TEXTS
            return value if is_text else self._plain(value, node)
        name = str(node.tag).rpartition(":")[2]
        plain = self._plain(node.value, node)
        types: dict[str, type] = {"int": int, "float": float, "bool": bool, "null": type(None)}
        expected = types[name]
        if expected is float and type(plain) is int:
            return float(plain)
        if type(plain) is not expected:
            self._report("yaml-tag", node, f"`{node.value}` is not of the type `!!{name}`")
        return plain

    def _check_tag(self, node: yaml.Node) -> None:
        if node.tag not in _ALLOWED_TAGS[node.__class__]:
            tag = str(node.tag).replace("tag:yaml.org,2002:", "!!")
            self._report("yaml-tag", node, f"the tag `{tag}` is not allowed", "remove the tag")
            node.tag = DEFAULT_TAGS[node.__class__]

    def _interpolate(self, value: str, node: yaml.Node) -> str:
        def replace(match: re.Match[str]) -> str:
            escaped, mark, name, default = match.groups()
            if escaped:
                return match.group()[1:]
            if name is None:
                self._report(
                    "interpolation",
                    node,
                    "`${` is not followed by a name and `}`",
                    "write `${NAME}` or `${NAME:-default}`; `$${` stands for `${` itself",
                )
                return match.group()
            if mark == "secret" or (mark is None and is_secret_name(name)):
                if default is not None and not self._environ.get(name):
                    return str(default)
                self.secrets.setdefault(name, []).append(node_span(node))
                return stand_in(name)
            # As in a shell, `:-` stands in for what is empty, too.
            if default is not None:
                return self._environ.get(name) or str(default)
            if name in self._environ:
                return self._environ[name]
            if not self._needs_values:
                self.unset.setdefault(name, []).append(node_span(node))
                return match.group()
            self._report(
                "missing-variable",
                node,
                f"the environment variable `{name}` is not set",
                f"set it, or give a default: `${{{name}:-default}}`",
            )
            return ""

        self._uses += 1
        # Behind the last brace no default ends, and to look for its end each time takes for ever.
        end = value.rfind("}") + 1
        return _VARIABLE.sub(replace, value[:end]) + _UNCLOSED.sub(replace, value[end:])

    def _duplicate(self, mapping: yaml.MappingNode, key: yaml.ScalarNode) -> None:
        keys = self._keys.get(id(mapping))
        if keys is None:
            keys = self._keys[id(mapping)] = MappingKeys(mapping)
        first = keys.first(key)
        empty = keys.empty_between(first, key)
        if empty is not None:
            if id(empty) not in self._told_empty:
                self._told_empty.add(id(empty))
                column = node_span(empty).col - 1
                self._report(
                    "indentation",
                    key,
                    f"the key `{key.value}` is set twice, and `{empty.value}` before it is empty",
                    f"to belong to `{empty.value}`, the lines below it must begin with more than "
                    f"its {plural(column, 'space')}",
                )
            return
        self._report(
            "duplicate-key",
            key,
            f"the key `{key.value}` is set twice",
            f"first set at {node_span(first)}"
            if not key.value.startswith("-")
            else "an item of a list begins with a `-` and a space",
        )

    def _report_complex_key(self, key: yaml.Node) -> None:
        inner = key.value[0] if isinstance(key, yaml.MappingNode) and len(key.value) == 1 else None
        hint = None
        if inner is not None and isinstance(inner[0], yaml.ScalarNode) and is_null(inner[1]):
            name = inner[0].value
            hint = f'write `{name}` without braces, or `"{{{{{name}}}}}"` in quotes'
        self._report("complex-key", key, "a key must be plain text", hint)

    def _report(self, rule: str, node: yaml.Node, message: str, hint: str | None = None) -> None:
        self._uses += 1
        self.diagnostics.append(Diagnostic(node_span(node), rule, Severity.ERROR, message, hint))
