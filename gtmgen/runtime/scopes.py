"""Which names sandboxed JavaScript declares, where they are known, and what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from gtmgen.runtime.problems import TemplateProblem
from gtmgen.runtime.syntax_reader import Node

_REPEATABLE = frozenset({"var", "function", "parameter"})


class Scope(Struct):
    """The names of a block or a function, each with its kind, and what may jump out of it."""

    kinds: dict[str, str]
    function: bool = False
    uses_arguments: bool = False
    parent: Scope | None = None
    jumps: tuple[str, ...] = ()


class ScopeTracker(Struct):
    """The scope that is open, and the problems with names so far."""

    scope: Scope
    apis: frozenset[str]
    lenient: bool = False
    problems: list[TemplateProblem] = field(default_factory=list)

    def refuse(self, node: Node, message: str) -> None:
        self.problems.append(TemplateProblem(node.line, node.column, message))

    def find(self, name: str) -> str | None:
        scope: Scope | None = self.scope
        while scope is not None:
            if name in scope.kinds:
                return scope.kinds[name]
            scope = scope.parent
        return None

    def open(
        self,
        statements: Iterable[Node | None],
        names: tuple[str, ...] | None = None,
        jumps: tuple[str, ...] = (),
    ) -> None:
        """A new scope for these statements; with `names` (parameters) that of a function."""
        function = names is not None
        outer = () if function else self.scope.jumps
        self.scope = Scope({}, function, parent=self.scope, jumps=(*outer, *jumps))
        self.scope.kinds.update(dict.fromkeys(names or (), "parameter"))
        # Names are known from the beginning of the block on, not from the line that declares
        # them.
        body = [node for node in statements if node is not None]
        for node in body:
            if node.kind == "Variables" and node.value != "var":
                self.declare(node.value, node.children)
            elif node.kind == "FunctionDeclaration":
                self.declare("function", [node])
        if function:
            for node in body:
                # A `var` is the function's, however deep it stands.
                for variables in _var_declarations(node):
                    self.declare("var", variables.children)

    def declare(self, kind: str, declarators: Iterable[Node | None]) -> None:
        for node in declarators:
            if node is None or not node.value:
                continue
            before = self.scope.kinds.get(node.value)
            if before is not None and (kind not in _REPEATABLE or before not in _REPEATABLE):
                self.refuse(node, f"`{node.value}` is declared twice.")
            self.scope.kinds[node.value] = kind

    def close(self) -> Scope:
        closed = self.scope
        assert closed.parent is not None
        self.scope = closed.parent
        return closed


def _var_declarations(node: Node) -> Iterator[Node]:
    if node.kind == "Variables" and node.value == "var":
        yield node
    if node.kind not in ("Function", "FunctionDeclaration"):
        for child in node.children:
            if child is not None:
                yield from _var_declarations(child)
