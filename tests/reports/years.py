"""Two years of an office: a batch a month, trainings sent again, money paid, returned, paid again and taken back across period ends,
void batches, advances, follow-ups of employment, readings decided late, grants, registers that are corrected."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from jobs.two_batches import write_sheet
from money.build import DAY, approve, hear
from oracle import bridge
from oracle.facts import Row
from oracle.generate import scenario
from reports.ledgers import ANSWERS, DEPARTMENTS, PROGRAMMES, TOWNS, again, book
from reports.registers import registers
from rules.build import table_of
from skillcli.core.errors import ClerkError
from skillcli.core.identity import Fault, examine
from skillcli.jobs.grants import pay_grants
from skillcli.jobs.pay import write_again
from skillcli.jobs.pending import pay_pending
from skillcli.jobs.placement import place
from skillcli.jobs.repay import repay
from skillcli.jobs.setup import init
from skillcli.jobs.workspace import Workspace, open_workspace
from skillcli.ledger.advances import NewAdvance
from skillcli.ledger.batch import BatchHead
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_policy
from skillcli.policy.model import Ruling
from skillcli.schema.grants import GRANTS
from skillcli.schema.inputs import REFERENCE
from skillcli.schema.placement import PLACEMENT
from skillcli.schema.recovery import REASON_KINDS
from skillcli.schema.registers import CLASSES, FUNDS, OBJECTIONS, TASKS

FIGURES = '\n[figures]\nemployed = 52000\nskilled = { value = 11700, source = "统计公报" }\nhigh_skilled = 3000\n'


@dataclass(frozen=True)
class Plan:
    """``months`` with a batch; places among them: ``void``, whose batch is voided (its rows come again with the next but one), and
    ``decided``, from which on the office's readings are."""

    months: tuple[str, ...]
    void: tuple[int, ...]
    decided: int


WHOLE = Plan(tuple(f"{year}-{month:02d}" for year in (2020, 2021) for month in range(1, 13)), (5, 14), 12)
SHORT = Plan(("2020-03", "2020-11", "2021-01", "2021-02"), (1,), 2)


class Years:
    """An office that lived through ``count`` trainings in 2020 and 2021. The bank's word on a batch comes with the next, what is
    taken back too."""

    def __init__(self, folder: Path, city: str, count: int, plan: Plan = WHOLE, seed: int = 47) -> None:
        self.folder, self.city, self.rng, self.plan = folder, city, Random(seed), plan
        init(folder / "office", city, agency="某某人社局")
        settings = folder / "office" / "skillcli.toml"
        settings.write_text(settings.read_text(encoding="utf-8") + FIGURES, encoding="utf-8")
        self.workspace: Workspace = open_workspace(folder / "office")
        case = scenario(seed, city, count)
        for at, row in enumerate(case.rows):
            row["town"], row["department"] = self.rng.choice(TOWNS), self.rng.choice(DEPARTMENTS)
            row["programme"] = PROGRAMMES[at % len(PROGRAMMES)]
        self.rows = sorted(case.rows, key=lambda row: (row["end"] or row["start"] or date(2021, 6, 30), row["rid"]))
        self.shop = bridge.catalogue(case.catalogue)
        self.months, self.void = plan.months, plan.void
        self.booked: list[tuple[BatchHead, list[Row]]] = []
        with Ledger.open(self.workspace.ledger) as ledger:
            self._filed(ledger)
        for number in range(len(self.months)):
            self._month(number)

    @property
    def answers(self) -> dict[str, Any]:
        """The office's readings; some lines get a fund, others none."""
        fund, other = load_policy(self.city).funds[1], load_policy(self.city).funds[0]
        named = {"fund.living": other, "fund.free": fund, "fund.general": fund}
        keys = {each.key for each in load_policy(self.city).readings}
        return ANSWERS[self.city] | {key: value for key, value in named.items() if key in keys}

    def at(self, number: int, day: int = 15) -> str:
        return f"{self.months[number]}-{day:02d}T08:00:00+00:00"

    def day(self, number: int) -> date:
        year, month = map(int, self.months[number].split("-"))
        return date(year, month, self.rng.randrange(1, monthrange(year, month)[1] + 1))

    # What is imported

    def _filed(self, ledger: Ledger) -> None:
        names = Counter(row["institution"] for row in self.rows if row["institution"])
        self.registers = registers(self.city, [name for name, _ in names.most_common(6)], (2020, 2021))
        who: dict[str, Any] = {"at": self.at(0, 1), "person": "某某", "path": "登记.xlsx", "sha256": "0" * 64}
        ledger.import_catalogue(self.shop, **who)
        for register, entries in self.registers.items():
            ledger.import_sheets({register.table.title: (register.table, table_of(register.table, entries))}, **who)
        people = [{"name": row["name"], "id_number": row["id_number"]} for row in self.rows[::3] if row["id_number"]]
        people += [{"name": "外来人", "id_number": f"99000019800101{at:03d}X"} for at in range(5)]
        roll = table_of(REFERENCE, [{"list_name": "实名制", **each} for each in people])
        ledger.import_sheet(REFERENCE, roll, **who)

    def _corrected(self, ledger: Ledger, number: int) -> None:
        """Later imports of registers: a class planned larger, a task changed, an entry of money withdrawn, objections ended."""
        own = self.registers
        changes = {
            CLASSES: [own[CLASSES][3] | {"planned": 99}, own[CLASSES][4] | {"withdrawn": True}],
            TASKS: [own[TASKS][0] | {"goal": 321}, {"year": 2021, "unit": "林口镇", "goal": 15, "document": "2号"}],
            FUNDS: [own[FUNDS][1] | {"withdrawn": True}, own[FUNDS][5] | {"amount_fen": 77}],
            OBJECTIONS: [each | {"outcome": "成立"} for each in own[OBJECTIONS] if each["outcome"] is None][:3],
        }
        for register, entries in changes.items():
            frame = table_of(register.table, entries)
            ledger.import_sheet(
                register.table, frame, at=self.at(number), person="某某", path="更正.xlsx", sha256="1" * 64
            )

    # The months

    def _month(self, number: int) -> None:
        size = -(-len(self.rows) // len(self.months))
        own = self.rows[number * size : (number + 1) * size]
        readings = self.answers if number >= self.plan.decided else {}
        first = number == self.plan.decided
        with Ledger.open(self.workspace.ledger) as ledger:
            self._advance(ledger, own, number)
            if number:
                own = own + again(self.rng, self.booked[-1][1])[: size // 10]
            if number > 1 and number - 2 in self.void:
                own = own + self.booked[number - 2][1][: size // 2]
            if first:
                self._decide(ledger, number)
                self._corrected(ledger, number)
            head = book(ledger, self.city, self.shop, own, self.months[number], number, readings)
            self.booked.append((head, own))
            if number:
                self._heard(ledger, number)
        if number == len(self.months) - 1 or self.plan is WHOLE:
            write_again(self.workspace, head.id)
        if number > 1 and number - 2 not in self.void:
            self._again(number)
        if number % 4 == 2:
            self._followed(number)
        if first:
            self._pending(number)
        if self.city == "taiyuan-2019" and number % 4 == 3:
            self._grants(number)

    def _decide(self, ledger: Ledger, number: int) -> None:
        policy = bridge.policy(self.city, self.answers)
        rulings = {key: Ruling(value=each.value, document="纪要1号") for key, each in policy.rulings.items()}
        ledger.import_rulings(self.city, rulings, at=self.at(number, 2), person="某某")

    def _pending(self, number: int) -> None:
        """Waiting lines judged again, and paid in part."""
        month = self.months[number]
        done = pay_pending(self.workspace, month, as_of=self.day(number), at=self.at(number, 20), person="某某")
        if done.batch is not None:
            with Ledger.open(self.workspace.ledger) as ledger:
                self._bank(ledger, done.batch, number)

    def _heard(self, ledger: Ledger, number: int) -> None:
        """The last batch is approved, and heard of by the bank; some of it is taken back at once. Or it is void."""
        last = self.booked[number - 1][0]
        if number - 1 in self.void:
            ledger.set_status(last.id, "void", at=self.at(number, 2), person="某某", document="重报")
            return
        paid = self._bank(ledger, last, number)
        self._settle(ledger, number)
        for at, line in enumerate(paid[:: max(len(paid) // 6, 1)][:6]):
            self._reverse(ledger, f"{last.id}/{line:06d}", at, number)

    def _bank(self, ledger: Ledger, batch: BatchHead, number: int) -> list[int]:
        """Approve a batch and hear of it; the numbers of the lines that were paid."""
        approve(ledger, batch)
        known = ledger.money.transfers(batch.id)
        due = known.loc[known["transfer_fen"].gt(0), "number"].tolist()
        results = {each: self.rng.choice(("paid", "paid", "paid", "failed", "")) for each in due}
        told = {each: result for each, result in results.items() if result}
        if told:
            hear(ledger, batch, told, day=self.day(number))
        return [each for each, result in told.items() if result == "paid"]

    def _reverse(self, ledger: Ledger, line_no: str, at: int, number: int) -> None:
        """Taken back for one kind of reason after the other; netted, or demanded and given back in part or whole."""
        kind = (*REASON_KINDS, "")[at % 4]
        said = {"reason": "虚假培训", "document": f"追{number}号", "at": self.at(number, 18), "person": "某某"}
        (done,) = ledger.money.reverse_all(
            [line_no],
            mode=("net", "demand")[at % 2],
            frees=bool(at % 3),
            kind=kind,
            referral="移1号" if kind == REASON_KINDS[0] else "",
            **said,
        )
        if done.receivable is not None and done.mode == "demand":
            back = done.settled_fen if at % 4 == 1 else done.settled_fen // 3
            if back:
                where = {"document": f"缴{line_no}", "at": self.at(number, 25), "person": "某某"}
                ledger.money.repaid(done.receivable, back, self.day(number), **where)

    def _again(self, number: int) -> None:
        """What failed is paid once more."""
        batch, month = self.booked[number - 2][0], self.months[number]
        with Ledger.open(self.workspace.ledger) as ledger:
            known = ledger.money.transfers(batch.id)
            if not (known["state"].eq("failed") & ~known["reversed"] & known["repaid_in"].eq("")).any():
                return
        done = repay(self.workspace, batch.id, month, None, as_of=DAY, at=self.at(number, 22), person="某某")
        with Ledger.open(self.workspace.ledger) as ledger:
            approve(ledger, done.batch)
            known = ledger.money.transfers(done.batch.id)["number"].tolist()
            results = {each: self.rng.choice(("paid", "paid", "failed")) for each in known}
            hear(ledger, done.batch, results, day=self.day(number))

    # Advances

    def _advance(self, ledger: Ledger, rows: list[Row], number: int) -> None:
        """Three classes of the month are paid in advance: one much too much, one a little, one of which nobody comes."""
        known = Counter(
            (row["class_no"], row["institution"]) for row in rows if row["class_no"] and row["institution"]
        ).most_common(2)
        policy = load_policy(self.city)
        wanted = [*(key for key, _ in known), (f"X{number:02d}", rows[0]["institution"] or "某校")]
        self.advanced = wanted
        for (class_no, institution), heads in zip(wanted, (30, 1, 2), strict=False):
            if ledger.money.advance(class_no, institution) is not None:
                continue
            new = NewAdvance(
                class_no=class_no,
                payee_kind="培训机构",
                payee=institution,
                heads=heads,
                standard_fen=10000 if heads == 1 else 90000,
                ratio=5000,
                amount_fen=heads * (10000 if heads == 1 else 90000) // 2,
                category="",
                clause="四（四）2",
                day=self.day(number),
                document=f"预{number}号",
                policy_id=self.city,
                policy_sha256=policy.sha256,
            )
            ledger.money.grant(new, at=self.at(number, 3), person="某某")

    def _settle(self, ledger: Ledger, number: int) -> None:
        """The final account of some whose batches are all paid."""
        open_ = [each for each in ledger.money.advances() if not each.settled]
        for at, account in enumerate(open_):
            if (at + number) % 3 and account.day < date.fromisoformat(f"{self.months[number]}-01") - timedelta(60):
                mode = ("net", "demand")[at % 2]
                said = {"document": f"结{number}号", "at": self.at(number, 19), "person": "某某"}
                # a class whose lines stand in a batch that is not approved yet waits
                with suppress(ClerkError):
                    ledger.money.settle(account, head=ledger.head(), mode=mode, **said)

    # Afterwards

    def _followed(self, number: int) -> None:
        """A follow-up list of trainees of the months before; some stand in two lists with other answers."""
        rows = [row for _, each in self.booked[max(number - 4, 0) : number] for row in each]
        faults, _, _ = examine(pd.Series([row["id_number"] for row in rows]).to_numpy(dtype=object))
        sound = [row for row, fault in zip(rows, faults, strict=True) if fault == Fault.NONE and row["end"]]
        once = {row["id_number"]: row for row in self.rng.sample(sound, len(sound) // 3)}
        told = []
        for row in once.values():
            entry = {key: row[key] for key in ("name", "id_number")}
            income: tuple[int | None, int | None] = self.rng.choice(
                ((200000, 300000), (300000, 250000), (None, 300000), (None, None))
            )
            entry |= {"income_before": income[0], "income_after": income[1]}
            if self.rng.random() < 0.7:
                entry["employed_on"] = row["end"] + timedelta(days=self.rng.choice((-5, 20, 90, 400)))
                entry["employed_region"] = self.rng.choice(("黑龙江省", "山西省"))
                entry["placed"] = self.rng.random() < 0.5
            told.append(entry)
        path = write_sheet(self.folder / f"就业跟踪{number}.xlsx", PLACEMENT, told)
        month, moment = self.months[number], self.at(number, 26)
        place(self.workspace, path, month, as_of=self.day(number), at=moment, person="某某")

    def _grants(self, number: int) -> None:
        item = ("市级技能大师工作室建设", "市级高技能人才实训基地建设")[number % 2]
        own = {"unit": f"单位{number}", "item": item, "document": f"认{number}号", "recognised_on": self.day(number)}
        path = write_sheet(self.folder / f"项目补助{number}.xlsx", GRANTS, [own])
        moment = self.at(number, 27)
        pay_grants(self.workspace, path, self.months[number], as_of=date(2021, 12, 31), at=moment, person="某某")
