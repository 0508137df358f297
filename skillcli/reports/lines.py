"""The lines of a run with everything a sheet prints of them."""

from __future__ import annotations

import pandas as pd

from skillcli.core.finding import Verdict
from skillcli.reports.facts import RunFacts
from skillcli.schema.outputs import NO_FUND as NO_FUND

PAYABLE = (Verdict.PAYABLE.value, Verdict.SPECIAL.value)
"""Verdicts that are paid."""

_TRAINING = (
    "name",
    "id_number",
    "town",
    "institution",
    "class_no",
    "training_kind",
    "occupation",
    "level",
    "certificate_no",
    "bank",
    "account",
)

COUNTED = ("rid", "line", "verdict", "amount_fen", "proposed_fen", "payable")
"""What sums over lines look at."""


def line_frame(facts: RunFacts, which: pd.Series | None = None, trainings: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row a line, index ``lid``, in the order of ``decision.lines``; ``which`` (bool, by lid): only these;
    ``trainings``: the ``training_frame`` of these facts, where it is at hand.

    Its columns (fen where they end in ``_fen``), and beside them: the roster's ``name`` …
    ``account``; ``file``, ``sheet``, ``row`` where it stands; ``line_no`` (""  without a batch);
    ``line_title``; ``fund`` never blank; ``who`` (int64), equal for lines of one person;
    ``payable`` (bool).
    """
    lines = facts.decision.lines if which is None else facts.decision.lines.loc[which]
    trainings = training_frame(facts) if trainings is None else trainings
    rid = lines["rid"].to_numpy()
    titles = {line.id: line.title for line in facts.policy.lines}
    numbers = facts.line_numbers
    fund = lines["fund"].fillna("")
    # columns side by side: a join would look up every line by its number first
    return pd.DataFrame(
        {name: column.array for name, column in lines.items()}
        | {name: column.array.take(rid) for name, column in trainings.items()}
        | {
            "fund": fund.mask(fund == "", NO_FUND).array,
            "line_title": lines["line"].map(titles).astype("str").fillna(lines["line"]).array,
            "line_no": pd.Series("", index=lines.index, dtype="str")
            if numbers is None
            else numbers.reindex(lines.index),
            "payable": lines["verdict"].isin(PAYABLE).array,
        },
        index=lines.index,
        copy=False,
    )


def training_frame(facts: RunFacts) -> pd.DataFrame:
    """One row a training, index ``rid``: what sheets print of it, its place, and ``who``."""
    roster = facts.roster.frame
    frame = roster[[*_TRAINING, "row"]]
    place = roster["source"].to_numpy()
    files = pd.Series(facts.file_names(), dtype="str")
    sheets = pd.Series([sheet.sheet for sheet in facts.roster.sheets], dtype="str")
    person = facts.decision.trainings["person"].reindex(frame.index, fill_value=0)
    return frame.assign(
        file=files.take(place).set_axis(frame.index),
        sheet=sheets.take(place).set_axis(frame.index),
        # A number that identifies nobody makes each of its trainings a person of its own.
        who=person.where(person != 0, -1 - frame.index.to_series()),
    )
