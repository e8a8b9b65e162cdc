"""The nodes of a tree of sandboxed JavaScript, and the tokens that they are read from."""

from __future__ import annotations

from msgspec import Struct

from gtmgen.runtime.problems import TemplateError, TemplateProblem
from gtmgen.runtime.tokens import SourceToken, words

RESERVED = frozenset(
    words(
        "break case catch class const continue debugger default delete do else enum export "
        "extends false finally for function if import in instanceof new null return super "
        "switch this throw true try typeof var void while with yield let await async"
    )
)
CONTEXTUAL = frozenset({"async", "await"})


class Node(Struct, frozen=True):
    """One node. `value` is a name, an operator or a literal's text; `names` are parameters."""

    kind: str
    line: int
    column: int
    value: str = ""
    children: tuple[Node | None, ...] = ()
    names: tuple[str, ...] = ()

    def child(self, index: int) -> Node:
        """A child that this kind of node always has."""
        child = self.children[index]
        assert child is not None
        return child


class TokenReader:
    """The position in the code, the problems so far, and the nodes that are made of tokens."""

    def __init__(self, tokens: list[SourceToken], tolerant: bool) -> None:
        self.tokens = tokens
        self.tolerant = tolerant
        self.index = 0
        self.problems: list[TemplateProblem] = []

    # ------------------------------------------------------------------ tokens
    @property
    def token(self) -> SourceToken:
        return self.tokens[self.index]

    def peek(self, offset: int = 1) -> SourceToken:
        return self.tokens[min(self.index + offset, len(self.tokens) - 1)]

    def at(self, *texts: str) -> bool:
        return self.token.kind in ("name", "punctuator") and self.token.text in texts

    def take(self) -> SourceToken:
        token = self.token
        if token.kind != "end":
            self.index += 1
        return token

    def accept(self, text: str) -> bool:
        if self.at(text):
            self.index += 1
            return True
        return False

    def expect(self, text: str) -> SourceToken:
        if not self.at(text):
            self.fail(f"Expected `{text}`, found {self.shown()}.")
        return self.take()

    def shown(self) -> str:
        return f"`{self.token.text}`" if self.token.kind != "end" else "the end of the code"

    def fail(self, message: str) -> None:
        raise TemplateError([TemplateProblem(self.token.line, self.token.column, message)])

    def refuse(self, token: SourceToken | Node, feature: str, instead: str = "") -> None:
        message = f"The sandbox has no {feature}."
        hint = f" Use {instead}." if instead else ""
        self.problems.append(TemplateProblem(token.line, token.column, message + hint))

    def avoid(self, token: SourceToken | Node, feature: str, instead: str) -> None:
        """Refuses what works, but what templates should not rely on."""
        if not self.tolerant:
            self.refuse(token, feature, instead)

    def node(
        self, token: SourceToken | Node, kind: str, value: str = "", *children: Node | None
    ) -> Node:
        return Node(kind, token.line, token.column, value, children)

    def name(self, what: str) -> str:
        token = self.token
        if token.kind != "name" or token.text in RESERVED - CONTEXTUAL:
            self.fail(f"Expected {what}, found {self.shown()}.")
        return self.take().text

    def skip_brackets(self) -> None:
        depth = 0
        while self.token.kind != "end":
            depth += self.at("{", "[", "(")
            depth -= self.at("}", "]", ")")
            self.take()
            if not depth:
                return

    def unreadable(self) -> Node:
        self.refuse(self.token, f"`{self.token.text}`")
        raise TemplateError([])
