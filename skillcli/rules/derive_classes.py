"""Trainings held against the registers of classes and of inspections, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from skillcli.rules.derive_catalogue import nearest
from skillcli.rules.derive_cells import as_day
from skillcli.rules.facts import joined, normal

if TYPE_CHECKING:
    from collections.abc import Iterable

FAILED = "不合格"


def against_register(rows: pd.DataFrame, classes: pd.DataFrame | None, before: pd.DataFrame) -> pd.Series:
    """What is wrong with each training's class (str, "" = nothing). ``rows``: the trainings that have a class;
    ``classes``: 开班登记 (``schema.registers.CLASSES``), None where it was never imported; ``before``: who was in the
    classes in earlier batches (``schema.history.CLASSMATE_DTYPES``)."""
    if classes is None:
        return _nothing(rows)
    filed = _filed(classes)
    number = normal(rows["class_no"], upper=True)
    key = _own_key(rows, number, filed.index)
    written = rows["class_no"].fillna("").astype("str")
    unknown = number.notna() & ~number.isin(filed["number"])
    hint = nearest(rows["class_no"].where(unknown), list(classes["class_no"].dropna()))
    another = number.notna() & ~unknown & key.isna()
    entry = filed.reindex(key).set_axis(rows.index)
    early = rows["start"].lt(entry["start"]) | rows["end"].gt(entry["end"])
    spans = (
        "开班至结课 " + as_day(rows["start"]) + " 至 " + as_day(rows["end"]) + " 超出开班登记的 "
        + _or_open(entry["start"]) + " 至 " + _or_open(entry["end"])
    )  # fmt: skip
    who = _who(rows)
    own = _heads(who, key, key)
    earlier = _own_key(before, normal(before["class_no"], upper=True), filed.index)
    heads = _heads(pd.concat([who, before["person"]]), pd.concat([key, earlier]), key)
    crowded = heads.gt(entry["planned"]).fillna(False).astype(bool)
    planned = entry["planned"].astype("str").fillna("")
    more = ("，连同以前批次共 " + heads.astype("str") + " 人").where(heads.gt(own), "")
    return _sentences(
        rows,
        [
            (number.isna(), "没有填班级编号，不能与开班登记核对"),
            (unknown, "班级编号“" + written + "”不在开班登记里" + hint),
            (another, "开班登记里的班级“" + written + "”不是这家机构的"),
            (early, spans),
            (crowded, "本次申报 " + own.astype("str") + " 人" + more + "，多于开班登记的计划人数 " + planned + " 人"),
        ],
    )


def against_inspections(
    rows: pd.DataFrame, inspections: pd.DataFrame | None, classes: pd.DataFrame | None
) -> pd.Series:
    """Which trainings' class failed its newest inspection, and when (str, "" = none did). An inspection that names no
    institution is of every class of that number."""
    if inspections is None or inspections.empty:
        return _nothing(rows)
    seen = inspections.assign(
        number=normal(inspections["class_no"], upper=True),
        body=normal(inspections["institution"]).fillna(""),
        failed=inspections["result"].eq(FAILED),
    )
    # of one day the worse result counts
    seen = seen.sort_values(["day", "failed"], kind="stable")
    number = normal(rows["class_no"], upper=True)
    newest = None
    for body in (_blank(rows), rows["institution_n"], rows["employer_n"]):
        own = seen.assign(key=joined(seen["number"], seen["body"])).drop_duplicates("key", keep="last")
        found = own.set_index("key").reindex(joined(number, body).where(number.notna())).set_axis(rows.index)
        found = found[["day", "failed", "method", "mended"]]
        newest = found if newest is None else newest.where(~found["day"].gt(_early(newest["day"])), found)
    if newest is None:
        raise RuntimeError("no key to seek an inspection by")
    failed = newest["failed"].fillna(False).astype(bool)
    method = ("（" + newest["method"] + "）").fillna("")
    mended = ("，整改情况：" + newest["mended"]).fillna("")
    sentence = "该班 " + as_day(newest["day"]) + " 检查" + method + "不合格" + mended + "，没有复查合格的登记"
    return sentence.where(failed, "").astype("str")


def _filed(classes: pd.DataFrame) -> pd.DataFrame:
    """The register by class number and institution."""
    number = normal(classes["class_no"], upper=True)
    keyed = classes.assign(number=number, key=joined(number, normal(classes["institution"])))
    return keyed.drop_duplicates("key", keep="last").set_index("key")


def _own_key(rows: pd.DataFrame, number: pd.Series, known: pd.Index) -> pd.Series:
    """The register's key of each training: the institution's, else the employer's; missing where neither is there."""
    own, employer = joined(number, rows["institution_n"]), joined(number, rows["employer_n"])
    chosen = own.where(own.isin(known), employer)
    key: pd.Series = chosen.where(chosen.isin(known) & number.notna())
    return key


def _who(rows: pd.DataFrame) -> pd.Series:
    """Person keys; who has no sound number counts by the row."""
    return rows["person"].where(rows["person"].ne(0), -1 - rows.index.to_series())


def _heads(who: pd.Series, of: pd.Series, asked: pd.Series) -> pd.Series:
    """How many different people are in each of the ``asked`` classes (int64); ``of``: whose class is which."""
    counted = who.groupby(of.to_numpy()).nunique()
    heads: pd.Series = asked.map(counted).fillna(0).astype("int64")
    return heads


def _or_open(days: pd.Series) -> pd.Series:
    text = as_day(days)
    return text.where(text.ne(""), "不限")


def _early(days: pd.Series) -> pd.Series:
    return days.fillna(pd.Timestamp.min.as_unit("s"))


def _blank(rows: pd.DataFrame) -> pd.Series:
    return pd.Series("", index=rows.index, dtype="str")


def _nothing(rows: pd.DataFrame) -> pd.Series:
    return _blank(rows)


def _sentences(rows: pd.DataFrame, parts: Iterable[tuple[pd.Series, pd.Series | str]]) -> pd.Series:
    """The sentences that hold, joined by ；."""
    whole = _nothing(rows)
    for holds, sentence in parts:
        own = sentence if isinstance(sentence, pd.Series) else pd.Series(sentence, index=rows.index, dtype="str")
        joint = (whole + "；").where(whole.ne(""), "")
        whole = whole.where(~holds.fillna(False).astype(bool), joint + own)
    return whole
