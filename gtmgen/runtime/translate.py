"""Turns the tree of sandboxed JavaScript into JavaScript for QuickJS, with the sandbox's rules.

Every member access and method call goes through a helper (`$.get`, `$.call`, ... in sandbox.js),
because the sandbox sees own properties and a fixed list of methods only. Arrow functions become
functions, because in the sandbox they have `arguments` of their own. User names get a leading `_`,
so they cannot meet the host's.
"""

from __future__ import annotations

from collections.abc import Iterable

from gtmgen.runtime.api_names import WEB_APIS
from gtmgen.runtime.problems import TemplateProblem
from gtmgen.runtime.scopes import Scope
from gtmgen.runtime.syntax_reader import Node
from gtmgen.runtime.translate_expressions import ExpressionTranslator

_LOOP = ("Break", "Continue")
TEMPLATE_NAMES = ("data", "require")
TEST_NAMES = ("require", "runCode", "mock", "mockObject", "assertApi", "assertThat", "fail")


def translate(
    program: Node,
    names: Iterable[str],
    *,
    apis: frozenset[str] = WEB_APIS,
    lenient: bool = False,
) -> tuple[str, list[TemplateProblem]]:
    """The body of a JavaScript function of the given names, and problems with the names used.

    ``apis`` are what `require` may name.
    With `lenient`, what the checker refuses but Google's interpreter runs does there what it does:
    writing to a constant is ignored, a name that nobody declared ends the template.
    """
    scope = Scope(dict.fromkeys(names, "global"), function=True)
    translator = _Translator(scope, apis, lenient)
    return translator.function_body(program.children, ()), translator.problems


class _Translator(ExpressionTranslator):
    def function_body(self, statements: tuple[Node | None, ...], names: tuple[str, ...]) -> str:
        self.open(statements, names)
        code = self.statements(statements)
        uses_arguments = self.close().uses_arguments
        return ("const $args = $.list(arguments); " if uses_arguments else "") + code

    def statements(self, nodes: Iterable[Node | None]) -> str:
        return "\n".join(self.statement(node) for node in nodes if node is not None)

    def statement(self, node: Node) -> str:
        match node.kind:
            case "Expression":
                return f"({self.expression(node.child(0))});"
            case "Variables":
                return self.variables(node) + ";"
            case "FunctionDeclaration":
                return f"function _{node.value}{self.function(node)}"
            case "If":
                otherwise = node.children[2]
                tail = f" else {self.body(otherwise)}" if otherwise else ""
                return f"if ({self.expression(node.child(0))}) {self.body(node.child(1))}{tail}"
            case "For":
                return self.for_loop(node)
            case "ForIn" | "ForOf":
                return self.for_each(node)
            case "While":
                return f"while ({self.expression(node.child(0))}) {self.body(node.child(1), _LOOP)}"
            case "DoWhile":
                test = self.expression(node.child(0))
                return f"do {self.body(node.child(1), _LOOP)} while ({test});"
            case "Switch":
                return self.switch(node)
            case "Return":
                return f"return {self.optional(node.children[0])};"
            case "Break" | "Continue":
                if node.kind not in self.scope.jumps:
                    self.refuse(node, f"Nothing to {node.kind.lower()} here.")
                return f"{node.kind.lower()};"
            case "Block":
                return self.body(node)
            case "Empty":
                return ";"
        raise AssertionError(node.kind)

    def body(self, node: Node, jumps: tuple[str, ...] = ()) -> str:
        statements = node.children if node.kind == "Block" else (node,)
        self.open(statements, jumps=jumps)
        code = self.statements(statements)
        self.close()
        return "{\n" + code + "\n}"

    def variables(self, node: Node) -> str:
        parts = []
        for declarator in filter(None, node.children):
            value = declarator.children[0]
            parts.append(f"_{declarator.value}" + (f" = {self.expression(value)}" if value else ""))
            if node.value == "const" and value is None:
                self.refuse(declarator, f"`const {declarator.value}` needs a value.")
        return f"{node.value} " + ", ".join(parts)

    def for_loop(self, node: Node) -> str:
        first, test, step, body = node.children
        self.open([first])
        start = (
            self.variables(first) if first and first.kind == "Variables" else self.optional(first)
        )
        head = f"{start}; {self.optional(test)}; {self.optional(step)}"
        code = f"for ({head}) {self.body(body, _LOOP)}" if body else ""
        self.close()
        return code

    def for_each(self, node: Node) -> str:
        target, over = node.child(0), self.expression(node.child(1))
        declared = target.kind == "Variables"
        self.open([])
        if declared and (len(target.children) > 1 or target.child(0).children[0] is not None):
            self.refuse(target, "The variable of a loop must be a plain name.")
        if declared:
            self.declare(target.value, target.children)
            left = f"{target.value} _{target.child(0).value}"
        else:
            left = self.assignable(target)
        # The sandbox walks own keys in the order of insertion, and of values lists and texts alone.
        helper = "keys" if node.kind == "ForIn" else "items"
        code = f"for ({left} of $.{helper}({over})) {self.body(node.child(2), _LOOP)}"
        self.close()
        return code

    def assignable(self, node: Node) -> str:
        if node.kind != "Name":
            self.refuse(node, "The variable of a loop must be a plain name.")
            return "_"
        self.check_assignment(node)
        return self.expression(node)

    def switch(self, node: Node) -> str:
        subject = self.expression(node.child(0))
        # All cases are one block: what one declares, the others know.
        cases = [case for case in node.children[1:] if case is not None]
        self.open([one for case in cases for one in case.children[1:]], jumps=("Break",))
        parts = []
        for case in cases:
            test = case.children[0]
            label = f"case {self.expression(test)}:" if test else "default:"
            parts.append(label + "\n" + self.statements(case.children[1:]))
        self.close()
        return f"switch ({subject}) {{\n" + "\n".join(parts) + "\n}"

    def function(self, node: Node) -> str:
        if len(set(node.names)) < len(node.names):
            self.refuse(node, "Two parameters have the same name.")
        names = ", ".join(f"_{name}" for name in node.names)
        return f"({names}) {{ {self.function_body(node.children, node.names)} }}"
