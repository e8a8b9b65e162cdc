"""docs/backend.md says what the local Events API answers."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/backend.md").read_text(encoding="utf-8")


def _messages(module: str) -> list[str]:
    """The messages of a module's answers; a part that is filled in cuts a message."""
    tree = ast.parse((ROOT / "gtmgen/emulator/events_api" / module).read_text(encoding="utf-8"))
    messages = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Answer":
            message = node.args[1]
            if isinstance(message, ast.JoinedStr):
                message = message.values[0]
            if isinstance(message, ast.Constant):
                messages.append(str(message.value))
    return messages


def test_every_answer_is_in_the_guide() -> None:
    messages = [*_messages("answers.py"), *_messages("service.py")]
    assert len(messages) >= 12
    asked_for = ("a fault that was asked for", "HTTP ")
    missing = [text for text in messages if text not in GUIDE and text not in asked_for]
    assert missing == []
