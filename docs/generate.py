"""Write the documents that the program itself knows best: commands, rules, columns.

``make docs`` writes them; ``--check`` only compares and names what has drifted.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skillcli.cli.app import command_line
from skillcli.jobs.file_codes import FILE_CODES
from skillcli.rules import RETIRED, RULES
from skillcli.schema import grants, inputs, past, placement, registers
from skillcli.schema.column import Column, Table

FOLDER = Path(__file__).parent
HEAD = "<!-- Written by `make docs`; do not edit. -->\n\n"


def commands() -> Iterator[tuple[str, str]]:
    """Every command (``skillcli batch list``) with its help page, groups before their commands."""
    yield from _commands(command_line(), "skillcli", None)


def _commands(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    context = command.context_class(command, info_name=name, parent=parent)
    yield context.command_path, command.get_help(context)
    for child, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, child, context)


def cli_page() -> str:
    """docs/cli.md: every ``--help``."""
    parts = ["# Commands\n\nEvery help page, as the program prints it.\n"]
    parts += [f"\n## `{path}`\n\n```text\n{page}\n```\n" for path, page in commands()]
    return HEAD + "".join(parts)


def rules_page() -> str:
    """docs/rules.md: every rule, what it reads and what it says."""
    parts = [
        "# Rules\n\nA code is permanent. `{…}` in a message is filled from the row that fired; "
        "the clause comes from the policy in force.\n"
    ]
    for code in FILE_CODES:
        parts.append(
            f"\n## {code.code} {code.title}\n\nGiven by the reader to a file as a whole.\n\n"
            f"- severity: {code.severity} ({code.severity.label})\n- message: {code.message}\n- remedy: {code.remedy}\n"
        )
    for rule in RULES:
        reads = "、".join(inputs.ROSTER[key].title for key in rule.reads)
        why = inspect.getdoc(inspect.getmodule(rule.flag)) or ""
        parts.append(
            f"\n## {rule.code} {rule.title}\n\n"
            f"{why}\n\n"
            f"- severity: {rule.severity} ({rule.severity.label}), aims at: {rule.aim}, partition: {rule.partition}\n"
            f"- reads: {reads or 'derived facts only'}\n"
            f"- message: {rule.message}\n"
            f"- remedy: {rule.remedy}\n" + (f"- basis: {rule.basis}\n" if rule.basis else "")
        )
    parts.append("\n## Retired codes\n\n")
    parts += [f"- {code}: {why}\n" for code, why in RETIRED.items()]
    return HEAD + "".join(parts)


def tables() -> Iterator[Table]:
    """Every sheet of every input workbook, in the order of the schema."""
    seen: list[Table] = []
    for value in (value for module in (inputs, grants, placement, past) for value in vars(module).values()):
        for table in value if isinstance(value, tuple) else (value,):
            if isinstance(table, Table) and table not in seen:
                seen.append(table)
                yield table
    yield from (each.table for each in registers.REGISTERS)


def columns_page() -> str:
    """docs/columns.md: every column of every input workbook."""
    parts = [
        "# Columns of the input workbooks\n\nR: the column must exist; a blank cell is then judged by the rules.\n"
    ]
    for table in tables():
        parts.append(f"\n## {table.title} (`skillcli template {table.kind}`)\n\n")
        parts.append("| title | key | kind | | also accepted | note |\n|---|---|---|---|---|---|\n")
        parts += [_column_row(column) for column in table.columns]
    return HEAD + "".join(parts)


def _column_row(column: Column) -> str:
    kind = f"{column.kind} ({column.words})" if column.words else str(column.kind)
    cells = (column.title, f"`{column.key}`", kind, "R" * column.required, "、".join(column.aliases), column.note)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


PAGES = {"cli.md": cli_page, "rules.md": rules_page, "columns.md": columns_page}


def drift() -> list[str]:
    """Names of the documents that differ from what the program says now."""
    return [name for name, page in PAGES.items() if not _same(FOLDER / name, page())]


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def main(arguments: list[str]) -> int:
    """Write all pages, or with ``--check`` only compare; 1 when something has drifted."""
    drifted = drift()
    if "--check" in arguments:
        for name in drifted:
            sys.stderr.write(f"docs/{name} differs from the program: run make docs\n")
        return 1 if drifted else 0
    for name in drifted:
        (FOLDER / name).write_text(PAGES[name](), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
