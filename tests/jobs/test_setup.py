"""A workspace is made whole, never over another, and its settings read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillcli.core.errors import ClerkError
from skillcli.jobs.policies import choose
from skillcli.jobs.setup import init
from skillcli.jobs.workspace import FILE, open_workspace
from skillcli.ledger.ledger import Ledger


def test_everything_is_made_and_reads_back(tmp_path: Path) -> None:
    root = tmp_path / "工作区"
    done = init(root, "linkou-2019", agency='林口县"人社局"')
    assert {"目录", "比对名单", "台账", "花名册", "目录/目录.xlsx", "目录/空白花名册.xlsx", FILE} <= set(done.made)
    assert done.kept == []
    assert all((root / name).exists() for name in done.made)
    workspace = open_workspace(root)
    assert (workspace.policy, workspace.agency) == ("linkou-2019", '林口县"人社局"')
    with Ledger.open(workspace.ledger) as ledger:
        assert ledger.verify().ok


def test_a_second_run_changes_nothing_and_says_what_is_there(tmp_path: Path) -> None:
    init(tmp_path, "linkou-2019", agency="甲局")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ClerkError, match="已经是工作区.*linkou-2019.*甲局") as refused:
        init(tmp_path, "taiyuan-2019")
    assert "台账/ledger.db" in refused.value.remedy
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_what_stood_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "目录").mkdir()
    (tmp_path / "目录" / "目录.xlsx").write_bytes(b"the office's own")
    done = init(tmp_path, "linkou-2019")
    assert {"目录", "目录/目录.xlsx"} <= set(done.kept)
    assert (tmp_path / "目录" / "目录.xlsx").read_bytes() == b"the office's own"


def test_an_unknown_policy_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ClerkError, match="nowhere-2020"):
        init(tmp_path / "w", "nowhere-2020")
    assert not (tmp_path / "w").exists()


def test_a_ruling_of_the_settings_is_on_the_policy(tmp_path: Path) -> None:
    init(tmp_path, "taiyuan-2019")
    with (tmp_path / FILE).open("a", encoding="utf-8") as file:
        file.write('[rulings."taiyuan-2019"]\ncertificate_stacks = true\n')
    assert choose(None, open_workspace(tmp_path), tmp_path).value("certificate_stacks") is True


def test_without_workspace_and_policy_the_choice_is_told(tmp_path: Path) -> None:
    with pytest.raises(ClerkError, match="--policy") as refused:
        choose(None, None, tmp_path)
    assert "taiyuan-2019" in refused.value.remedy


def test_a_ruling_that_does_not_fit_names_file_and_key(tmp_path: Path) -> None:
    init(tmp_path, "taiyuan-2019")
    with (tmp_path / FILE).open("a", encoding="utf-8") as file:
        file.write('[rulings."taiyuan-2019"]\ncertificate_stacks = "maybe"\n')
    with pytest.raises(ClerkError, match="certificate_stacks") as refused:
        choose(None, open_workspace(tmp_path), tmp_path)
    assert FILE in str(refused.value)
