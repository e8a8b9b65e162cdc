"""Parses the expressions of sandboxed JavaScript."""

from __future__ import annotations

import re

from gtmgen.runtime.problems import TemplateError, TemplateProblem
from gtmgen.runtime.syntax_functions import FunctionParser
from gtmgen.runtime.syntax_reader import CONTEXTUAL, RESERVED, Node
from gtmgen.runtime.tokens import SourceToken, words

_ASSIGNMENTS = frozenset(words("= += -= *= /= %= <<= >>= >>>= &= |= ^= **= &&= ||= ??="))
_BINARY = {
    operator: level
    for level, operators in enumerate(
        (
            "?? ||",
            "&&",
            "|",
            "^",
            "&",
            "== != === !==",
            "< > <= >= in instanceof",
            "<< >> >>>",
            "+ -",
            "* / %",
            "**",
        )
    )
    for operator in words(operators)
}
_REFUSED_OPERATORS = frozenset(words("?? in instanceof ** **= &&= ||= ??="))
_NUMBER = re.compile(
    r"(?:0[xX][\da-fA-F]+|(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
)


class ExpressionParser(FunctionParser):
    """What has a value."""

    def expression(self) -> Node:
        first = self.assignment()
        if not self.at(","):
            return first
        parts = [first]
        while self.accept(","):
            parts.append(self.assignment())
        return self.node(first, "Sequence", "", *parts)

    def parenthesized(self) -> Node:
        self.expect("(")
        expression = self.expression()
        self.expect(")")
        return expression

    def assignment(self) -> Node:
        if self.arrow_ahead():
            return self.arrow()
        left = self.conditional()
        if not (self.token.kind == "punctuator" and self.token.text in _ASSIGNMENTS):
            return left
        operator = self.take()
        if left.kind in ("Array", "Object"):
            self.refuse(left, "destructuring", "one assignment for each name")
        elif left.kind not in ("Name", "Member", "Index"):
            raise TemplateError(
                [TemplateProblem(left.line, left.column, "This cannot be assigned to.")]
            )
        return self.node(left, "Assign", self.operator(operator, "="), left, self.assignment())

    def operator(self, token: SourceToken, fallback: str) -> str:
        if token.text not in _REFUSED_OPERATORS:
            return token.text
        self.refuse(token, f"`{token.text}` operator")
        return fallback

    def conditional(self) -> Node:
        test = self.binary(0)
        if not self.accept("?"):
            return test
        then = self.assignment()
        self.expect(":")
        return self.node(test, "Conditional", "", test, then, self.assignment())

    def binary(self, level: int) -> Node:
        left = self.unary()
        while self.token.kind in ("punctuator", "name"):
            precedence = _BINARY.get(self.token.text)
            if precedence is None or precedence < level:
                break
            operator = self.take()
            left = self.node(
                left, "Binary", self.operator(operator, "||"), left, self.binary(precedence + 1)
            )
        return left

    def unary(self) -> Node:
        start = self.token
        if self.at("!", "-", "~", "typeof", "+", "void", "delete", "await"):
            self.take()
            if start.text == "delete":
                self.refuse(start, "`delete`", "`require('Object').delete(object, key)`")
            elif start.text == "+":
                self.refuse(start, "unary `+`", "`require('makeNumber')`")
            elif start.text in ("void", "await"):
                self.refuse(start, f"`{start.text}`")
            operand = self.unary()
            return self.node(start, "Unary", start.text, operand)
        if self.at("++", "--"):
            self.take()
            return self.node(start, "Update", "prefix" + start.text, self.target(self.unary()))
        operand = self.postfix()
        # On a line of its own it belongs to what follows.
        if self.at("++", "--") and not self.token.after_newline:
            return self.node(start, "Update", "postfix" + self.take().text, self.target(operand))
        return operand

    def target(self, node: Node) -> Node:
        if node.kind not in ("Name", "Member", "Index"):
            raise TemplateError(
                [TemplateProblem(node.line, node.column, "This cannot be assigned to.")]
            )
        return node

    def postfix(self) -> Node:
        node = self.primary()
        while True:
            if self.at(".", "?."):
                token = self.take()
                if token.text == "?.":
                    self.refuse(token, "optional chaining (`?.`)", "`a && a.b`")
                    if self.at("(", "["):
                        continue
                if self.token.kind != "name":
                    self.fail(f"Expected a member name, found {self.shown()}.")
                node = self.node(node, "Member", self.take().text, node)
            elif self.accept("["):
                key = self.expression()
                self.expect("]")
                node = self.node(node, "Index", "", node, key)
            elif self.at("("):
                node = self.node(node, "Call", "", node, *self.arguments())
            elif self.token.kind == "template":
                self.refuse(self.take(), "tagged templates")
            else:
                return node

    def arguments(self) -> list[Node]:
        self.expect("(")
        nodes: list[Node] = []
        while not self.accept(")"):
            nodes.append(self.element())
            if not self.at(")"):
                self.expect(",")
        return nodes

    def element(self) -> Node:
        if self.at("..."):
            self.refuse(self.take(), "spread (`...`)", "`concat` or a loop")
        return self.assignment()

    def primary(self) -> Node:
        token = self.token
        if token.kind == "number":
            return self.number()
        if token.kind == "string":
            return self.node(self.take(), "String", token.text)
        if token.kind == "template":
            self.refuse(self.take(), "template literals", "`'...' + value`")
            return self.node(token, "String", "''")
        if token.kind == "regex":
            self.refuse(self.take(), "regular expressions", "`match` or `search` with a string")
            return self.node(token, "String", "''")
        if self.at("("):
            return self.parenthesized()
        if self.at("["):
            return self.array()
        if self.at("{"):
            return self.object()
        if token.kind == "name":
            return self.word()
        self.fail(f"Expected an expression, found {self.shown()}.")
        raise AssertionError

    def word(self) -> Node:
        token = self.token
        if token.text == "function":
            return self.function("Function")
        if token.text == "async" and self.peek().text == "function":
            self.refuse(self.take(), "`async` functions")
            return self.function("Function")
        if token.text in ("true", "false", "null"):
            return self.node(self.take(), "Literal", token.text)
        if token.text == "new":
            self.refuse(self.take(), "`new`")
            return self.postfix()
        if token.text in ("this", "super"):
            self.refuse(self.take(), f"`{token.text}`")
            return self.node(token, "Literal", "null")
        if token.text in ("class", "import", "yield"):
            return self.unreadable()
        if token.text in RESERVED - CONTEXTUAL:
            self.fail(f"Expected an expression, found {self.shown()}.")
        return self.node(self.take(), "Name", token.text)

    def number(self) -> Node:
        token = self.take()
        if not _NUMBER.fullmatch(token.text):
            self.refuse(token, f"number literal `{token.text}`", "a decimal or `0x` number")
            return self.node(token, "Number", "0")
        return self.node(token, "Number", token.text)

    def array(self) -> Node:
        start = self.take()
        items: list[Node] = []
        while not self.accept("]"):
            if self.at(","):
                self.fail("An array literal cannot have holes.")
            items.append(self.element())
            if not self.at("]"):
                self.expect(",")
        return self.node(start, "Array", "", *items)

    def object(self) -> Node:
        start = self.take()
        properties: list[Node] = []
        while not self.accept("}"):
            if self.at("..."):
                self.refuse(self.take(), "spread (`...`)", "a loop")
                self.assignment()
            else:
                properties.append(self.property())
            if not self.at("}"):
                self.expect(",")
        return self.node(start, "Object", "", *properties)

    def property(self) -> Node:
        token = self.token
        if self.at("*", "async", "get", "set") and self.peek().text not in (":", ",", "}", "("):
            feature = {"*": "generators", "async": "`async` functions"}.get(
                token.text, "getters and setters"
            )
            self.refuse(self.take(), feature)
        key_token = self.token
        if self.at("["):
            self.refuse(self.take(), "computed property names", "`object[key] = value`")
            self.assignment()
            self.expect("]")
            key = "''"
        elif key_token.kind in ("name", "string", "number"):
            key = self.take().text
        else:
            self.fail(f"Expected a property name, found {self.shown()}.")
        if self.at("("):
            if key_token is token:
                self.refuse(key_token, "method properties", "`name: function() {}`")
            value = self.function_rest(key_token, "Function", "")
        elif self.accept(":"):
            value = self.assignment()
        else:
            self.refuse(key_token, "shorthand properties", f"`{key}: {key}`")
            value = self.node(key_token, "Name", key)
            if self.accept("="):
                self.assignment()
        quoted = key if key_token.kind == "string" or key == "''" else f'"{key}"'
        return self.node(key_token, "Property", quoted, value)
