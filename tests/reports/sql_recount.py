"""A report's figures counted by DuckDB from what auditors are given of the ledger, sharing no code with the program.

Written from the product page and the report's own 说明. The two identities of a training are the only columns not among
the auditors' tables; they are read beside them.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from reports.recount import ELSEWHERE, INSIDE, OUTSIDE
from skillcli.ledger.extract import extract
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_policy

NONE = "未填"
_PREPARE = """
CREATE TABLE standing AS SELECT *, last_day(strptime(month || '-01', '%Y-%m-%d')::DATE) AS ends FROM batch
    WHERE policy = '{city}' AND batch_id NOT IN (SELECT batch_id FROM batch_event WHERE status = 'void');
CREATE TABLE rec AS SELECT t.*, b.ends, b.kind, k.certificate_claim, k.class_hash, t.tid AS label
    FROM training t JOIN standing b USING (batch_id) JOIN keys k USING (tid);
"""
_JOIN = """
UPDATE rec SET label = least(rec.label, m.least) FROM (SELECT {key} AS key, min(label) AS least FROM rec
    WHERE {key} <> 0 GROUP BY 1) m WHERE rec.{key} = m.key AND rec.{key} <> 0;
"""
_COUNT = """
CREATE TABLE arrived AS SELECT line_no, max(day)::DATE AS day FROM payout p WHERE result = 'paid' AND NOT EXISTS
    (SELECT 1 FROM payout f WHERE f.line_no = p.line_no AND f.batch_id = p.batch_id AND f.result = 'failed') GROUP BY 1;
CREATE TABLE every AS SELECT l.*, r.label, r.loser, r.ends,
    CASE WHEN verdict_of IN ('拟补贴', '特殊审批') THEN CASE WHEN back THEN '追回' ELSE '补贴' END ELSE verdict_of END AS outcome
    FROM (SELECT *, verdict AS verdict_of, line_no IN (SELECT line_no FROM reversal) AS back FROM line) l
    JOIN (SELECT tid, label, loser, ends FROM rec) r USING (tid);
CREATE TABLE whole AS SELECT label, max(tid) AS tid FROM rec WHERE loser = 0 AND kind <> 'pending' GROUP BY 1;
CREATE TABLE newest AS SELECT label, line, max(tid) AS tid FROM every WHERE loser = 0 GROUP BY 1, 2;
CREATE TABLE l0 AS SELECT e.*, CASE WHEN e.outcome = '补贴' THEN a.day END AS paid_on,
    CASE WHEN e.amount_fen <> 0 THEN e.amount_fen ELSE coalesce(e.proposed_fen, 0) END AS stake,
    CASE WHEN coalesce(e.fund, '') = '' THEN '资金渠道待明确' ELSE e.fund END AS channel
    FROM every e LEFT JOIN whole w USING (label) LEFT JOIN newest n ON n.label = e.label AND n.line = e.line
    LEFT JOIN arrived a ON a.line_no = e.line_no
    WHERE e.outcome IN ('补贴', '追回') OR contains(coalesce(e.codes, ''), 'D01')
       OR (e.tid >= coalesce(w.tid, -1) AND e.tid >= coalesce(n.tid, -1));
CREATE TABLE paying AS SELECT DISTINCT tid, label FROM l0 WHERE outcome = '补贴';
CREATE TABLE p AS SELECT r.*, coalesce(r.issued_on, r."end", r.ends)::DATE AS onday,
    coalesce(r.who, -r.label) AS person, r.result = '合格' IS TRUE AS passed,
    (r.result = '合格' IS TRUE) AND r.issued_on IS NOT NULL AS certified,
    EXISTS (SELECT 1 FROM paying y WHERE y.label = r.label) AS subsidised,
    r.training_kind = '以工代训' IS TRUE AS ojt,
    EXISTS (SELECT 1 FROM l0 WHERE l0.label = r.label AND outcome = '补贴' AND line IN ({grouped})) AND
        NOT (r.training_kind = '以工代训' IS TRUE) AS target,
    CASE WHEN r.town IS NULL THEN '未填' ELSE (SELECT place FROM places WHERE places.town = r.town) END AS place,
    coalesce(nullif(regexp_replace(nfc_normalize(r.institution), '\\s', '', 'g'), ''), r.employer, '未填') AS body,
    {plain}
    FROM rec r WHERE r.tid = (SELECT arg_max(s.tid, [(s.tid IN (SELECT tid FROM paying))::INT, (s.loser = 0)::INT,
        s.seq, s.tid]) FROM rec s WHERE s.label = r.label);
CREATE TABLE l AS SELECT l0.*, p.person, p.place, p.body, {names}, p.categories AS lists FROM l0 JOIN p USING (label);
"""
_PLAIN = ("department", "training_kind", "level", "certificate_kind", "programme")


class SqlRecount:
    """The figures of a period: people by 发证日期, money by the batch's month."""

    def __init__(self, path: Path, city: str, first: date, last: date) -> None:
        self.city, self.policy = city, load_policy(city)
        self.base = duckdb.connect()
        with Ledger.open(path) as ledger:
            tables = extract(ledger).tables
        for name in ("batch", "batch_event", "training", "line", "reversal", "payout", "finding"):
            self._take(name, tables[name])
        with sqlite3.connect(path) as raw:
            self._take("keys", pd.read_sql("SELECT tid, certificate_claim, class_hash FROM training", raw))
        towns = dict.fromkeys(OUTSIDE[city], ELSEWHERE[city]) | INSIDE[city]
        self._take("places", pd.DataFrame({"town": list(towns), "place": list(towns.values())}))
        self._take("implied", pd.DataFrame(self._implied(), columns=["name", "more"]))
        self.base.execute(_PREPARE.format(city=city))
        self._join()
        grouped = ", ".join(f"'{line.id}'" for line in self.policy.lines if line.group)
        plain = ", ".join(f"coalesce(nullif(r.{key}, ''), '{NONE}') AS {key}_n" for key in _PLAIN)
        names = ", ".join(f"p.{key}_n" for key in _PLAIN)
        self.base.execute(_COUNT.format(grouped=grouped, plain=plain, names=names))
        self.span(first, last)

    def _take(self, name: str, frame: pd.DataFrame) -> None:
        texts = {key: "object" for key in frame if str(frame[key].dtype) in ("str", "category")}
        self.base.register(f"{name}_frame", frame.astype(texts))
        self.base.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_frame")

    def _implied(self) -> list[tuple[str, str]]:
        """Each category with itself and all that follow from it."""
        found = []
        for name in {*self.policy.implies, *(more for each in self.policy.implies.values() for more in each)}:
            todo, seen = [name], {name}
            while todo:
                for more in self.policy.implies.get(todo.pop(), []):
                    if more not in seen:
                        seen.add(more)
                        todo.append(more)
            found += [(name, more) for more in seen]
        return found

    def _join(self) -> None:
        """Two records with one certificate or one class are one training, and so on down the line."""
        before = -1
        while True:
            for key in ("certificate_claim", "class_hash"):
                self.base.execute(_JOIN.format(key=key))
            (now,) = self.base.execute("SELECT sum(label) FROM rec").fetchone() or (0,)
            if now == before:
                return
            before = now

    def span(self, first: date, last: date) -> None:
        """The period that the following figures are of."""
        self.days = f"BETWEEN DATE '{first}' AND DATE '{last}'"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, whole numbers as such; ``{days}`` stands for the period."""
        found = self.base.execute(query.replace("{days}", self.days)).fetchall()
        return [
            tuple(int(cell) if not isinstance(cell, str) and cell is not None else cell for cell in row)
            for row in found
        ]

    def by(self, label: str, people: str = "p", lines: str = "l") -> dict[str, tuple[int, ...]]:
        """The eight measures of each value of a column: 申报, 合格, 取证, 补贴人次, 人数, 条数, 金额, 已支付."""
        found = self.rows(
            f"SELECT coalesce(a.k, b.k), coalesce(n, 0), coalesce(ok, 0), coalesce(cert, 0), coalesce(own, 0), "
            f"coalesce(who, 0), coalesce(c, 0), coalesce(fen, 0), coalesce(paid, 0) FROM (SELECT {label} AS k, count(*) AS n, "
            "sum(passed::INT) AS ok, sum(certified::INT) AS cert, sum(subsidised::INT) AS own, "
            f"count(DISTINCT person) FILTER (subsidised) AS who FROM {people} WHERE onday {{days}} GROUP BY 1) a FULL JOIN "
            f"(SELECT {label} AS k, count(*) AS c, sum(amount_fen) AS fen, "
            f"sum(CASE WHEN paid_on IS NULL THEN 0 ELSE amount_fen END) AS paid FROM {lines} "
            "WHERE outcome = '补贴' AND ends {days} GROUP BY 1) b ON a.k = b.k"
        )
        return {str(row[0]): row[1:] for row in found}

    def measures(self) -> tuple[int, ...]:
        """The eight measures of the whole."""
        return next(iter(self.by("'all'").values()), (0,) * 8)

    def by_category(self) -> dict[str, tuple[int, ...]]:
        """Of each category of persons, the implied ones too; a person with several is in several."""
        for table, lists in (("p", "categories"), ("l", "lists")):
            self.base.execute(
                f"CREATE OR REPLACE TEMP TABLE {table}_c AS SELECT DISTINCT e.* EXCLUDE (one), coalesce(i.more, e.one) AS word "
                f"FROM (SELECT {table}.*, unnest(string_split(coalesce(nullif({lists}, ''), '{NONE}'), '、')) AS one "
                f"FROM {table}) e LEFT JOIN implied i ON i.name = e.one"
            )
        return self.by("word", "p_c", "l_c")

    def refused(self, columns: str) -> list[tuple[Any, ...]]:
        """Refused lines of the period by ``columns``, each under its first code: lines, trainings, persons, stake."""
        return self.rows(
            f"SELECT {columns}, count(*), count(DISTINCT label), count(DISTINCT person), sum(stake) FROM (SELECT l.*, "
            "(SELECT min(f.code) FROM finding f WHERE f.tid = l.tid AND f.severity = 'error' AND (coalesce(f.line, '') = '' "
            "OR f.line = l.line) AND list_contains(string_split(l.codes, ' '), f.code)) AS code FROM l "
            "WHERE outcome = '不予补贴' AND ends {days}) GROUP BY ALL"
        )
