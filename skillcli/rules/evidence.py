"""From a rule's evidence to findings: their columns, the lines they reach, and all of them together.

Most columns of a rule's findings hold one text for every row. They stay that one text until all findings
are put together, and lines are found by position, so that a rule with nothing to say costs next to
nothing and one with 200,000 findings little.
"""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from skillcli.core.letters import text_array
from skillcli.rules.rule import Aim
from skillcli.schema.decision import FINDING_DTYPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from skillcli.rules.case import Case
    from skillcli.rules.rule import Rule

TEXTS = ("code", "severity", "key", "line", "found", "message", "clause")
_STR = pd.StringDtype(na_value=np.nan)
_TEXT = pa.large_string()


class Findings(Struct, frozen=True):
    """Findings of one rule: the rid of each, and for every text column one text for all or an Arrow
    array of them."""

    rid: NDArray[np.int64]
    texts: dict[str, Any]

    def __len__(self) -> int:
        return len(self.rid)

    def each(self, name: str, meaning: dict[str, int], default: int) -> NDArray[np.int64]:
        """A number for each finding, by its text in this column."""
        texts = self.texts[name]
        if isinstance(texts, str):
            return np.full(len(self), meaning.get(texts, default), dtype=np.int64)
        coded = texts.dictionary_encode()
        numbers = [meaning.get(text, default) for text in coded.dictionary.to_pylist()]
        found: NDArray[np.int64] = np.array(numbers, dtype=np.int64)[coded.indices.to_numpy()]
        return found


def find(rule: Rule, case: Case) -> Findings | None:
    """What a rule has to say about the case as it stands; None when nothing."""
    severity = case.policy.severity(rule.code, rule.severity.value)
    if severity == "none":
        return None
    evidence = rule.flag(case)
    if not len(evidence):  # ``empty`` would also be true of rows without evidence columns
        return None
    texts: dict[str, Any] = {"code": rule.code, "key": rule.column, "severity": severity, "line": ""}
    texts |= {name: text_array(evidence[name].array) for name in ("key", "severity", "line") if name in evidence}
    found = Findings(evidence.index.to_numpy(dtype=np.int64), texts)
    texts["found"] = text_array(evidence["found"]) if "found" in evidence else _shown(case, found)
    texts["clause"] = _clauses(rule, case, evidence, found)
    texts["message"] = _messages(rule, evidence)
    return found


def _shown(case: Case, found: Findings) -> Any:
    """What stands in each finding's accused cell, as a clerk may see it; "" where it accuses none."""
    keys = found.texts["key"]
    if isinstance(keys, str):
        return case.shown_texts(pd.Index(found.rid), keys) if keys else ""
    shown = np.full(len(found), "", dtype=object)
    accused = keys.to_numpy(zero_copy_only=False)
    for key in set(accused) - {""}:
        where = accused == key
        shown[where] = case.shown(pd.Index(found.rid[where]), key).to_numpy(dtype=object)
    return pa.array(shown, _TEXT)


def _clauses(rule: Rule, case: Case, evidence: pd.DataFrame, found: Findings) -> Any:
    """The rule's clause, else that of the line it names; what the evidence gives comes before both."""
    usual = case.policy.clause(rule.code, rule.basis)
    clause: Any = usual
    if not case.policy.clause(rule.code) and not isinstance(found.texts["line"], str):
        of_line = {line.id: line.clause for line in case.policy.lines}
        lines = found.texts["line"].dictionary_encode()
        clauses = pa.array([of_line.get(line, usual) for line in lines.dictionary.to_pylist()], _TEXT)
        clause = clauses.take(lines.indices)
    if "clause" not in evidence:
        return clause
    given = text_array(evidence["clause"])
    return given.fill_null(clause) if isinstance(clause, str) else pc.coalesce(given, clause)


def _messages(rule: Rule, evidence: pd.DataFrame) -> Any:
    """The rule's sentence for each row, put together column by column."""
    parts: list[Any] = []
    for words, name, _, _ in Formatter().parse(rule.message):
        parts.append(pa.scalar(words, _TEXT))
        if name:
            parts.append(_written(evidence[name]))
    if len(parts) == 1:
        return parts[0].as_py()
    return pc.binary_join_element_wise(*parts, pa.scalar("", _TEXT))


def _written(values: pd.Series) -> Any:
    """Evidence as it stands in a message, as an Arrow array; missing is ""."""
    if values.dtype == "str":
        return text_array(values.array).fill_null("")
    if values.dtype.kind == "i":
        return pa.array(values, from_pandas=True).cast(_TEXT).fill_null("")
    texts = ["" if missing else str(value) for value, missing in zip(values, values.isna(), strict=True)]
    return pa.array(texts, _TEXT)


class Reach:
    """The candidate lines of a run, and which of them a finding touches.

    ``lines``: ordered by training, with ``rid``, ``line``, ``passing``, ``certified`` and ``payee_kind``.
    """

    def __init__(self, lines: pd.DataFrame) -> None:
        self.rid = lines["rid"].to_numpy(dtype=np.int64)
        codes, names = pd.factorize(lines["line"])
        self.line, self.numbers = codes, {str(name): number for number, name in enumerate(names)}
        self.aims: dict[Aim, NDArray[np.bool_]] = {
            Aim.PASSING: lines["passing"].to_numpy(dtype=bool),
            Aim.CERTIFICATE: lines["certified"].to_numpy(dtype=bool),
            Aim.PERSONAL: lines["payee_kind"].eq("个人").to_numpy(dtype=bool, na_value=False),
        }

    def touched(self, aim: Aim, found: Findings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Positions of lines, and for each the position of the finding that touches it: those it
        names, or all of the training's that the rule aims at."""
        first = np.searchsorted(self.rid, found.rid, "left")
        count = np.searchsorted(self.rid, found.rid, "right") - first
        who = np.repeat(np.arange(len(found)), count)
        lines = np.arange(len(who)) + np.repeat(first - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
        general, unknown = -1, -2
        named = found.each("line", {"": general, **self.numbers}, unknown)[who]
        meant = self.aims[aim][lines] if aim in self.aims else np.ones(len(lines), dtype=bool)
        hit = np.where(named == general, meant, named == self.line[lines])
        return lines[hit], who[hit]


def codes(aimed: list[tuple[str, NDArray[np.int64]]], lines: pd.Index) -> pd.Series:
    """Codes of the findings on each line, sorted, joined by a blank; ``aimed``: code and positions of lines."""
    sets = np.zeros(len(lines), dtype=np.int64)
    texts: list[str] = [""]
    known = {"": 0}
    # in the order of codes, so that a line's text only ever grows at its end
    for code in sorted({code for code, _ in aimed}):
        hit = np.zeros(len(lines), dtype=bool)
        for _, where in (pair for pair in aimed if pair[0] == code):
            hit[where] = True
        grown = np.arange(len(texts))
        for old in np.unique(sets[hit]):
            text = f"{texts[old]} {code}".lstrip()
            grown[old] = known.setdefault(text, len(texts))
            if grown[old] == len(texts):
                texts.append(text)
        sets[hit] = grown[sets[hit]]
    return _series(pa.array(texts, _TEXT).take(pa.array(sets)), lines)


def together(findings: list[Findings]) -> pd.DataFrame:
    """All findings (``schema.decision.FINDING_DTYPES``), each once, by training, code, line, message."""
    if not findings:
        return pd.DataFrame({key: pd.Series(dtype=dtype) for key, dtype in FINDING_DTYPES.items()})
    rid = np.concatenate([found.rid for found in findings])
    columns = {name: _Column([(found.texts[name], len(found)) for found in findings]) for name in TEXTS}
    line, code = columns["line"].rank(), columns["code"].rank()
    # one number for all three: findings of a rule mostly come in order, of which a stable sort makes use
    order = np.argsort((rid * (code.max() + 1) + code) * (line.max() + 1) + line, kind="stable")
    tied = _tied(rid[order], code[order], line[order])
    if tied.any():
        order = _settled(order, tied, rid, columns)
    ordered = {name: _series(column.take(order), None) for name, column in columns.items()}
    made = {"rid": rid[order], **ordered}
    return pd.DataFrame({name: made[name] for name in FINDING_DTYPES}, copy=False)


class _Column:
    """A text column of all findings: a pool of texts, and where each finding's text stands in it. What is one text for
    all findings of a rule stands there once."""

    def __init__(self, parts: list[tuple[Any, int]]) -> None:
        pool, places, size = [], [], 0
        for texts, count in parts:
            if isinstance(texts, str):
                pool.append(pa.array([texts], _TEXT))
                places.append(np.full(count, size))
            else:
                pool.append(texts)
                places.append(np.arange(size, size + count))
            size += len(pool[-1])
        self.pool, self.place = pa.concat_arrays(pool), np.concatenate(places)

    def take(self, rows: NDArray[np.int64]) -> Any:
        """The texts of some findings, as an Arrow array."""
        return self.pool.take(pa.array(self.place[rows]))

    def rank(self) -> NDArray[np.int64]:
        """The place of each finding's text among the distinct ones in character order."""
        ranks: NDArray[np.int64] = _rank(self.pool)[self.place]
        return ranks


def _tied(*keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows have the same keys as the row before or after."""
    same = np.logical_and.reduce([key[1:] == key[:-1] for key in keys])
    tied: NDArray[np.bool_] = np.append(same, False) | np.append(False, same)
    return tied


def _settled(
    order: NDArray[np.int64], tied: NDArray[np.bool_], rid: NDArray[np.int64], columns: dict[str, _Column]
) -> NDArray[np.int64]:
    """The order with findings of one training, code and line (few) by message, equal ones once."""
    rows = order[tied]
    frame = pd.DataFrame({name: _series(column.take(rows), None) for name, column in columns.items()})
    frame = frame.assign(rid=rid[rows], row=rows).sort_values(["rid", "code", "line", "message"], kind="stable")
    again = frame.duplicated([*TEXTS, "rid"]).to_numpy()
    settled: NDArray[np.int64] = order.copy()
    settled[tied] = np.where(again, -1, frame["row"].to_numpy())
    return settled[settled >= 0]


def _rank(texts: Any) -> NDArray[np.int64]:
    """The place of each text among the distinct ones in character order."""
    coded = texts.dictionary_encode()
    rank = np.empty(len(coded.dictionary), dtype=np.int64)
    rank[np.argsort(coded.dictionary.to_numpy(zero_copy_only=False))] = np.arange(len(rank))
    found: NDArray[np.int64] = rank[coded.indices.to_numpy()]
    return found


def _series(array: Any, index: pd.Index | None) -> pd.Series:
    """An Arrow array of texts as a Series of dtype str."""
    chunked = pa.chunked_array([array])
    series: pd.Series = chunked.to_pandas(types_mapper={_TEXT: _STR}.get)
    return series if index is None else series.set_axis(index)
