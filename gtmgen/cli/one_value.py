"""Options that hold one value and are given twice are refused, for every verb.

Typer takes the last one and says nothing: a second spec, or a second server log, was never read.
"""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

from gtmgen.errors import UsageError


class OneValueCommand(TyperCommand):
    """A verb whose command line is refused where it gives an option more values than it holds."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:  # the shell is completing a line
            self._refuse_repeated(ctx, list(args))  # a copy, since reading takes it apart
        return super().parse_args(ctx, args)

    def _refuse_repeated(self, ctx: Any, arguments: list[str]) -> None:
        # Of what Typer's parser gives back, the order alone names an option as often as it stood.
        order: list[Any] = self.make_parser(ctx).parse_args(args=arguments)[2]
        if any(one.is_eager for one in order):  # `--help`, which reads nothing else
            return
        for option in dict.fromkeys(order):
            times = order.count(option)
            if times == 1 or option.param_type_name != "option":
                continue
            if option.multiple or option.is_flag or option.count:
                continue
            name = max(option.opts, key=len)
            see = f"see `{ctx.command_path} --help`"
            takes_list = "," in (option.metavar or "")
            hint = f"write them with commas: `{name} {option.metavar}`" if takes_list else see
            often = "twice" if times == 2 else f"{times} times"
            raise UsageError(f"`{name}` takes one value, and is given {often}", hint=hint)
