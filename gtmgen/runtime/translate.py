"""Turns the tree of sandboxed JavaScript into JavaScript for QuickJS, with the sandbox's rules.

Every member access and method call goes through a helper (`$.get`, `$.call`, ... in sandbox.js),
because the sandbox sees own properties and a fixed list of methods only. Arrow functions become
functions, because in the sandbox they have `arguments` of their own. User names get a leading `_`,
so they cannot meet the host's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from gtmgen.runtime.api_names import WEB_APIS
from gtmgen.runtime.problems import TemplateProblem
from gtmgen.runtime.syntax_reader import Node

_REPEATABLE = frozenset({"var", "function", "parameter"})
_INDEX = re.compile(r"0|[1-9]\d*")
_LOOP = ("Break", "Continue")
TEMPLATE_NAMES = ("data", "require")
TEST_NAMES = ("require", "runCode", "mock", "mockObject", "assertApi", "assertThat", "fail")


class _Scope(Struct):
    kinds: dict[str, str]
    function: bool = False
    uses_arguments: bool = False
    parent: _Scope | None = None
    jumps: tuple[str, ...] = ()


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
    scope = _Scope(dict.fromkeys(names, "global"), function=True)
    translator = _Translator(scope, apis, lenient)
    return translator.function_body(program.children, ()), translator.problems


class _Translator(Struct):
    scope: _Scope
    apis: frozenset[str]
    lenient: bool = False
    problems: list[TemplateProblem] = field(default_factory=list)

    # ------------------------------------------------------------------- names
    def refuse(self, node: Node, message: str) -> None:
        self.problems.append(TemplateProblem(node.line, node.column, message))

    def find(self, name: str) -> str | None:
        scope: _Scope | None = self.scope
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
        self.scope = _Scope({}, function, parent=self.scope, jumps=(*outer, *jumps))
        self.scope.kinds.update(dict.fromkeys(names or (), "parameter"))
        body = [node for node in statements if node is not None]
        for node in body:
            if node.kind == "Variables" and node.value != "var":
                self.declare(node.value, node.children)
            elif node.kind == "FunctionDeclaration":
                self.declare("function", [node])
        if function:
            for node in body:
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

    def close(self) -> _Scope:
        closed = self.scope
        assert closed.parent is not None
        self.scope = closed.parent
        return closed

    # -------------------------------------------------------------- statements
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

    # ------------------------------------------------------------- expressions
    def optional(self, node: Node | None) -> str:
        return self.expression(node) if node else ""

    def list(self, nodes: Iterable[Node | None]) -> str:
        return ", ".join(self.expression(node) for node in nodes if node is not None)

    def expression(self, node: Node) -> str:
        match node.kind:
            case "Number" | "Literal":
                return f"({node.value})"
            case "String":
                return node.value
            case "Name":
                return self.name(node)
            case "Array":
                return f"[{self.list(node.children)}]"
            case "Object":
                return self.object(tuple(filter(None, node.children)))
            case "Function":
                return self.function_expression(node)
            case "Sequence":
                return f"({self.list(node.children)})"
            case "Conditional":
                test, then, otherwise = (self.expression(node.child(index)) for index in range(3))
                return f"({test} ? {then} : {otherwise})"
            case "Binary":
                left, right = self.expression(node.child(0)), self.expression(node.child(1))
                return f"({left} {node.value} {right})"
            case "Unary":
                return f"({node.value} {self.expression(node.child(0))})"
            case "Member" | "Index":
                return f"$.get({self.member(node)})"
            case "Call":
                return self.call(node)
            case "Assign":
                return self.assign(node)
            case "Update":
                return self.update(node)
        raise AssertionError(node.kind)

    def name(self, node: Node) -> str:
        if node.value == "undefined":
            return "undefined"
        if node.value == "arguments":
            scope: _Scope | None = self.scope
            while scope is not None and not scope.function:
                scope = scope.parent
            assert scope is not None
            scope.uses_arguments = True
            return "$args"
        kind = self.find(node.value)
        if kind is None:
            self.refuse(
                node, f"`{node.value}` is not defined: the sandbox has no globals of the page."
            )
            if self.lenient:
                return f'$.undeclared("{node.value}")'
        elif kind == "global" and node.value == "require":
            self.refuse(node, "`require` can only be called, with the name of an API.")
        return f"_{node.value}"

    def object(self, properties: tuple[Node, ...]) -> str:
        if any(_INDEX.fullmatch(node.value.strip("'\"")) for node in properties):
            pairs = (f"{node.value}, {self.expression(node.child(0))}" for node in properties)
            return f"$.object({', '.join(pairs)})"
        return "({" + ", ".join(map(self.property, properties)) + "})"

    def property(self, node: Node) -> str:
        return f"[{node.value}]: {self.expression(node.child(0))}"

    def function_expression(self, node: Node) -> str:
        if not node.value:
            return f"(function {self.function(node)})"
        self.open([])
        self.declare("const", [node])
        code = f"(function _{node.value}{self.function(node)})"
        self.close()
        return code

    def member(self, node: Node) -> str:
        target = self.expression(node.child(0))
        key = f'"{node.value}"' if node.kind == "Member" else self.expression(node.child(1))
        return f"{target}, {key}"

    def call(self, node: Node) -> str:
        callee, arguments = node.child(0), node.children[1:]
        if callee.kind == "Name" and callee.value == "require" and self.find("require") == "global":
            return f"_require({self.required(node)})"
        if callee.kind in ("Member", "Index"):
            return f"$.call({self.member(callee)}, [{self.list(arguments)}])"
        return f"({self.expression(callee)})({self.list(arguments)})"

    def required(self, node: Node) -> str:
        if len(node.children) != 2 or node.child(1).kind != "String":
            self.refuse(node, "`require` takes the name of one API as a string.")
            return "''"
        quoted = node.child(1).value
        if quoted[1:-1] not in self.apis:
            self.refuse(node.child(1), f"`{quoted[1:-1]}` is not a valid API name.")
        return quoted

    def check_assignment(self, target: Node) -> None:
        kind = self.find(target.value)
        if kind == "const":
            message = (
                f"`{target.value}` is a constant: the sandbox ignores the assignment silently."
            )
            self.refuse(target, message)
        elif target.value in ("undefined", "arguments") or kind == "global":
            self.refuse(target, f"`{target.value}` cannot be assigned to.")

    def assign(self, node: Node) -> str:
        target, value = node.child(0), node.child(1)
        if target.kind == "Name":
            self.check_assignment(target)
            if self.lenient and self.find(target.value) in ("const", None):
                return self.ignored(target, node.value, value)
            return f"({self.expression(target)} {node.value} {self.expression(value)})"
        if target.kind not in ("Member", "Index"):
            return self.expression(value)
        if node.value == "=":
            return f"$.set({self.member(target)}, {self.expression(value)})"
        changed = f"($old) => $old {node.value[:-1]} ({self.expression(value)})"
        return f"$.update({self.member(target)}, {changed})"

    def ignored(self, target: Node, operator: str, value: Node) -> str:
        """An assignment to a constant: its value, and nothing else."""
        if operator == "=" and self.find(target.value) == "const":
            return f"({self.expression(value)})"
        return f"({self.expression(target)} {operator[:-1] or ','} {self.expression(value)})"

    def update(self, node: Node) -> str:
        target, prefix = node.child(0), node.value.startswith("prefix")
        operator = node.value[-2:]
        if target.kind == "Name":
            self.check_assignment(target)
            name = self.expression(target)
            if self.lenient and self.find(target.value) in ("const", None):
                return f"({name} {operator[0]} 1)" if prefix else f"({name} - 0)"
            return f"({operator}{name})" if prefix else f"({name}{operator})"
        by = 1 if operator == "++" else -1
        return f"$.step({self.member(target)}, {by}, {str(prefix).lower()})"


def _var_declarations(node: Node) -> Iterator[Node]:
    if node.kind == "Variables" and node.value == "var":
        yield node
    if node.kind not in ("Function", "FunctionDeclaration"):
        for child in node.children:
            if child is not None:
                yield from _var_declarations(child)
