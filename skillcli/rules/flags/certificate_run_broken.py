"""Certificate numbers of one institution running on, with a few of another's in between.

A name that was pushed into a class afterwards often brings a certificate from elsewhere.
"""

from __future__ import annotations

import pandas as pd

from skillcli.rules.flags.flag import Thresholds, flag, none_found


@flag(
    name="certificate_run_broken",
    title="连号证书夹有其他机构",
    key="certificate_series",
    reads=("void", "institution_n", "certificate_n", "certificate_series", "certificate_serial"),
    figures=("run_length", "run_foreign"),
    message="{institution} 的连号证书（{total} 张）中间夹有 {foreign} 的 {count} 张。",
    remedy="向发证机构核对这几张证书的颁证名册和考核批次。",
)
def certificate_run_broken(frame: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    known = frame[~frame["void"]].dropna(subset=["institution_n", "certificate_series"])
    numbers = known.groupby(["certificate_series", "certificate_serial"], as_index=False)["institution_n"].min()
    series, serial = numbers["certificate_series"], numbers["certificate_serial"]
    run = (series.ne(series.shift()) | serial.diff().ne(1)).cumsum()
    block = (run.ne(run.shift()) | numbers["institution_n"].ne(numbers["institution_n"].shift())).cumsum()
    numbers = numbers.assign(run=run, block=block)
    numbers["total"] = numbers.groupby(["run", "institution_n"])["certificate_serial"].transform("size")
    blocks = numbers.groupby("block", as_index=False).agg(
        run=("run", "first"),
        institution_n=("institution_n", "first"),
        total=("total", "first"),
        count=("certificate_serial", "size"),
        low=("certificate_serial", "min"),
        high=("certificate_serial", "max"),
        certificate_series=("certificate_series", "first"),
    )
    before, after = blocks.shift(1), blocks.shift(-1)
    inside = before["run"].eq(blocks["run"]) & after["run"].eq(blocks["run"])
    inside &= before["institution_n"].eq(after["institution_n"]) & before["total"].ge(thresholds["run_length"])
    inside &= blocks["count"].le(thresholds["run_foreign"])
    if not inside.any():
        return none_found()
    whose = pd.DataFrame({"institution": before["institution_n"], "total": before["total"].astype("Int64")})
    guilty = blocks.drop(columns="total").join(whose, validate="1:1")[inside]
    guilty = guilty.rename(columns={"institution_n": "foreign"})
    # with the number before and the number after, which show whose run it is
    wide = guilty.loc[guilty.index.repeat(guilty["count"] + 2)]
    wide["certificate_serial"] = wide["low"] - 1 + wide.groupby(level=0).cumcount()
    rows = known.merge(
        wide.drop(columns=["run", "block"]), on=["certificate_series", "certificate_serial"], validate="m:m"
    )
    return rows.assign(group=rows["certificate_series"] + "|" + rows["low"].astype("str"))
