"""Rosters and catalogues as offices receive them, made once and kept under ``build/bench``.

A roster has the 25 columns that institutions in Linkou fill in, a title row above the header, real
date cells, shared strings, and the faults of real rosters: each kind on a few rows in a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from skillcli.schema.inputs import CATALOGUE_BODIES, CATALOGUE_ITEMS, CATALOGUE_SHORTAGE, ROSTER
from tests.bench import people, sheet

VERSION = 4
"""Part of every file's name: another number makes all of them anew."""
SEED = 20_190_401
KEYS = (
    "name",
    "id_number",
    "sex",
    "phone",
    "categories",
    "household",
    "town",
    "institution",
    "class_no",
    "training_kind",
    "occupation",
    "level",
    "start",
    "end",
    "hours",
    "days",
    "result",
    "certificate_kind",
    "certificate_no",
    "issued_on",
    "employer",
    "employer_insured",
    "payer",
    "bank",
    "account",
)
DATES = ("start", "end", "issued_on")
NUMBERS = ("hours", "days")
HEADER_ROW = 2


@dataclass
class Cells:
    """A roster's cells by column: text as it stands there (None: blank), and which are numbers."""

    text: dict[str, NDArray[np.object_]]
    number: dict[str, NDArray[np.bool_]]

    def put(self, key: str, where: NDArray[np.int64], value: object, *, number: bool = False) -> None:
        self.text[key][where] = value
        self.number[key][where] = number

    def change(
        self, key: str, where: NDArray[np.int64], how: Callable[[str], str | None], *, number: bool = False
    ) -> None:
        """Rewrite the filled ones of these cells."""
        where = where[[self.text[key][place] is not None for place in where]]
        self.put(key, where, [how(str(value)) for value in self.text[key][where]], number=number)


def roster(folder: Path, rows: int, seed: int = SEED) -> Path:
    """One file of ``rows`` rows."""
    return _files(folder, rows, 1, seed)[0]


def rosters(folder: Path, rows: int, files: int, seed: int = SEED) -> list[Path]:
    """The same rows in ``files`` files."""
    return _files(folder, rows, files, seed)


def _files(folder: Path, rows: int, files: int, seed: int) -> list[Path]:
    paths = [folder / f"花名册-{VERSION}-{seed}-{rows}-{part}of{files}.xlsx" for part in range(1, files + 1)]
    if not all(path.exists() for path in paths):
        folder.mkdir(parents=True, exist_ok=True)
        cells = make_cells(rows, seed)
        for path, part in zip(paths, np.array_split(np.arange(rows), files), strict=True):
            _write_roster(path, cells, part[0], len(part))
    return paths


def make_cells(rows: int, seed: int = SEED) -> Cells:
    """The cells of a roster with its faults."""
    frame = people.trainings(seed, rows)
    text: dict[str, NDArray[np.object_]] = {}
    for key in KEYS:
        values = frame[key]
        if key in DATES:
            days = (values.to_numpy(dtype="datetime64[D]") - np.datetime64("1899-12-30")).astype(np.int64)
            text[key] = days.astype(str).astype(object)
        elif key == "employer_insured":
            text[key] = values.map({True: "是", False: "否"}).to_numpy(dtype=object)
        else:
            text[key] = values.astype("str").to_numpy(dtype=object)
        text[key][values.isna().to_numpy()] = None
    number = {key: np.full(rows, key in DATES or key in NUMBERS) for key in KEYS}
    cells = Cells(text, number)
    _faults(cells, np.random.default_rng(seed + 1), rows)
    return cells


def _faults(cells: Cells, rng: np.random.Generator, rows: int) -> None:
    def some(share: float) -> NDArray[np.int64]:
        return np.sort(rng.choice(rows, round(rows * share), replace=False))

    def written(value: str) -> str:
        return (pd.Timestamp("1899-12-30") + pd.Timedelta(days=int(value))).strftime("%Y.%-m.%-d")

    for key in DATES:
        cells.change(key, some(0.02), written)
    for key in ("level", "town", "sex", "payer", "days"):
        cells.put(key, some(0.004), None)
    cells.change("id_number", some(0.004), lambda v: v[:-1] + ("1" if v[-1] != "1" else "2"))
    cells.change("id_number", some(0.002), lambda v: f"{float(int(v[:17])) * 10:.0f}", number=True)
    cells.change("id_number", some(0.002), lambda v: v[:6] + v[8:17])
    cells.change("id_number", some(0.003), lambda v: f" {v[:6]} {v[6:]}".lower())
    cells.put("id_number", some(0.001), None)
    cells.change("name", some(0.002), lambda v: v[0] + "  " + v[1:])
    cells.change("phone", some(0.004), lambda v: v[:10])
    cells.change("phone", some(0.05), str, number=True)
    cells.change("categories", some(0.003), lambda v: v + "户")
    cells.change("level", some(0.01), lambda v: v.removesuffix("工"))
    cells.change("level", some(0.002), lambda v: "特级")
    cells.change("institution", some(0.01), lambda v: v.replace("林口县", "林口县 "))
    cells.change("institution", some(0.002), lambda v: "哈尔滨市外地职业培训学校")
    cells.change("occupation", some(0.02), lambda v: v + "（初学）")
    cells.change("occupation", some(0.004), lambda v: "手工编织")
    failed = some(0.03)
    cells.put("result", failed, "不合格")
    for key in ("certificate_kind", "certificate_no", "issued_on"):
        cells.put(key, failed, None)
    cells.put("result", some(0.002), None)
    cells.put("certificate_no", some(0.004), None)
    cells.change("certificate_no", some(0.002), lambda v: "20200010000012345", number=True)
    cells.put("certificate_kind", some(0.002), "上岗证")
    cells.put("issued_on", some(0.002), "2020年13月")
    cells.put("end", some(0.002), "43800", number=True)
    cells.put("hours", some(0.005), "400", number=True)
    cells.put("account", some(0.01), None)
    cells.change("account", some(0.003), str, number=True)
    cells.change("account", some(0.003), lambda v: v[:-1] + str((int(v[-1]) + 1) % 10))
    cells.put("employer", some(0.003), None)
    twice, number = some(0.003), some(0.003)
    for key in KEYS:
        cells.put(key, twice, cells.text[key][twice - 1])
        cells.number[key][twice] = cells.number[key][twice - 1]
    for key in ("certificate_kind", "certificate_no"):
        cells.put(key, number, cells.text[key][number - 1])


def _write_roster(path: Path, cells: Cells, first: int, rows: int) -> None:
    strings = sheet.Strings()
    columns = []
    for key in KEYS:
        values = cells.text[key][first : first + rows]
        number = pa.array(cells.number[key][first : first + rows])
        style = sheet.DATE if key in DATES else sheet.TEXT
        text = pa.array(values, pa.string())
        as_text = sheet.text_cells(pc.if_else(number, None, text), strings)
        columns.append(pc.if_else(number, sheet.number_cells(text, style), as_text))
    titles = [ROSTER[key].title for key in KEYS]

    def xml() -> Iterator[bytes | memoryview]:
        yield sheet.head(titles, HEADER_ROW, "职业技能培训人员花名册")
        yield from sheet.rows(columns, HEADER_ROW + 1)

    temporary = path.with_suffix(".part")
    sheet.write(temporary, {"花名册": xml()}, strings)
    temporary.replace(path)


def catalogue(folder: Path) -> Path:
    """The office's catalogue: a price for every occupation, for some of them by level; which are in
    short supply; 39 of the 40 institutions and 295 of the 300 employers."""
    path = folder / f"目录-{VERSION}.xlsx"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    items = [(name, "", f"{600 + 40 * n}") for n, name in enumerate(people.OCCUPATIONS)]
    items += [
        (name, level, f"{900 + 200 * n}") for name in people.OCCUPATIONS[::3] for n, level in enumerate(people.LEVELS)
    ]
    bodies = [(name, "培训机构", n) for n, name in enumerate(people.INSTITUTIONS[:39])]
    bodies += [(name, "用人单位", n) for n, name in enumerate(people.EMPLOYERS[:295], 40)]
    tables = {
        CATALOGUE_ITEMS: {
            "occupation": [i[0] for i in items],
            "level": [i[1] for i in items],
            "price_fen": [i[2] for i in items],
            "document": ["林人社发〔2019〕12号"] * len(items),
        },
        CATALOGUE_SHORTAGE: {
            "occupation": list(people.SHORTAGE),
            "level": [""] * len(people.SHORTAGE),
            "document": ["林人社发〔2019〕13号"] * len(people.SHORTAGE),
        },
        CATALOGUE_BODIES: {
            "institution": [b[0] for b in bodies],
            "body_kind": [b[1] for b in bodies],
            "admission": ["公开招标"] * len(bodies),
            "document": ["林人社发〔2019〕14号"] * len(bodies),
            "bank": ["中国农业银行林口支行"] * len(bodies),
            "account": [f"{2_300_500_000_000_000 + b[2]}" for b in bodies],
            "valid_from": ["2019-01-01"] * len(bodies),
            "valid_to": ["2021-12-31"] * len(bodies),
        },
    }
    sheets: dict[str, Iterator[bytes | memoryview]] = {}
    for table, given in tables.items():
        titles = [table[key].title for key in given]
        columns = [
            (sheet.number_cells if key == "price_fen" else sheet.text_cells)(pa.array(v, pa.string()))
            for key, v in given.items()
        ]
        sheets[table.title] = iter([sheet.head(titles, 1), *sheet.rows(columns, 2)])
    sheet.write(path, sheets)
    return path
