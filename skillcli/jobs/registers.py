"""Taking in the office's registers: all sheets of a workbook or none, each bad cell named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.jobs.copies import stage_marked
from skillcli.jobs.policies import policy_of
from skillcli.jobs.register_faults import Known, faults
from skillcli.jobs.sheets import refuse_faults
from skillcli.ledger.registers import Registers
from skillcli.reports.register_marks import RegisterSheet, register_annotation
from skillcli.schema.marks import ANNOTATED_SUFFIX
from skillcli.schema.registers import REGISTERS, WITHDRAWN, Register, folded, in_one

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd

    from skillcli.core.finding import Finding
    from skillcli.intake.tables import TableRead
    from skillcli.jobs.workspace import Workspace
    from skillcli.xlsx.annotate import Annotation

_BY_TITLE = {each.table.title: each for each in REGISTERS}


class Taken(Struct, frozen=True):
    """What an import did to one register: rows read, and of them new entries, changed ones, withdrawn ones, and those
    that stood there just so."""

    title: str
    rows: int
    new: int
    changed: int
    withdrawn: int
    same: int

    @property
    def booked(self) -> bool:
        """Whether anything was written."""
        return self.same < self.rows


class RegisterFaults(ClerkError):
    """A register that was not taken in. ``output``: the marked copy that lists every fault."""

    def __init__(self, sentence: str, remedy: str, findings: tuple[Finding, ...], output: Path) -> None:
        super().__init__(sentence, remedy)
        self.findings, self.output = findings, output


def import_registers(workspace: Workspace, path: Path, *, as_of: date, at: str, person: str) -> tuple[Taken, ...]:
    """Take in the registers of a workbook, known by their sheets' names, else by their headers.

    An entry that stands there already is a new version where its row differs. A register in which nothing is new is
    not written, so that the same file again books nothing. Raises RegisterFaults with the marked copy beside the
    file when a cell is wrong, ClerkError when the file cannot be read or holds no register.
    """
    from skillcli.ledger.ledger import Ledger

    reads = _read(path)
    with Ledger.open(workspace.ledger) as ledger:
        ever = Registers(ledger).every(withdrawn=True)
        known = Known(policy_of(workspace, ledger), as_of, ever, frozenset(ledger.batches()["id"]))
        found = faults(path, {_BY_TITLE[title]: read for title, read in reads.items()}, known)
        if found:
            raise _refused(path, reads, found)
        done, sheets = [], {}
        for title, read in reads.items():
            register = _BY_TITLE[title]
            frame = read.frame.drop(columns="row")
            taken = _compared(register, frame, ever.get(register.table.kind))
            done.append(taken)
            if taken.booked:
                sheets[title] = (register.table, frame)
        if sheets:
            sha256 = next(iter(reads.values())).sha256
            ledger.import_sheets(sheets, at=at, person=person, path=str(path), sha256=sha256)
    return tuple(done)


def imported(workspace: Workspace) -> tuple[tuple[Register, pd.DataFrame | None, pd.DataFrame], ...]:
    """Each register, its entries in force (None: never imported) and its imports (``schema.registers.IMPORT_DTYPES``)."""
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        standing = Registers(ledger)
        every, imports = standing.every(), standing.imports()
    return tuple((each, every.get(each.table.kind), imports[imports["kind"].eq(each.table.kind)]) for each in REGISTERS)


def _read(path: Path) -> dict[str, TableRead]:
    """The sheets that have rows, or whose header is unusable, by title of their register."""
    from skillcli.intake import read_table

    reads = read_table(path, [each.table for each in REGISTERS])
    wanted = {title: read for title, read in reads.items() if read.found and (len(read.frame) or read.findings)}
    if not any(len(read.frame) for read in wanted.values()):
        refuse_faults(path, (finding for read in wanted.values() for finding in read.findings))
        titles = "、".join(_BY_TITLE)
        raise ClerkError(
            f"{path} 里没有可导入的登记。",
            f"应有工作表：{titles} 之一，并至少填一行。空白模板用 skillcli template {REGISTERS[0].table.kind} 等生成。",
        )
    return wanted


def _compared(register: Register, frame: pd.DataFrame, ever: pd.DataFrame | None) -> Taken:
    """How a sheet differs from what stands."""
    withdrawn = frame[WITHDRAWN].fillna(False).astype(bool).to_numpy()
    now = _contents(register, frame)
    before = _contents(register, ever) if ever is not None else now.iloc[:0]
    old = before.reindex(now.index)
    known = old.notna().to_numpy()
    same = old.eq(now).to_numpy()
    return Taken(
        register.table.title,
        len(frame),
        int((~known & ~withdrawn).sum()),
        int((known & ~same & ~withdrawn).sum()),
        int((~same & withdrawn).sum()),
        int(same.sum()),
    )


def _contents(register: Register, frame: pd.DataFrame) -> pd.Series:
    """Key → all cells of the row as one text."""
    columns = [folded(frame[key]) if frame[key].dtype.kind == "M" else _plain(frame[key]) for key in frame.columns]
    return in_one(columns).set_axis(register.keys(frame), axis="index")


def _plain(values: pd.Series) -> pd.Series:
    text: pd.Series = values.astype("str").fillna("")
    return text


def _refused(path: Path, reads: Mapping[str, TableRead], found: Sequence[Finding]) -> RegisterFaults:
    sheets = [
        RegisterSheet(
            read.sheet,
            read.header_row,
            {_BY_TITLE[title].table[key].title: column for key, column in read.columns.items()},
            tuple(read.frame["row"].tolist()),
        )
        for title, read in reads.items()
    ]

    def marks(names: Mapping[str, str] | None) -> Annotation:
        return register_annotation(sheets, found, names)

    output = stage_marked(path, marks, path.absolute().parent, f"{path.stem}{ANNOTATED_SUFFIX}").publish()
    try:
        refuse_faults(path, found)
    except ClerkError as error:
        return RegisterFaults(str(error), f"{error.remedy}全部问题标在 {output}。", tuple(found), output)
    raise RuntimeError("findings of a register that refuse nothing")
