"""A group of commands of which one needs no name: `despin train recipe.yaml` is `despin train run …`."""

from __future__ import annotations

from typing import Any

import click


class DefaultGroup(click.Group):
    """Runs the command ``default`` where the first argument names no other one of the group."""

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it, with the default's name put first where it was left out."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [self.default, *args]
        return super().parse_args(ctx, args)
