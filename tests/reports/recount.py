"""The figures of a report, counted once more: plain SQL and plain Python, one row at a time, sharing nothing with the program.

Written from the product page and the report's own sheet 说明. ``Recount(path, ...)`` reads the SQLite file itself.
"""

from __future__ import annotations

import sqlite3
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]
EPOCH = date(1970, 1, 1)
WORDS = [
    "institution_n",
    "employer_n",
    "institution",
    "employer",
    "town",
    "department",
    "categories",
    "training_kind",
    "level",
    "certificate_kind",
    "result",
    "line",
    "verdict",
    "payee_kind",
    "payee",
    "fund",
    "codes",
    "group",
    "code",
    "severity",
    "programme",
    "occupation_n",
]
PAYABLE = ("拟补贴", "特殊审批")
INSIDE = {
    "linkou-2019": {"林口镇": "林口镇", "黑龙江省牡丹江市林口县林口镇": "林口镇", "古城镇": "古城镇"},
    "taiyuan-2019": {
        "迎泽区": "迎泽区",
        "太原市迎泽区": "迎泽区",
        "阳曲县": "阳曲县",
        "林口镇": "林口镇",
        "古城镇": "古城镇",
    },
}
OUTSIDE = {
    "linkou-2019": ("宁安市", "迎泽区", "阳曲县", "太原市迎泽区", "榆次区"),
    "taiyuan-2019": ("宁安市", "榆次区", "黑龙江省牡丹江市林口县林口镇"),
}
ELSEWHERE = {"linkou-2019": "县外", "taiyuan-2019": "市外"}


@dataclass
class Training:
    """A training however often it was judged."""

    records: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)

    @property
    def standing(self) -> list[Row]:
        return [line for line in self.lines if line["outcome"] == "补贴"]

    @property
    def speaks(self) -> Row:
        """The record that speaks for it."""
        standing = {line["tid"] for line in self.standing}
        return max(self.records, key=lambda r: (r["tid"] in standing, not r["loser"], r["seq"], r["tid"]))

    @property
    def who(self) -> Any:
        return self.speaks["person"] or ("nobody", id(self))


class Recount:
    """A ledger's figures for a period. ``clock``: "", training, certificate, payment, booked."""

    def __init__(self, path: Path, city: str, first: date, last: date, clock: str = "") -> None:
        self.city, self.first, self.last, self.clock = city, first, last, clock
        self.connection = sqlite3.connect(path)
        self.connection.row_factory = sqlite3.Row
        self.words = dict(map(tuple, self.connection.execute('SELECT "id", "text" FROM "word"')))
        void = {row[0] for row in self.connection.execute("SELECT batch FROM batch_event WHERE status = 'void'")}
        self.batches = {
            row["seq"]: dict(row)
            for row in self.connection.execute("SELECT * FROM batch")
            if row["seq"] not in void and row["policy"] == city
        }
        self.paid = self._paid()
        self.reversed = {row[0] for row in self.connection.execute("SELECT line FROM reversal")}
        self.trainings = self._trainings()
        self.all_lines = [line for training in self.trainings for line in training.lines]

    def _rows(self, table: str) -> list[Row]:
        rows = []
        for row in self.connection.execute(f'SELECT * FROM "{table}"'):
            if row["seq"] in self.batches:
                plain = dict(row)
                for key in WORDS:
                    if key in plain:
                        plain[key] = self.words.get(plain[key])
                rows.append(plain)
        return rows

    def _paid(self) -> dict[int, date]:
        last: dict[tuple[int, int], tuple[str, int]] = {}
        for row in self.connection.execute("SELECT line, batch, result, day FROM payout ORDER BY id"):
            last[row["line"], row["batch"]] = (row["result"], row["day"])
        return {line: EPOCH + timedelta(day) for (line, _), (result, day) in last.items() if result == "paid"}

    def _trainings(self) -> list[Training]:
        records = self._rows("training")
        by_key: dict[Any, list[int]] = defaultdict(list)
        for at, record in enumerate(records):
            for name in ("certificate_claim", "class_hash"):
                if record[name]:
                    by_key[name, record[name]].append(at)
        seen: set[int] = set()
        found: list[Training] = []
        of_tid: dict[int, Training] = {}
        for start in range(len(records)):
            if start in seen:
                continue
            training, todo = Training(), [start]
            while todo:
                at = todo.pop()
                if at in seen:
                    continue
                seen.add(at)
                record = records[at]
                training.records.append(record)
                of_tid[record["tid"]] = training
                for name in ("certificate_claim", "class_hash"):
                    if record[name]:
                        todo += by_key[name, record[name]]
            found.append(training)
        for line in self._rows("line"):
            back = line["id"] in self.reversed
            payable = line["verdict"] in PAYABLE
            line["outcome"] = ("追回" if back else "补贴") if payable else line["verdict"]
            line["paid_on"] = self.paid.get(line["id"]) if line["outcome"] == "补贴" else None
            of_tid[line["tid"]].lines.append(line)
        for training in found:
            training.lines = [line for line in training.lines if self._counts(training, line)]
            for line in training.lines:
                line["training"] = training
        return found

    def _counts(self, training: Training, line: Row) -> bool:
        if line["outcome"] in ("补贴", "追回") or "D01" in (line["codes"] or ""):
            return True
        later = [r for r in training.records if not r["loser"]]
        whole = [r["tid"] for r in later if self.batches[r["seq"]]["kind"] != "pending"]
        same = [each["tid"] for each in training.lines if each["line"] == line["line"]]
        valid = {r["tid"] for r in later}
        return line["tid"] >= max(whole, default=-1) and line["tid"] >= max((t for t in same if t in valid), default=-1)

    # Days

    def _month_end(self, seq: int) -> date:
        year, month = map(int, self.batches[seq]["month"].split("-"))
        return date(year, month, monthrange(year, month)[1])

    def people_day(self, training: Training) -> date | None:
        record = training.speaks
        days = {
            name: None if record[name] is None else EPOCH + timedelta(record[name]) for name in ("issued_on", "end")
        }
        if self.clock == "payment":
            return min((line["paid_on"] for line in training.standing if line["paid_on"]), default=None)
        if self.clock == "booked":
            return min(
                (self._month_end(line["seq"]) for line in training.standing), default=self._month_end(record["seq"])
            )
        order = ("end", "issued_on") if self.clock == "training" else ("issued_on", "end")
        return days[order[0]] or days[order[1]] or self._month_end(record["seq"])

    def money_day(self, line: Row) -> date | None:
        if self.clock == "payment":
            return line["paid_on"]
        if self.clock in ("", "booked"):
            return self._month_end(line["seq"])
        return self.people_day(line["training"])

    def _inside(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    @property
    def people(self) -> list[Training]:
        return [training for training in self.trainings if self._inside(self.people_day(training))]

    @property
    def lines(self) -> list[Row]:
        return [line for line in self.all_lines if self._inside(self.money_day(line))]

    # Labels

    def place(self, training: Training) -> str:
        town = training.speaks["town"]
        if town is None:
            return "未填"
        return ELSEWHERE[self.city] if town in OUTSIDE[self.city] else INSIDE[self.city][town]

    def institution(self, training: Training) -> str:
        """The normalised name; what is printed is as somebody wrote it."""
        record = training.speaks
        return record["institution_n"] or record["employer_n"] or "未填"

    @staticmethod
    def plain(key: str) -> Callable[[Training], str]:
        return lambda training: training.speaks[key] or "未填"

    # Figures

    def measures(self, people: Iterable[Training], lines: Iterable[Row]) -> tuple[int, ...]:
        people = list(people)
        paid = [line for line in lines if line["outcome"] == "补贴"]
        own = [training for training in people if training.standing]
        passed = [training for training in people if training.speaks["result"] == "合格"]
        return (
            len(people),
            len(passed),
            sum(training.speaks["issued_on"] is not None for training in passed),
            len(own),
            len({training.who for training in own}),
            len(paid),
            sum(line["amount_fen"] for line in paid),
            sum(line["amount_fen"] for line in paid if line["paid_on"]),
        )

    def by(self, label: Callable[[Training], str]) -> dict[str, tuple[int, ...]]:
        names = {label(t) for t in self.people} | {label(x["training"]) for x in self.lines if x["outcome"] == "补贴"}
        return {
            name: self.measures(
                [t for t in self.people if label(t) == name], [x for x in self.lines if label(x["training"]) == name]
            )
            for name in names
        }

    def by_category(self, implies: dict[str, list[str]]) -> dict[str, tuple[int, ...]]:
        def of(training: Training) -> set[str]:
            found: set[str] = set()
            todo = (training.speaks["categories"] or "未填").split("、")
            while todo:
                name = todo.pop()
                if name not in found:
                    found.add(name)
                    todo += implies.get(name, [])
            return found

        people, lines = self.people, self.lines
        names = {name for t in people for name in of(t)} | {
            name for x in lines if x["outcome"] == "补贴" for name in of(x["training"])
        }
        return {
            name: self.measures([t for t in people if name in of(t)], [x for x in lines if name in of(x["training"])])
            for name in names
        }

    def refusals(self) -> Counter[str]:
        """First code of each refused line."""
        errors: dict[int, list[Row]] = defaultdict(list)
        for finding in self._rows("finding"):
            if finding["severity"] == "error":
                errors[finding["tid"]].append(finding)
        found: Counter[str] = Counter()
        for line in self.lines:
            if line["outcome"] == "不予补贴":
                codes = {f["code"] for f in errors[line["tid"]] if not f["line"] or f["line"] == line["line"]} & set(
                    line["codes"].split()
                )
                found[min(codes)] += 1
        return found

    def target(self, first: date, last: date) -> int:
        return sum(
            first <= (self.people_day(t) or date.min) <= last
            and t.speaks["training_kind"] != "以工代训"
            and any(line["group"] for line in t.standing)
            for t in self.trainings
        )
