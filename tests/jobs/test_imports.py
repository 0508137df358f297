"""Catalogues and rulings are taken in whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cli.office import catalogue, listed, readings
from skillcli.core.errors import ClerkError
from skillcli.jobs.catalogue import import_catalogue
from skillcli.jobs.policies import choose
from skillcli.jobs.rulings import import_rulings
from skillcli.jobs.setup import init
from skillcli.jobs.workspace import FILE, Workspace, open_workspace
from skillcli.ledger.ledger import Ledger

WHO: dict[str, Any] = {"at": "2020-04-01T08:00:00+00:00", "person": "某某"}
PAPER = {"policy": "taiyuan-2019", "decided_by": "局务会", "document": "纪要〔2020〕3号", "decided_on": "2020-01-15"}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    init(tmp_path / "w", "taiyuan-2019")
    return open_workspace(tmp_path / "w")


def value(workspace: Workspace, key: str) -> object:
    return choose(None, workspace, workspace.root).value(key)


def test_filled_sheets_are_taken_in(workspace: Workspace, tmp_path: Path) -> None:
    done = import_catalogue(workspace, catalogue(tmp_path / "c.xlsx", listed()), **WHO)
    assert dict(done.sheets) == {"培训项目": 1, "机构": 1}
    assert done.untouched == ("急需紧缺", "评价机构", "专项能力考核", "技能等级", "职业资格")
    with Ledger.open(workspace.ledger) as ledger:
        held = ledger.catalogue()
    assert held.items is not None
    assert held.items["price_fen"].tolist() == [90000]
    assert held.shortage is None


def test_a_blank_sheet_of_prices_or_institutions_replaces_nothing(workspace: Workspace, tmp_path: Path) -> None:
    import_catalogue(workspace, catalogue(tmp_path / "a.xlsx", listed()), **WHO)
    shortage = {"急需紧缺": [{"occupation": "电工"}], "培训项目": [], "机构": []}
    done = import_catalogue(workspace, catalogue(tmp_path / "b.xlsx", shortage), **WHO)
    assert dict(done.sheets) == {"急需紧缺": 1}
    with Ledger.open(workspace.ledger) as ledger:
        held = ledger.catalogue()
    assert held.items is not None
    assert len(held.items) == 1


def test_a_shortage_sheet_without_rows_says_there_is_no_shortage(workspace: Workspace, tmp_path: Path) -> None:
    done = import_catalogue(workspace, catalogue(tmp_path / "c.xlsx", listed() | {"急需紧缺": []}), **WHO)
    assert dict(done.sheets)["急需紧缺"] == 0


def test_a_blank_template_is_not_taken_in(workspace: Workspace) -> None:
    with pytest.raises(ClerkError, match="没有可导入的内容"):
        import_catalogue(workspace, workspace.root / "目录" / "目录.xlsx", **WHO)


def test_one_bad_cell_keeps_the_whole_workbook_out(workspace: Workspace, tmp_path: Path) -> None:
    rows = listed() | {
        "培训项目": [{"occupation": "焊工", "price_fen": "900"}, {"occupation": "电工", "price_fen": "很贵"}]
    }
    with pytest.raises(ClerkError, match="培训项目 第 3 行.*收费标准.*很贵"):
        import_catalogue(workspace, catalogue(tmp_path / "c.xlsx", rows), **WHO)
    with Ledger.open(workspace.ledger) as ledger:
        assert ledger.catalogue().bodies is None


def test_a_ruling_counts_from_now_on_and_only_once(workspace: Workspace, tmp_path: Path) -> None:
    book = readings(tmp_path / "r.xlsx", [PAPER | {"key": "certificate_intermediate", "value": "450"}])
    assert value(workspace, "certificate_intermediate") is None
    (change,) = import_rulings(workspace, book, **WHO)
    assert (change.key, change.before, change.after) == ("certificate_intermediate", "", "450 元")
    assert value(workspace, "certificate_intermediate") == 450
    assert import_rulings(workspace, book, **WHO) == ()
    with Ledger.open(workspace.ledger) as ledger:
        assert ledger.rulings("taiyuan-2019")["certificate_intermediate"].document == "纪要〔2020〕3号"


def test_a_new_decision_replaces_the_old(workspace: Workspace, tmp_path: Path) -> None:
    for number, text in enumerate(("是", "否")):
        book = readings(tmp_path / f"{number}.xlsx", [PAPER | {"key": "certificate_stacks", "value": text}])
        (change,) = import_rulings(workspace, book, **WHO)
    assert (change.before, change.after) == ("是", "否")
    assert value(workspace, "certificate_stacks") is False


def test_open_lines_of_the_blank_workbook_are_passed_over(workspace: Workspace, tmp_path: Path) -> None:
    rows = [{"policy": "taiyuan-2019", "key": "certificate_stacks"}, PAPER | {"key": "minimum_age", "value": "15"}]
    (change,) = import_rulings(workspace, readings(tmp_path / "r.xlsx", rows), **WHO)
    assert change.key == "minimum_age"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"key": "certificate_stack", "value": "是"}, "没有口径 certificate_stack"),
        ({"key": "certificate_stacks", "value": "也许"}, "certificate_stacks.*也许.*应为是或否"),
        ({"key": "certificate_stacks", "value": "是", "policy": "nowhere"}, "没有政策 nowhere"),
        ({"key": "certificate_stacks", "value": "是", "document": ""}, "“文号”是空白"),
        ({"key": "certificate_stacks", "value": "", "decided_by": "局务会"}, "“口径”是空白"),
        ({"key": "certificate_stacks", "value": "是", "decided_on": "去年"}, "“日期”.*去年"),
    ],
)
def test_a_wrong_row_keeps_the_whole_workbook_out(
    workspace: Workspace, tmp_path: Path, row: dict[str, str], sentence: str
) -> None:
    rows = [PAPER | {"key": "minimum_age", "value": "15"}, PAPER | row]
    with pytest.raises(ClerkError, match=f"第 3 行.*{sentence}"):
        import_rulings(workspace, readings(tmp_path / "r.xlsx", rows), **WHO)
    with Ledger.open(workspace.ledger) as ledger:
        assert ledger.rulings("taiyuan-2019") == {}


def test_one_key_twice_with_two_answers_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    rows = [PAPER | {"key": "minimum_age", "value": text} for text in ("15", "16")]
    with pytest.raises(ClerkError, match="第 3 行.*前面已写过"):
        import_rulings(workspace, readings(tmp_path / "r.xlsx", rows), **WHO)


def test_settings_and_ledger_cannot_contradict_each_other(workspace: Workspace, tmp_path: Path) -> None:
    with (workspace.root / FILE).open("a", encoding="utf-8") as file:
        file.write('[rulings."taiyuan-2019"]\ncertificate_stacks = true\n')
    own = open_workspace(workspace.root)
    for text, fits in (("是", True), ("否", False)):
        book = readings(tmp_path / f"{text}.xlsx", [PAPER | {"key": "certificate_stacks", "value": text}])
        if fits:
            import_rulings(own, book, **WHO)
        else:
            with pytest.raises(ClerkError, match="skillcli.toml"):
                import_rulings(own, book, **WHO)
    assert value(own, "certificate_stacks") is True


def test_a_contradiction_that_arose_later_is_named(workspace: Workspace, tmp_path: Path) -> None:
    book = readings(tmp_path / "r.xlsx", [PAPER | {"key": "certificate_stacks", "value": "否"}])
    import_rulings(workspace, book, **WHO)
    with (workspace.root / FILE).open("a", encoding="utf-8") as file:
        file.write('[rulings."taiyuan-2019"]\ncertificate_stacks = true\n')
    with pytest.raises(ClerkError, match="certificate_stacks.*不一样"):
        choose(None, open_workspace(workspace.root), tmp_path)
