"""Parses sandboxed JavaScript into a tree.

The grammar is exactly what Google's interpreter has operators for: ECMAScript 5.1 without `new`,
`this`, regular expressions and exceptions, plus arrow functions, `let`, `const` and `for ... of`
(as Google documents it and its own templates show). Where something else can be read past, it is
reported and the parser goes on, so that one run names every problem.
"""

from __future__ import annotations

from gtmgen.runtime.problems import TemplateError, TemplateProblem
from gtmgen.runtime.syntax_expressions import ExpressionParser
from gtmgen.runtime.syntax_reader import RESERVED, Node
from gtmgen.runtime.tokens import SourceToken, tokenize, words

_STATEMENTS = frozenset(
    words(
        "{ var let const function if while do for switch return break continue try throw "
        "class with import export debugger"
    )
)


def parse(source: str, *, tolerant: bool = False) -> tuple[Node, list[TemplateProblem]]:
    """The program and what the sandbox would not accept. Raises TemplateError when lost.

    `tolerant` accepts what Google's interpreter knows, although no published template uses it.
    """
    parser = _Parser(tokenize(source), tolerant)
    try:
        return parser.program(), parser.problems
    except TemplateError as error:
        raise TemplateError([*parser.problems, *error.problems]) from None


class _Parser(ExpressionParser):
    """Statements, and the program that consists of them."""

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
            if self.peek().text == ":" and start.text not in RESERVED:
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

    def for_each(self, start: SourceToken, target: Node) -> Node:
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

    _class = _with = _import = _export = _debugger = ExpressionParser.unreadable
