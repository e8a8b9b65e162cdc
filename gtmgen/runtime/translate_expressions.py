"""The expressions of sandboxed JavaScript as JavaScript for QuickJS."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable

from gtmgen.runtime.scopes import Scope, ScopeTracker
from gtmgen.runtime.syntax_reader import Node

_INDEX = re.compile(r"0|[1-9]\d*")


class ExpressionTranslator(ScopeTracker):
    """What has a value."""

    @abstractmethod
    def function(self, node: Node) -> str:
        """The parameters and the body of a function."""

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
            scope: Scope | None = self.scope
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
        # JavaScript would put keys that are numbers first; Google's interpreter keeps the order in
        # which they stand (vectors sb-*), and the helper remembers it.
        if any(_INDEX.fullmatch(node.value.strip("'\"")) for node in properties):
            pairs = (f"{node.value}, {self.expression(node.child(0))}" for node in properties)
            return f"$.object({', '.join(pairs)})"
        return "({" + ", ".join(map(self.property, properties)) + "})"

    def property(self, node: Node) -> str:
        # In brackets: without them, `__proto__` would be no key, but set the prototype.
        return f"[{node.value}]: {self.expression(node.child(0))}"

    def function_expression(self, node: Node) -> str:
        if not node.value:
            return f"(function {self.function(node)})"
        self.open([])
        # The name is known inside alone, where an assignment to it does nothing.
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
        # As a function, so that the target and the key are evaluated once.
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
                # Nothing is written; `x++` still gives the old value, as a number.
                return f"({name} {operator[0]} 1)" if prefix else f"({name} - 0)"
            return f"({operator}{name})" if prefix else f"({name}{operator})"
        by = 1 if operator == "++" else -1
        return f"$.step({self.member(target)}, {by}, {str(prefix).lower()})"
