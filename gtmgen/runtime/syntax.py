"""Parses sandboxed JavaScript into a tree.

The grammar is exactly what Google's interpreter has operators for: ECMAScript 5.1 without `new`,
`this`, regular expressions and exceptions, plus arrow functions, `let`, `const` and `for ... of`
(as Google documents it and its own templates show). Where something else can be read past, it is
reported and the parser goes on, so that one run names every problem.
"""

from __future__ import annotations

import re

from msgspec import Struct

from gtmgen.runtime.problems import Problem, TemplateError
from gtmgen.runtime.tokens import Token, tokenize, words

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
_RESERVED = frozenset(
    words(
        "break case catch class const continue debugger default delete do else enum export "
        "extends false finally for function if import in instanceof new null return super "
        "switch this throw true try typeof var void while with yield let await async"
    )
)
_CONTEXTUAL = frozenset({"async", "await"})
_NUMBER = re.compile(
    r"(?:0[xX][\da-fA-F]+|(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
)


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
        found = self.children[index]
        assert found is not None
        return found


def parse(source: str, *, tolerant: bool = False) -> tuple[Node, list[Problem]]:
    """The program and what the sandbox would not accept. Raises TemplateError when lost.

    `tolerant` accepts what Google's interpreter knows, although no published template uses it.
    """
    parser = _Parser(tokenize(source), tolerant)
    try:
        return parser.program(), parser.problems
    except TemplateError as error:
        raise TemplateError([*parser.problems, *error.problems]) from None


class _Parser:
    def __init__(self, tokens: list[Token], tolerant: bool) -> None:
        self.tokens = tokens
        self.tolerant = tolerant
        self.index = 0
        self.problems: list[Problem] = []

    # ------------------------------------------------------------------ tokens
    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def peek(self, offset: int = 1) -> Token:
        return self.tokens[min(self.index + offset, len(self.tokens) - 1)]

    def at(self, *texts: str) -> bool:
        return self.token.kind in ("name", "punctuator") and self.token.text in texts

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.index += 1
        return token

    def accept(self, text: str) -> bool:
        if self.at(text):
            self.index += 1
            return True
        return False

    def expect(self, text: str) -> Token:
        if not self.at(text):
            self.fail(f"Expected `{text}`, found {self.shown()}.")
        return self.take()

    def shown(self) -> str:
        return f"`{self.token.text}`" if self.token.kind != "end" else "the end of the code"

    def fail(self, message: str) -> None:
        raise TemplateError([Problem(self.token.line, self.token.column, message)])

    def refuse(self, token: Token | Node, feature: str, instead: str = "") -> None:
        message = f"The sandbox has no {feature}."
        hint = f" Use {instead}." if instead else ""
        self.problems.append(Problem(token.line, token.column, message + hint))

    def avoid(self, token: Token | Node, feature: str, instead: str) -> None:
        """Refuses what works, but what templates should not rely on."""
        if not self.tolerant:
            self.refuse(token, feature, instead)

    def node(self, token: Token | Node, kind: str, value: str = "", *children: Node | None) -> Node:
        return Node(kind, token.line, token.column, value, children)

    def name(self, what: str) -> str:
        token = self.token
        if token.kind != "name" or token.text in _RESERVED - _CONTEXTUAL:
            self.fail(f"Expected {what}, found {self.shown()}.")
        return self.take().text

    # -------------------------------------------------------------- statements
    def program(self) -> Node:
        start = self.token
        body: list[Node] = []
        while self.token.kind != "end":
            body.append(self.statement())
        return self.node(start, "Program", "", *body)

    def statement(self) -> Node:
        start = self.token
        if start.kind == "name" or self.at("{", ";"):
            method = getattr(self, f"_{'block' if start.text == '{' else start.text}", None)
            if start.text in _STATEMENTS and method is not None:
                result: Node = method()
                return result
            if start.text == ";":
                return self.node(self.take(), "Empty")
            if start.text == "async" and self.peek().text == "function":
                self.refuse(self.take(), "`async` functions")
                return self.statement()
            if self.peek().text == ":" and start.text not in _RESERVED:
                self.refuse(start, "labels")
                self.take(), self.take()
                return self.statement()
        expression = self.expression()
        self.end_of_statement()
        return self.node(start, "Expression", "", expression)

    def end_of_statement(self) -> None:
        if self.accept(";") or self.at("}") or self.token.after_newline:
            return
        self.fail(f"Expected `;`, found {self.shown()}.")

    def _block(self) -> Node:
        start = self.expect("{")
        body: list[Node] = []
        while not self.at("}"):
            if self.token.kind == "end":
                self.fail(f"Expected `}}` for the `{{` in line {start.line}, found {self.shown()}.")
            body.append(self.statement())
        self.take()
        return self.node(start, "Block", "", *body)

    def declaration(self) -> Node:
        start = self.take()
        declarators = [self.declarator()]
        while self.accept(","):
            declarators.append(self.declarator())
        return self.node(start, "Variables", start.text, *declarators)

    def declarator(self) -> Node:
        start = self.token
        if self.at("{", "["):
            self.refuse(start, "destructuring", "one assignment for each name")
            self.skip_brackets()
            return self.node(
                start, "Declarator", "", self.assignment() if self.accept("=") else None
            )
        name = self.name("a variable name")
        return self.node(start, "Declarator", name, self.assignment() if self.accept("=") else None)

    def skip_brackets(self) -> None:
        depth = 0
        while self.token.kind != "end":
            depth += self.at("{", "[", "(")
            depth -= self.at("}", "]", ")")
            self.take()
            if not depth:
                return

    def _var(self) -> Node:
        node = self.declaration()
        self.end_of_statement()
        return node

    _let = _const = _var

    def _function(self) -> Node:
        return self.function("FunctionDeclaration")

    def _if(self) -> Node:
        start = self.take()
        test = self.parenthesized()
        then = self.statement()
        return self.node(
            start, "If", "", test, then, self.statement() if self.accept("else") else None
        )

    def parenthesized(self) -> Node:
        self.expect("(")
        expression = self.expression()
        self.expect(")")
        return expression

    def _while(self) -> Node:
        start = self.take()
        return self.node(start, "While", "", self.parenthesized(), self.statement())

    def _do(self) -> Node:
        start = self.take()
        self.avoid(start, "`do ... while`", "`while`")
        body = self.statement()
        self.expect("while")
        test = self.parenthesized()
        self.accept(";")
        return self.node(start, "DoWhile", "", test, body)

    def _for(self) -> Node:
        start = self.take()
        if self.accept("await"):
            self.refuse(start, "`for await`")
        self.expect("(")
        first: Node | None = None
        if self.at("var", "let", "const"):
            first = self.declaration()
        elif not self.at(";"):
            first = self.for_target()
        if first is not None and self.at("in", "of"):
            return self.for_each(start, first)
        self.expect(";")
        test = None if self.at(";") else self.expression()
        self.expect(";")
        step = None if self.at(")") else self.expression()
        self.expect(")")
        return self.node(start, "For", "", first, test, step, self.statement())

    def for_target(self) -> Node:
        if self.token.kind == "name" and self.peek().text in ("in", "of"):
            token = self.take()
            return self.node(token, "Name", token.text)
        return self.expression()

    def for_each(self, start: Token, target: Node) -> Node:
        kind = "ForIn" if self.take().text == "in" else "ForOf"
        if kind == "ForOf" and target.value == "var":
            self.avoid(target, "`for (var ... of ...)`", "`const` or `let`")
        over = self.expression()
        self.expect(")")
        return self.node(start, kind, "", target, over, self.statement())

    def _switch(self) -> Node:
        start = self.take()
        subject = self.parenthesized()
        self.expect("{")
        cases: list[Node] = []
        while not self.accept("}"):
            case = self.take()
            test = self.expression() if case.text == "case" else None
            if case.text not in ("case", "default"):
                self.index -= 1
                self.fail(f"Expected `case`, `default` or `}}`, found {self.shown()}.")
            self.expect(":")
            body: list[Node] = []
            while not self.at("case", "default", "}"):
                body.append(self.statement())
            cases.append(self.node(case, "Case", "", test, *body))
        return self.node(start, "Switch", "", subject, *cases)

    def _return(self) -> Node:
        start = self.take()
        empty = self.at(";", "}") or self.token.after_newline
        value = None if empty else self.expression()
        self.end_of_statement()
        return self.node(start, "Return", "", value)

    def _jump(self) -> Node:
        start = self.take()
        if self.token.kind == "name" and not self.token.after_newline:
            self.refuse(self.take(), "labels")
        self.end_of_statement()
        return self.node(start, start.text.capitalize())

    _break = _continue = _jump

    def _try(self) -> Node:
        start = self.take()
        self.refuse(start, "`try`", "guards: an error cannot be caught")
        body = [self._block()]
        if self.accept("catch"):
            if self.accept("("):
                self.name("a variable name")
                self.expect(")")
            self._block()
        if self.accept("finally"):
            body.append(self._block())
        return self.node(start, "Block", "", *body)

    def _throw(self) -> Node:
        start = self.take()
        self.refuse(
            start, "`throw`", "`data.gtmOnFailure()` in a tag, a return value in a variable"
        )
        value = self.expression()
        self.end_of_statement()
        return self.node(start, "Expression", "", value)

    def _unreadable(self) -> Node:
        self.refuse(self.token, f"`{self.token.text}`")
        raise TemplateError([])

    _class = _with = _import = _export = _debugger = _unreadable

    # ------------------------------------------------------------- expressions
    def expression(self) -> Node:
        first = self.assignment()
        if not self.at(","):
            return first
        parts = [first]
        while self.accept(","):
            parts.append(self.assignment())
        return self.node(first, "Sequence", "", *parts)

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
            raise TemplateError([Problem(left.line, left.column, "This cannot be assigned to.")])
        return self.node(left, "Assign", self.operator(operator, "="), left, self.assignment())

    def operator(self, token: Token, fallback: str) -> str:
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
            found = _BINARY.get(self.token.text)
            if found is None or found < level:
                break
            operator = self.take()
            left = self.node(
                left, "Binary", self.operator(operator, "||"), left, self.binary(found + 1)
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
        if self.at("++", "--") and not self.token.after_newline:
            return self.node(start, "Update", "postfix" + self.take().text, self.target(operand))
        return operand

    def target(self, node: Node) -> Node:
        if node.kind not in ("Name", "Member", "Index"):
            raise TemplateError([Problem(node.line, node.column, "This cannot be assigned to.")])
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
        found: list[Node] = []
        while not self.accept(")"):
            found.append(self.element())
            if not self.at(")"):
                self.expect(",")
        return found

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
            return self._unreadable()
        if token.text in _RESERVED - _CONTEXTUAL:
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

    # --------------------------------------------------------------- functions
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

    def function_rest(self, start: Token, kind: str, name: str) -> Node:
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

    def arrow_ahead(self) -> bool:
        if self.token.text == "async" and (self.peek().kind == "name" or self.peek().text == "("):
            return self.peek().text != "function" and self.arrow_from(self.index + 1)
        return self.arrow_from(self.index)

    def arrow_from(self, index: int) -> bool:
        if self.tokens[index].kind == "name":
            return self.tokens[index + 1].text == "=>"
        if self.tokens[index].text != "(" or self.tokens[index].kind != "punctuator":
            return False
        depth = 0
        for position in range(index, len(self.tokens)):
            token = self.tokens[position]
            if token.kind == "punctuator":
                depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
                if not depth:
                    return self.tokens[position + 1].text == "=>"
        return False

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


_STATEMENTS = frozenset(
    words(
        "{ var let const function if while do for switch return break continue try throw "
        "class with import export debugger"
    )
)
