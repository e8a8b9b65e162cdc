"""One YAML text to a node tree, with limits.

PyYAML's C parser gives the nodes and their marks. What YAML 1.2 does differently (scalars,
duplicate keys) is settled in :mod:`gtmgen.source.values`. The limits are here because the C
parser recurses without one: 100,000 opening brackets end the process (seen with PyYAML
6.0.3 and libyaml 0.2.5).
"""

from __future__ import annotations

import io
import re
from typing import NoReturn

import yaml
from yaml.constructor import BaseConstructor
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # missing in the stubs
from yaml.resolver import BaseResolver

from gtmgen.diagnostics import Diagnostic, Severity, Span

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 64
MAX_EXPANDED_NODES = 1_000_000

# A BOM that says UTF-16 or UTF-32: PyYAML would read UTF-16, editors and Git would not.
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


DEFAULT_TAGS = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}


class _Loader(CParser, BaseConstructor, BaseResolver):
    """The C parser without PyYAML's YAML 1.1 resolvers: plain scalars stay as written.

    The parser calls the three methods for every node; without their work it is a third faster.
    """

    def __init__(self, text: str, file: str) -> None:
        stream = io.StringIO(text)
        stream.name = file  # every mark then carries the file
        CParser.__init__(self, stream)
        BaseConstructor.__init__(self)
        BaseResolver.__init__(self)

    def resolve(self, kind: type, value: object, implicit: object) -> str:
        return DEFAULT_TAGS[kind]

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


class UnreadableError(Exception):
    """The text cannot be read as YAML; holds the one diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def decode(data: bytes, file: str) -> str:
    """UTF-8 text, with or without a byte order mark; anything else is refused."""
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1_048_576} MB"
        _refuse(
            file, "file-too-large", f"the file is larger than {limit}", "split it up with `include`"
        )
    if data.startswith(_WIDE_BOMS):
        _refuse(file, "encoding", "the file is not UTF-8 but UTF-16 or UTF-32", "save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        col = error.start - data.rfind(b"\n", 0, error.start)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise UnreadableError(
            Diagnostic(
                Span(file, line, col), "encoding", Severity.ERROR, message, "save the file as UTF-8"
            )
        ) from None


def compose(text: str, file: str) -> yaml.MappingNode:
    """The text's one document as nodes; its top must be a mapping."""
    text, separators = _hide_separators(text)
    _check_depth(text, file)
    loader = _Loader(text, file)
    try:
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        raise UnreadableError(_from_yaml_error(error, text, file)) from None
    finally:
        loader.dispose()
    if separators:
        _restore_separators(node, separators)
    if node is None:
        _refuse(
            file, "empty", "the file holds no YAML", "start with `gtmgen: 1`, or run `gtmgen init`"
        )
    if not isinstance(node, yaml.MappingNode):
        what = "a list" if isinstance(node, yaml.SequenceNode) else "plain text"
        _refuse(
            file,
            "not-a-mapping",
            f"a spec is a mapping of sections; this is {what}",
            "start with `gtmgen: 1`",
        )
    if "&" in text:
        _check_aliases(node, file)
    return node


def _refuse(file: str, rule: str, message: str, hint: str) -> NoReturn:
    raise UnreadableError(Diagnostic(Span(file, 1, 1), rule, Severity.ERROR, message, hint))


def _from_yaml_error(error: yaml.YAMLError, text: str, file: str) -> Diagnostic:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    message = getattr(error, "problem", None) or str(error).splitlines()[0]
    message = message.replace("but found another document", "the file holds more than one document")
    if mark is None:  # a character that YAML does not allow: the reader gives only a position
        position = getattr(error, "position", 0) or 0
        position = position if isinstance(position, int) else 0
        before = text[:position]
        span = Span(file, before.count("\n") + 1, position - before.rfind("\n"))
    else:
        span = Span(file, mark.line + 1, mark.column + 1)
    return Diagnostic(
        span, "yaml-syntax", Severity.ERROR, message.strip(), _syntax_hint(message, text, span)
    )


def _syntax_hint(message: str, text: str, span: Span) -> str | None:
    lines = text.splitlines()
    line = lines[span.line - 1] if 0 < span.line <= len(lines) else ""
    if "\t" in line[: span.col]:
        return "YAML allows no tab in indentation; use spaces"
    if "mapping values are not allowed" in message:
        return "put quotes around a value that holds `: `"
    if "more than one document" in message:
        return "a file holds one document; remove the `---` between them"
    if "found undefined alias" in message:
        return "an alias `*name` needs an anchor `&name` before it"
    return None


# -- line separators -------------------------------------------------------------------

_SEPARATORS = "\x85\u2028\u2029"
_PRIVATE_USE = range(0xE000, 0xF900)


def _hide_separators(text: str) -> tuple[str, dict[int, str]]:
    """Stand-ins for NEL, LS and PS, which are line breaks in YAML 1.1 but not in 1.2."""
    found = [char for char in _SEPARATORS if char in text]
    if not found:
        return text, {}
    free = (code for code in _PRIVATE_USE if chr(code) not in text)
    hidden = dict(zip(found, free, strict=False))
    return text.translate({ord(char): code for char, code in hidden.items()}), {
        code: char for char, code in hidden.items()
    }


def _restore_separators(root: yaml.Node | None, separators: dict[int, str]) -> None:
    stack, seen = [root], set()
    while stack:
        node = stack.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            node.value = node.value.translate(separators)
        elif isinstance(node, yaml.SequenceNode):
            stack.extend(node.value)
        else:
            stack.extend(part for pair in node.value for part in pair)


# -- depth -----------------------------------------------------------------------------

_LEADING = re.compile(r"(?m)^[ \t?:\-]+")
_BRACKETS = re.compile(r"[\[\]{}]")


def _check_depth(text: str, file: str) -> None:
    """Refuse deep nesting before the recursive parser sees it.

    A cheap upper bound first: no block nests deeper than the longest run of indentation and
    indicators, and no flow deeper than the running count of brackets. Only a text beyond
    that is walked event by event, which does not recurse.
    """
    block = max(map(len, _LEADING.findall(text)), default=0)
    if block + _bracket_depth(text) <= MAX_DEPTH:
        return
    depth = 0
    loader = _Loader(text, file)
    try:
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    message = f"nested deeper than {MAX_DEPTH} levels"
                    hint = "a spec needs no more than a dozen levels; is a bracket not closed?"
                    _refuse_at(event, file, "too-deep", message, hint)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError as error:
        raise UnreadableError(_from_yaml_error(error, text, file)) from None
    finally:
        loader.dispose()


def _bracket_depth(text: str) -> int:
    depth = deepest = 0
    for bracket in _BRACKETS.findall(text):
        if bracket in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif depth:
            depth -= 1
    return deepest


# -- aliases ---------------------------------------------------------------------------


def _check_aliases(root: yaml.Node, file: str) -> None:
    """Refuse an alias that holds itself, and aliases that grow out of all proportion."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()

    def size(node: yaml.Node) -> int:
        known = sizes.get(id(node))
        if known is not None:
            return known
        if id(node) in open_nodes:
            _refuse_at(node, file, "alias-cycle", "an alias stands inside its own anchor")
        open_nodes.add(id(node))
        total = 1
        if isinstance(node, yaml.SequenceNode):
            total += sum(size(item) for item in node.value)
        elif isinstance(node, yaml.MappingNode):
            total += sum(size(key) + size(value) for key, value in node.value)
        open_nodes.discard(id(node))
        if total > MAX_EXPANDED_NODES:
            _refuse_at(
                node,
                file,
                "alias-bomb",
                f"aliases expand to more than {MAX_EXPANDED_NODES:,} nodes",
            )
        sizes[id(node)] = total
        return total

    size(root)


def _refuse_at(
    where: yaml.Node | yaml.Event, file: str, rule: str, message: str, hint: str | None = None
) -> NoReturn:
    mark = where.start_mark
    assert mark is not None  # the C parser marks everything
    span = Span(file, mark.line + 1, mark.column + 1)
    raise UnreadableError(Diagnostic(span, rule, Severity.ERROR, message, hint))
