"""What goes back to one institution names no other one.

Rules name the row that another is compared with by its file; files are called after those who sent them.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from msgspec.structs import replace

from skillcli.reports.facts import RunFacts

OTHERS = "其他单位报送的花名册"
_PAST = re.compile(r"(批次 [^\s（，]+)(?:（.*?第 [0-9]+ 行）|，.*? 第 [0-9]+ 行)")


def discreet(facts: RunFacts, path: str) -> RunFacts:
    """The run with every sentence freed of the files of institutions that do not stand in file ``path``, and
    of the files of earlier batches; a batch keeps its number."""
    frame, sheets = facts.roster.frame, facts.roster.sheets
    named = frame[["source", "institution"]].dropna().drop_duplicates()
    makers: dict[int, set[str]] = {}
    for at, name in zip(named["source"].tolist(), named["institution"].tolist(), strict=True):
        makers.setdefault(at, set()).add(name)
    mine: set[str] = set()
    for at, sheet in enumerate(sheets):
        if sheet.path == path:
            mine |= makers.get(at, set())
    foreign = [
        re.escape(" ".join(part for part in (PurePath(sheet.path).name, sheet.sheet) if part))
        for at, sheet in enumerate(sheets)
        if sheet.path != path and not makers.get(at, set()) & mine
    ]
    findings = facts.decision.findings
    said = {column: findings[column].str.replace(_PAST, r"\1", regex=True) for column in ("message", "found")}
    if foreign:
        row = f"(?:{'|'.join(sorted(foreign, key=len, reverse=True))}) 第 [0-9]+ 行"
        said = {column: texts.str.replace(row, OTHERS, regex=True) for column, texts in said.items()}
    return replace(facts, decision=replace(facts.decision, findings=findings.assign(**said)))
