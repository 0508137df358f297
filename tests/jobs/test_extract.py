"""审计资料: the whole ledger is there, nobody's number is, and the same ledger gives the same bytes."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from jobs.two_batches import AT, Office
from money.build import approve, hear, pay_again
from skillcli.core.errors import ClerkError
from skillcli.jobs.extract import Exported, export
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import policy_file
from skillcli.schema.inputs import REFERENCE

ACCOUNT = "6212288802000001666"


@pytest.fixture
def office(tmp_path: Path, settle: Callable[[Path], None]) -> Office:
    office = Office(tmp_path, "linkou-2019").settled(settle)
    office.pay([office.row(1, account=ACCOUNT, payer="个人缴费"), office.row(2), office.row(3, result="不合格")])
    listed = [{"list_name": "死亡", "name": "某甲", "id_number": office.row(4)["id_number"]}]
    path = office.sheet(REFERENCE, listed, "名单.xlsx")
    from skillcli.jobs.references import import_lists

    import_lists(office.workspace, path, at=AT, person="某某")
    return office


def write(office: Office, name: str, *, reveal: bool = False) -> Exported:
    return export(office.workspace, office.folder / name, xlsx=True, parquet=True, reveal=reveal)


def everything(folder: Path) -> str:
    book = zipfile.ZipFile(folder / "审计资料.xlsx")
    texts = [book.read(name).decode() for name in book.namelist()]
    frames = [pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))]
    return "".join(texts) + "".join(frame.to_csv() for frame in frames)


def test_every_line_with_its_verdict_is_there(office: Office) -> None:
    done = write(office, "审计")
    assert {title: done.rows[title] for title in ("批次", "培训", "补贴明细", "导入的行")} == {
        "批次": 1, "培训": 3, "补贴明细": 3, "导入的行": 6,
    }  # fmt: skip
    lines = pd.read_parquet(done.folder / "补贴明细.parquet")
    assert lines["批次行号"].tolist() == [f"2020-05-1/00000{n}" for n in (1, 2, 3)]
    assert lines["结论"].tolist() == ["拟补贴", "拟补贴", "不予补贴"]
    assert lines["金额"].sum() == 180000
    assert done.problems == ()
    sheet = openpyxl.load_workbook(done.folder / "审计资料.xlsx")["补贴明细"]
    amounts = [row[6] for row in sheet.iter_rows(values_only=True) if isinstance(row[2], str) and "/" in row[2]]
    assert amounts == [900, 900, 0]


def test_numbers_are_covered_and_persons_stay_apart(office: Office) -> None:
    done = write(office, "审计")
    found = everything(done.folder)
    for secret in (*(office.row(n)["id_number"] for n in (1, 2, 3, 4)), ACCOUNT, office.row()["phone"]):
        assert secret not in found
    trainings = pd.read_parquet(done.folder / "培训.parquet")
    assert trainings["人员编号"].tolist() == [1, 2, 3]
    assert trainings["证书编号"].str.len().eq(22).all()


def test_whole_numbers_only_when_asked_for(office: Office) -> None:
    done = write(office, "审计", reveal=True)
    found = everything(done.folder)
    for shown in (*(office.row(n)["id_number"] for n in (1, 4)), ACCOUNT):
        assert shown in found


def test_trainings_that_are_one_share_a_number_and_money_sent_again_is_there_covered(office: Office) -> None:
    account = "6212288802000002789"
    own = {"account": account, "payer": "个人缴费"}
    office.pay([office.row(5, **own)], month="2020-06")
    number = str(office.row(5)["certificate_no"])
    again = f"{number[:4]} {number[4:]}"
    office.pay([office.row(5, certificate_no=again, occupation="焊工", **own)], month="2020-07")
    with Ledger.open(office.workspace.ledger) as ledger:
        approve(ledger, ledger.batch("2020-06-1"))
        hear(ledger, ledger.batch("2020-06-1"), {1: "failed"})
        pay_again(ledger, ledger.batch("2020-06-1"), "2020-07")
    done = write(office, "审计")
    trainings = pd.read_parquet(done.folder / "培训.parquet")
    assert trainings["同证编号"].tolist() == [1, 2, 3, 4, 4]
    assert trainings["同班编号"].tolist() == [1, 2, 3, 4, 5]
    sent = pd.read_parquet(done.folder / "补发.parquet")
    assert sent[["批次", "批次行号", "金额"]].to_numpy().tolist() == [["2020-07-2", "2020-06-1/000001", 90000]]
    of = pd.read_parquet(done.folder / "补发批次.parquet")
    assert of[["批次", "所补批次"]].to_numpy().tolist() == [["2020-07-2", "2020-06-1"]]
    assert account not in everything(done.folder)


def test_the_same_ledger_gives_the_same_bytes(office: Office) -> None:
    first, second = write(office, "一"), write(office, "二")
    names = [path.relative_to(first.folder) for path in first.outputs]
    assert names == [path.relative_to(second.folder) for path in second.outputs]
    for name in names:
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes(), name


def test_policy_files_and_sums_are_beside_it(office: Office) -> None:
    done = write(office, "审计")
    (policy,) = (done.folder / "政策文件").iterdir()
    assert policy.read_text(encoding="utf-8") == policy_file("linkou-2019")
    listed = (done.folder / "校验值.txt").read_text(encoding="utf-8").splitlines()
    assert len(listed) == len(done.outputs) - 1
    for line in listed:
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((done.folder / name).read_bytes()).hexdigest() == digest


def test_a_folder_with_something_in_it_is_refused(office: Office) -> None:
    write(office, "审计")
    with pytest.raises(ClerkError, match="已经存在"):
        write(office, "审计")
