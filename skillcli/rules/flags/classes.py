"""Classes as an audit tells them apart, and how many people sat in each."""

from __future__ import annotations

import pandas as pd

CLASS = ["institution_n", "class_no", "occupation_n", "start", "end"]
"""What makes a class; an unnumbered one is known by occupation and dates."""


def standing(frame: pd.DataFrame) -> pd.DataFrame:
    """The trainings of institutions in batches that were not voided."""
    return frame[~frame["void"] & frame["institution_n"].notna()]


def numbered(frame: pd.DataFrame) -> pd.Series:
    """A number for each row's class (int64), equal within a class; of this frame alone."""
    keys = frame[CLASS].assign(class_no=frame["class_no"].fillna(""), occupation_n=frame["occupation_n"].fillna(""))
    number: pd.Series = keys.groupby(CLASS, dropna=False, sort=True).ngroup().astype("int64")
    return number


def class_words(frame: pd.DataFrame) -> pd.Series:
    """A class as a sentence names it: its number, else its occupation, with the dates."""
    name = frame["class_no"].fillna(frame["occupation_n"]).fillna("（未填班级）")
    words: pd.Series = name + "（" + day_words(frame["start"]) + "至" + day_words(frame["end"]) + "）"
    return words


def day_words(days: pd.Series) -> pd.Series:
    """2020-03-01; 日期不详 where missing."""
    words: pd.Series = days.dt.strftime("%Y-%m-%d").astype("str").fillna("日期不详")
    return words


def shares(frame: pd.DataFrame, key: str, least: int) -> pd.DataFrame:
    """The rows whose value of ``key`` stands for at least ``least`` persons, with ``persons`` (int64)."""
    known = frame[~frame["void"] & frame[key].notna() & frame["person"].ne(0)]
    persons = known.groupby(key)["person"].nunique()
    many = persons[persons >= least]
    rows = known[known[key].isin(many.index)]
    return rows.assign(persons=rows[key].map(many).astype("int64"))
