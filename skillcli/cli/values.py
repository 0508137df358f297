"""Texts and paths of the command line, taken as they stand.

typer has every value checked by a library that takes 0.1 CPU s to load, even those that were not given. Texts and
paths need no check; whatever else was given still goes that way, and so does a path that cannot be read.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def taken_plainly(parameters: list[Any]) -> list[Any]:
    """The parameters of a command (typer's), converting plain values themselves; typer's own way where it knows no other."""
    for parameter in parameters:
        if getattr(parameter, "_runtime_param", parameter) is None:
            parameter._runtime_param = _Plain()
    return parameters


class _Plain:
    """Stands where typer keeps the conversion of a parameter."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as the command takes it; raises what typer raises."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        kind, info = param.type_descriptor.annotation, param.type_descriptor.parameter_info
        if info.parser is None:
            if kind is str and isinstance(value, str):
                return value
            if kind is Path and _usable(value, info):
                return Path(value)
            if kind == list[Path] and isinstance(value, list | tuple) and all(_usable(each, info) for each in value):
                return [Path(each) for each in value]
        param._runtime_param = None  # which has typer make its own
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def _usable(value: Any, info: Any) -> bool:
    """Whether a path is one that typer would take without a word: not looked for, or there and readable."""
    asked = (
        info.exists or info.writable or info.resolve_path or info.allow_dash or not (info.file_okay and info.dir_okay)
    )
    if not isinstance(value, str) or asked or info.path_type not in (None, Path):
        return False
    return not os.path.exists(value) or os.access(value, os.R_OK)
