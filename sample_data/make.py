"""Makes the sample rosters: ``python sample_data/make.py [FOLDER]``. Same bytes on every run."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from making import broken, linkou_books, office, write
from making.linkou import Linkou
from making.readme import readme
from making.sheet import DATE_STYLES, Sheet, grid
from making.taiyuan import Taiyuan

AS_OF = "2020-04-10"
TEXT_STYLES = tuple(s for s in DATE_STYLES if s != "cell") + ("text",)


class Batch:
    """Writes rosters and notes where each planted code must be found."""

    def __init__(self, folder: Path, run: str) -> None:
        self.folder, self.run = folder, run
        self.files: list[str] = []
        self.rows: dict[str, int] = {}
        self.planted: list[dict[str, Any]] = []

    def write(self, name: str, sheets: Sequence[Sheet]) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        plain = path.suffix == ".csv" or "网页" in name
        grids = [grid(s, TEXT_STYLES if plain else DATE_STYLES) for s in sheets]
        if path.suffix == ".csv":
            write.csv_gb18030(path, grids[0])
        elif "网页" in name:
            write.html_named_xls(path, grids[0])
        elif path.suffix == ".xls":
            write.xls(path, grids)
        else:
            write.xlsx(path, grids)
        self.files.append(name)
        self.rows[name] = sum(len(one.rows) for one in sheets)
        self.note(name, "", 0, "F09")
        for one, laid in zip(sheets, grids, strict=True):
            for row, place in zip(one.rows, laid.places, strict=True):
                for code, line in row.plants:
                    self.note(name, one.name, 0 if code == "T14" else place, code, line)

    def note(self, file: str, sheet: str, row: int, code: str, line: str = "") -> None:
        self.planted.append({"run": self.run, "file": file, "sheet": sheet, "row": row, "code": code, "line": line})


def linkou(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    city, batch = Linkou(), Batch(folder, "linkou")
    school = linkou_books.school(city)
    month = "linkou/2020-03/"
    batch.write(month + "林口县职业技术学校花名册.xlsx", school)
    batch.write(month + "龙山煤业培训中心花名册.xls", [linkou_books.mine(city)])
    batch.write(month + "阳光职业培训学校花名册.csv", [linkou_books.sunshine(city)])
    office.catalogue_linkou(folder / "linkou/目录.xlsx")
    office.readings(folder / "linkou/政策口径.xlsx", "linkou-2019")
    listed = [r for s in school for r in s.rows if ("P16", "") in r.plants]
    office.reference(folder / "linkou/比对名单.xlsx", listed)
    run = {
        "run": "linkou",
        "policy": "linkou-2019",
        "as_of": AS_OF,
        "rosters": batch.files,
        "rows": batch.rows,
        "catalogue": "linkou/目录.xlsx",
        "readings": "linkou/政策口径.xlsx",
        "reference": "linkou/比对名单.xlsx",
    }
    bare = {
        "run": "linkou-bare",
        "policy": "linkou-2019",
        "as_of": AS_OF,
        "rosters": batch.files[1:2],
        "rows": batch.rows,
    }
    first = next(p for p in batch.planted if p["code"] == "A08")
    batch.planted.append(first | {"run": "linkou-bare", "code": "E13", "line": "staff"})
    return [run, bare], batch.planted


def taiyuan(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    city, batch = Taiyuan(), Batch(folder, "taiyuan")
    month = "taiyuan/2020-03/"
    batch.write(month + "太原市技工学校花名册.xlsx", [city.tech()])
    batch.write(month + "晋阳职业培训学校（网页导出）.xls", [city.dawn()])
    batch.write(month + "迎泽机械厂职工花名册.xlsx", city.works())
    office.catalogue_taiyuan(folder / "taiyuan/目录.xlsx")
    office.readings(folder / "taiyuan/政策口径.xlsx", "taiyuan-2019")
    batch.note("taiyuan/项目补助.xlsx", "项目补助", office.grants(folder / "taiyuan/项目补助.xlsx"), "D06")
    run = {
        "run": "taiyuan",
        "policy": "taiyuan-2019",
        "as_of": AS_OF,
        "rosters": batch.files,
        "rows": batch.rows,
        "catalogue": "taiyuan/目录.xlsx",
        "readings": "taiyuan/政策口径.xlsx",
        "grants": "taiyuan/项目补助.xlsx",
    }
    office.classes(folder / "taiyuan/开班登记.xlsx")
    office.evaluation(folder / "taiyuan/评价目录.xlsx")
    school = batch.files[0]
    filed = {key: run[key] for key in ("policy", "as_of", "catalogue", "readings")} | {
        "run": "taiyuan-classes",
        "rosters": [school],
        "rows": batch.rows,
        "evaluation": "taiyuan/评价目录.xlsx",
        "registers": "taiyuan/开班登记.xlsx",
    }
    for code in ("T18", "T19"):
        batch.planted.append(
            {"run": "taiyuan-classes", "file": school, "sheet": "", "row": 0, "code": code, "line": ""}
        )
    return [run, filed], batch.planted


def make(folder: Path) -> None:
    """Write every sample file, ``planted.json`` and ``README.md`` under ``folder``."""
    for city in ("linkou", "taiyuan"):
        (folder / city).mkdir(parents=True, exist_ok=True)
    runs, planted = [], []
    for build in (linkou, taiyuan):
        more, found = build(folder)
        runs += more
        planted += found
    for name, code in broken.build(folder / "unusable"):
        file = f"unusable/{name}"
        runs.append({"run": file, "policy": "linkou-2019", "as_of": AS_OF, "rosters": [file]})
        planted.append({"run": file, "file": file, "sheet": "", "row": 0, "code": code, "line": ""})
    text = json.dumps({"runs": runs, "planted": planted}, ensure_ascii=False, indent=1)
    (folder / "planted.json").write_text(text + "\n", encoding="utf-8")
    (folder / "README.md").write_text(readme(runs, planted), encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
