"""Chinese names of files are read and made whatever the locale, and names in another encoding are said to be so."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Place
from cli.office import AS_OF
from skillcli.cli.app import main
from skillcli.core.names import is_legible, legible

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have file names of text")

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
LOCALES = {
    "UTF-8": {"LC_ALL": "C.UTF-8"},
    "C": {"LC_ALL": "C"},
    "C, UTF-8 mode off": {"LC_ALL": "C", "PYTHONUTF8": "0"},
    "C, UTF-8 mode off, never coerced": ASCII,
    "POSIX, UTF-8 mode off, GBK console": {**ASCII, "LC_ALL": "POSIX", "PYTHONIOENCODING": "gbk"},
}


def run(arguments: list[str], environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LC_", "LANG", "SKILLCLI"))}
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "skillcli", *arguments],
        capture_output=True,
        cwd=folder,
        env={**clean, "PYTHONPATH": root, **environment},
        timeout=120,
        check=False,
    )


def test_a_check_is_the_same_under_every_locale(place: Place) -> None:
    folder = place.root.parent / "报送 (三月) [终]"
    folder.mkdir()
    source = place.mixed.rename(folder / "混 编【最终版】(1).xlsx")
    found = set()
    for number, environment in enumerate(LOCALES.values()):
        out = f"审核结果{number}"
        words = ["validate", f"{folder.name}/{source.name}", *AS_OF, "--out", out, "--workspace", place.root.name]
        done = run([*words, "--json", f"{out}.json"], environment, folder.parent)
        assert done.returncode == 1, done.stderr.decode("gbk", "replace")
        made = sorted((folder.parent / out).iterdir())
        assert [path.name for path in made] == [f"{source.stem}-审核意见.xlsx", f"{source.stem}-补贴测算.xlsx"]
        told = json.loads((folder.parent / f"{out}.json").read_text(encoding="utf-8"))
        bytes_of = [hashlib.sha256(path.read_bytes()).hexdigest() for path in made]
        found.add((*bytes_of, told["receipt"], told["files"][0]["path"], len(told["findings"])))
    assert len(found) == 1


def test_a_console_keeps_its_encoding(tmp_path: Path) -> None:
    shown = run(["rule", "P04"], {**ASCII, "PYTHONIOENCODING": "gbk"}, tmp_path)
    assert "校验码" in shown.stdout.decode("gbk")
    assert run(["rule", "P04"], ASCII, tmp_path).stdout.isascii()


def gbk(name: str) -> str:
    """A name as it arrives from a Chinese Windows by way of an archive."""
    return os.fsdecode(name.encode("gb18030"))


def test_a_name_in_gbk_is_told_as_it_reads_there_and_nothing_is_written(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "收件"
    folder.mkdir()
    path = place.good.rename(folder / gbk("三月花名册.xlsx"))
    target = tmp_path / "o.json"
    for given in (path, folder):
        assert place.run("validate", str(given), *AS_OF, "--json", str(target)) == 2
        assert "三月花名册.xlsx”这个名字不是按本机的编码" in capsys.readouterr().err
    assert json.loads(target.read_text(encoding="utf-8"))["files"][0]["path"] == f"{folder}/三月花名册.xlsx"
    assert [each.name for each in folder.iterdir()] == [path.name]


def test_other_files_of_such_a_name_are_no_matter(place: Place) -> None:
    for name in ("封面.docx", "三月-审核意见.xlsx"):
        (place.good.parent / gbk(name)).write_bytes(b"PK")
    assert place.run("validate", str(place.good.parent), *AS_OF, "--out", str(place.root / "o"), "--quiet") == 1


def test_no_workspace_is_made_or_opened_under_such_a_name(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / gbk("就业局")
    place.root.parent.rename(folder)
    monkeypatch.chdir(folder)
    assert main(["init", "新区", "--policy", "linkou-2019"]) == 2
    assert main(["batch", "list", "--workspace", "工作区"]) == 2
    assert capsys.readouterr().err.count("就业局") == 2
    assert not (folder / "新区").exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [("花名册 (1).xlsx", "花名册 (1).xlsx"), (gbk("花名册.xlsx"), "花名册.xlsx"), (os.fsdecode(b"a\xff.csv"), "a\ufffd.csv")],
)  # fmt: skip
def test_a_name_as_its_author_wrote_it(name: str, shown: str) -> None:
    assert legible(name) == shown
    assert is_legible(name) == (name == shown)
