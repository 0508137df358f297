"""D05 and D08: lines paid by the month, against the months of a life and against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skillcli.rules.sequence import PAYABLE, REFUSED, line_places, past_places

if TYPE_CHECKING:
    from skillcli.rules.case import Case


def months(case: Case) -> pd.DataFrame:
    """D05 and D08 of lines paid by the month: index ``lid`` of the lines touched; ``granted`` (int64,
    months still free, never more than asked), ``asked``, ``used`` (int64), ``overlaps`` (str, place of the earlier one)."""
    found: list[tuple[int, int, int, int, str]] = []
    for line in case.policy.lines:
        if line.amount.kind == "per_month" and line.amount.lifetime_months:
            found += _months_of(case, line.id, line.amount.lifetime_months)
    numbers = np.array([each[:4] for each in found], dtype=np.int64).reshape(-1, 4)
    return pd.DataFrame(
        {
            "granted": numbers[:, 1],
            "asked": numbers[:, 2],
            "used": numbers[:, 3],
            "overlaps": pd.array([overlaps for *_, overlaps in found], dtype="str"),
        },
        index=pd.Index(numbers[:, 0], name="lid"),
    )


def _months_of(case: Case, line_id: str, cap: int) -> list[tuple[int, int, int, int, str]]:
    lines = case.lines[case.lines["line"].eq(line_id) & case.lines["state"].lt(REFUSED)]
    if lines.empty:
        return []
    trainings = case.trainings.loc[lines["rid"], ["person", "rank", "start", "end", "class_hash"]].set_axis(lines.index)
    now = trainings[["person", "rank", "start", "end"]].assign(
        batch_order=np.iinfo(np.int64).max,
        mine=lines.index,
        quantity=lines["quantity"].fillna(0).astype("int64"),
        place=line_places(case, lines),
        payable=lines["state"].eq(PAYABLE),
    )
    past = _spells(case, line_id, trainings)
    both = pd.concat([past[now.columns], now[now["person"].ne(0)]])
    suspect = both["person"].duplicated(keep=False) | both["quantity"].gt(cap)
    both = both[suspect].sort_values(["person", "batch_order", "rank"], kind="stable")
    found: list[tuple[int, int, int, int, str]] = []
    last, used = None, 0
    spans: list[tuple[pd.Timestamp, pd.Timestamp, str]] = []
    for person, mine, asked, start, end, place, payable in zip(
        *(both[key].tolist() for key in ("person", "mine", "quantity", "start", "end", "place", "payable")), strict=True
    ):
        if person != last:
            last, used, spans = person, 0, []
        if mine < 0:
            spans.append((start, end, place))
            used += asked if payable else 0
            continue
        granted = min(asked, max(cap - used, 0))
        if granted == 0 and asked > 0:
            found.append((mine, 0, asked, used, ""))
            continue
        overlaps = next((where for s, e, where in spans if start <= e and s <= end), "")
        if granted < asked or overlaps:
            found.append((mine, granted, asked, used, overlaps))
        spans.append((start, end, place))
        used += granted if payable and not overlaps else 0
    return found


def _spells(case: Case, line_id: str, trainings: pd.DataFrame) -> pd.DataFrame:
    """Earlier spells of one line that are not refused; only the live ones use months (``payable``). A
    spell sent again is no second one."""
    columns = ["tid", "person", "batch_order", "rank", "batch", "file", "sheet", "row", "start", "end", "loser"]
    columns += ["certificate_claim", "class_hash"]
    lines = case.history.lines
    lines = lines[lines["line"].eq(line_id) & (lines["live"] | lines["verdict"].isin(["待核实", "待明确"]))]
    past = lines.merge(case.history.trainings[columns], on="tid", validate="m:1")
    again = past["class_hash"].isin(trainings["class_hash"]) & ~past["live"] & past["class_hash"].ne(0)
    past = past[~past["loser"] & ~again]
    return past.assign(mine=-1, payable=past["live"], place=past_places(past))
