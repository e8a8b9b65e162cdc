"""Parses the functions of sandboxed JavaScript: declarations, expressions and arrows."""

from __future__ import annotations

from abc import ABC, abstractmethod

from gtmgen.runtime.syntax_reader import Node, TokenReader
from gtmgen.runtime.tokens import SourceToken


class FunctionParser(TokenReader, ABC):
    """What has parameters and a body."""

    def function(self, kind: str) -> Node:
        start = self.expect("function")
        if self.at("*"):
            self.refuse(self.take(), "generators")
        name = ""
        if kind == "FunctionDeclaration":
            name = self.name("a function name")
        elif not self.at("("):
            self.avoid(self.token, "named function expressions", "a variable")
            name = self.name("a function name")
        return self.function_rest(start, kind, name)

    def function_rest(self, start: SourceToken, kind: str, name: str) -> Node:
        self.expect("(")
        names = self.parameters()
        body = self._block()
        return Node(kind, start.line, start.column, name, body.children, names)

    def parameters(self) -> tuple[str, ...]:
        names: list[str] = []
        while not self.accept(")"):
            if self.at("..."):
                self.refuse(self.take(), "rest parameters", "`arguments`")
            if self.at("{", "["):
                self.refuse(self.token, "destructuring", "one assignment for each name")
                self.skip_brackets()
            else:
                names.append(self.name("a parameter name"))
            if self.at("="):
                self.refuse(self.take(), "default parameters", "`if (x === undefined)`")
                self.assignment()
            if not self.at(")"):
                self.expect(",")
        return tuple(names)

    def arrow(self) -> Node:
        start = self.token
        if start.text == "async" and self.peek().text != "=>":
            self.refuse(self.take(), "`async` functions")
        names = self.parameters() if self.accept("(") else (self.name("a parameter name"),)
        self.expect("=>")
        if self.at("{"):
            body = self._block().children
        else:
            value = self.assignment()
            body = (self.node(value, "Return", "", value),)
        return Node("Function", start.line, start.column, "", body, names)

    def arrow_ahead(self) -> bool:
        if self.token.text == "async" and (self.peek().kind == "name" or self.peek().text == "("):
            return self.peek().text != "function" and self.arrow_from(self.index + 1)
        return self.arrow_from(self.index)

    def arrow_from(self, index: int) -> bool:
        if self.tokens[index].kind == "name":
            return self.tokens[index + 1].text == "=>"
        if self.tokens[index].text != "(" or self.tokens[index].kind != "punctuator":
            return False
        # Brackets hold parameters or an expression: only what stands behind them tells.
        depth = 0
        for position in range(index, len(self.tokens)):
            token = self.tokens[position]
            if token.kind == "punctuator":
                depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
                if not depth:
                    return self.tokens[position + 1].text == "=>"
        return False

    @abstractmethod
    def assignment(self) -> Node:
        """An expression without a comma."""

    @abstractmethod
    def _block(self) -> Node:
        """Statements in braces: the body of a function."""
