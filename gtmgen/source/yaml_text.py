"""One YAML text to a node tree, with limits.

PyYAML's C parser gives the nodes and their marks. What YAML 1.2 does differently (scalars,
duplicate keys) is settled in :mod:`gtmgen.source.values`. The limits are here because the C
parser recurses without one: 100,000 opening brackets end the process (seen with PyYAML
6.0.3 and libyaml 0.2.5).
"""

from __future__ import annotations

import io
from typing import NoReturn

import yaml
from yaml.constructor import BaseConstructor
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # missing in the stubs
from yaml.resolver import BaseResolver

from gtmgen.diagnostics import Diagnostic, Severity, Span
from gtmgen.files.reading import MAX_BYTES

MAX_DEPTH = 64
MAX_EXPANDED_NODES = 1_000_000
_DEEPEST = MAX_DEPTH + 1  # the one more is a scalar's

_TOO_DEEP = (
    f"nested deeper than {MAX_DEPTH} levels",
    "a spec needs no more than a dozen levels; is a bracket not closed?",
)

# A BOM that says UTF-16 or UTF-32: PyYAML would read UTF-16, editors and Git would not.
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


# A scalar without a tag gets YAML's own sign for that, so that `!!str 5` is told apart from `5`.
DEFAULT_TAGS = {
    yaml.ScalarNode: "?",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}
NULLS = frozenset(("", "~", "null", "Null", "NULL"))
"""YAML 1.2.2, 10.3.2 (core schema)."""


class _Stream(io.BytesIO):
    """Bytes with the name of their file."""

    name: str


class _Loader(CParser, BaseConstructor, BaseResolver):
    """The C parser without PyYAML's YAML 1.1 resolvers: plain scalars stay as written.

    The parser calls three methods of the resolver for every node, which takes a third of its
    time. Two of them go down to a node's content and up again: the parents on the way, which is
    all that is wanted here, are kept by a dict's own methods, without a call of Python code.
    """

    def __init__(self, text: str, file: str) -> None:
        stream = _Stream(text.encode())  # shared, where `StringIO` copies four bytes a character
        stream.name = file  # every mark then carries the file
        CParser.__init__(self, stream)
        BaseConstructor.__init__(self)
        BaseResolver.__init__(self)
        parents: dict[yaml.Node | None, object] = {}

        def resolve(kind: type, value: object, implicit: object) -> str:
            if len(parents) > _DEEPEST:
                parent = next(reversed(parents))
                assert parent is not None  # only the top has none
                _refuse_deep(parent)
            return DEFAULT_TAGS[kind]

        setattr(self, "descend_resolver", parents.setdefault)  # noqa: B010  # mypy: a method
        setattr(self, "ascend_resolver", parents.popitem)  # noqa: B010
        setattr(self, "resolve", resolve)  # noqa: B010


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
        span = locate_end(data[: error.start].decode("utf-8-sig"), file)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        hint = "save the file as UTF-8"
        raise UnreadableError(Diagnostic(span, "encoding", Severity.ERROR, message, hint)) from None


def locate_end(before: str, file: str) -> Span:
    """The place right after a text."""
    lines = split_lines(before)
    return Span(file, len(lines), len(lines[-1]) + 1)


def split_lines(text: str) -> list[str]:
    """Lines as YAML and editors count them; ``str.splitlines`` knows more line breaks."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def compose(text: str, file: str) -> yaml.MappingNode:
    """The text's one document as nodes; its top must be a mapping."""
    text, separators = _hide_separators(text)
    node = _parse(text, file)
    if separators:
        _restore_separators(node, separators)
    if node is None or (isinstance(node, yaml.ScalarNode) and not (node.value or node.style)):
        _refuse(file, "empty", "the file is empty", "start with `gtmgen: 1`, or run `gtmgen init`")
    if not isinstance(node, yaml.MappingNode):
        noun = "a list" if isinstance(node, yaml.SequenceNode) else "plain text"
        _refuse(
            file,
            "not-a-mapping",
            f"a spec is a mapping of sections; this is {noun}",
            "start with `gtmgen: 1`",
        )
    if _may_have_anchor(text):
        _check_aliases(node, file)
    return node


def _may_have_anchor(text: str) -> bool:
    """Whether there can be an alias. The `&` of an address, as in `?q=a&b=c`, is no anchor.

    An expression that looks behind would stop at every character, which takes longer than to parse.
    """
    at = text.find("&")
    while at >= 0:
        before = text[at - 1 : at]
        if not (before.isascii() and before.isalnum()):
            return True
        at = text.find("&", at + 1)
    return False


def _parse(text: str, file: str) -> yaml.Node | None:
    loader = _Loader(text, file)
    try:
        return loader.get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        if mark is not None and "maximum nesting depth" in str(getattr(error, "problem", "")):
            # The scanner of PyYAML 6.0.4 and later has a limit of its own, and looks ahead: what
            # stands before its mark tells which level is the one too many.
            _refuse_deep_before(text[: _offset(text, mark)], file, mark)
        from gtmgen.source.yaml_errors import explain_yaml_error  # which a sound file spares

        raise UnreadableError(explain_yaml_error(error, text, file)) from None
    finally:
        loader.dispose()


def read_nodes(text: str) -> yaml.Node | None:
    """The text's nodes as they are; raises :class:`yaml.YAMLError`."""
    loader = _Loader(text, "")
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _offset(text: str, mark: yaml.Mark) -> int:
    start = 0
    for _ in range(mark.line):
        start = text.index("\n", start) + 1
    return start + mark.column


def _refuse_deep_before(text: str, file: str, mark: yaml.Mark) -> NoReturn:
    loader = _Loader(text, file)
    try:
        loader.get_single_node()
    except yaml.YAMLError:
        pass
    finally:
        loader.dispose()
    span = Span(file, mark.line + 1, mark.column + 1)
    raise UnreadableError(Diagnostic(span, "too-deep", Severity.ERROR, *_TOO_DEEP))


def _refuse(file: str, rule: str, message: str, hint: str) -> NoReturn:
    raise UnreadableError(Diagnostic(Span(file, 1, 1), rule, Severity.ERROR, message, hint))


# -- line separators -------------------------------------------------------------------

_SEPARATORS = "\x85\u2028\u2029"
_PRIVATE_USE = range(0xE000, 0xF900)


def _hide_separators(text: str) -> tuple[str, dict[int, str]]:
    """Stand-ins for NEL, LS and PS, which are line breaks in YAML 1.1 but not in 1.2."""
    separators = [char for char in _SEPARATORS if char in text]
    if not separators:
        return text, {}
    free = (code for code in _PRIVATE_USE if chr(code) not in text)
    hidden = dict(zip(separators, free, strict=False))
    return text.translate({ord(char): code for char, code in hidden.items()}), {
        code: char for char, code in hidden.items()
    }


def _restore_separators(root: yaml.Node | None, separators: dict[int, str]) -> None:
    stack, visited = [root], set()
    while stack:
        node = stack.pop()
        if node is None or id(node) in visited:
            continue
        visited.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            node.value = node.value.translate(separators)
        elif isinstance(node, yaml.SequenceNode):
            stack.extend(node.value)
        else:
            stack.extend(part for pair in node.value for part in pair)


# -- aliases ---------------------------------------------------------------------------


def _check_aliases(root: yaml.Node, file: str) -> None:
    """Refuse an alias that holds itself, and aliases that grow or nest out of all proportion."""
    measures: dict[int, tuple[int, int]] = {}
    open_nodes: set[int] = set()

    def measure(node: yaml.Node) -> tuple[int, int]:
        """How many nodes there are with all aliases written out, and how deep they nest."""
        if isinstance(node, yaml.ScalarNode):
            return 1, 0
        measured = measures.get(id(node))
        if measured is not None:
            return measured
        if id(node) in open_nodes:
            _refuse_at(node, file, "alias-cycle", "an alias stands inside its own anchor")
        open_nodes.add(id(node))
        total, depth = 1, 0
        is_mapping = isinstance(node, yaml.MappingNode)
        children = (part for pair in node.value for part in pair) if is_mapping else node.value
        for child in children:
            size, below = measure(child)
            total, depth = total + size, max(depth, below)
        open_nodes.discard(id(node))
        if total > MAX_EXPANDED_NODES:
            message = f"aliases expand to more than {MAX_EXPANDED_NODES:,} nodes"
            _refuse_at(node, file, "alias-bomb", message)
        if depth + 1 > MAX_DEPTH:
            _refuse_deep(node)
        measures[id(node)] = total, depth + 1
        return total, depth + 1

    measure(root)


def _refuse_deep(node: yaml.Node) -> NoReturn:
    assert node.start_mark is not None  # the C parser marks everything
    _refuse_at(node, node.start_mark.name, "too-deep", *_TOO_DEEP)


def _refuse_at(
    node: yaml.Node, file: str, rule: str, message: str, hint: str | None = None
) -> NoReturn:
    mark = node.start_mark
    assert mark is not None  # the C parser marks everything
    span = Span(file, mark.line + 1, mark.column + 1)
    raise UnreadableError(Diagnostic(span, rule, Severity.ERROR, message, hint))


def node_span(node: yaml.Node) -> Span:
    """Where a node begins; as wide as its text when it stands on one line."""
    start, end = node.start_mark, node.end_mark
    width = max(1, end.column - start.column) if end.line == start.line else 1
    return Span(start.name, start.line + 1, start.column + 1, width)


def is_null(node: yaml.Node) -> bool:
    """Whether a node is YAML's nothing."""
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in NULLS
