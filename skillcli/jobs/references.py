"""Reference lists (比对名单) from other offices: taken in by workbook, compared at every run (P16)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from skillcli.core.finding import Finding, Place, Severity
from skillcli.core.identity import Fault, examine
from skillcli.jobs.sheets import read_filled, refuse_faults
from skillcli.jobs.workspace import Workspace
from skillcli.schema.inputs import REFERENCE

if TYPE_CHECKING:
    from skillcli.ledger.ledger import Ledger


def import_lists(workspace: Workspace, path: Path, *, at: str, person: str) -> tuple[tuple[str, int], ...]:
    """Take in the lists of a workbook, each as a new version of the list of that name; returns name and
    number of entries of each.

    Raises ClerkError when a row names no list or no sound identity number; nothing is taken in then.
    """
    from skillcli.ledger.ledger import Ledger

    read = read_filled(path, (REFERENCE,))[REFERENCE.title]
    frame = read.frame
    fault, _, _ = examine(frame["id_number"].to_numpy(dtype=object))
    sound = pd.Series(fault, index=frame.index).isin([Fault.NONE, Fault.FIFTEEN])
    unnamed = frame["list_name"].isna()
    faults = [
        Finding("P16", Severity.ERROR, Place(str(path), read.sheet, int(row)), sentence)
        for bad, sentence in (
            (unnamed, "“名单”是空白，请写名单的名称。"),
            (~sound, "身份证号不是有效的号码，请更正。"),
        )
        for row in frame.loc[bad, "row"]
    ]
    refuse_faults(path, sorted(faults, key=lambda each: each.place.row))
    with Ledger.open(workspace.ledger) as ledger:
        ledger.import_sheet(
            REFERENCE, frame.drop(columns="row"), at=at, person=person, path=str(path), sha256=read.sha256
        )
    counts = frame["list_name"].value_counts(sort=False)
    return tuple((str(name), int(count)) for name, count in counts.items())


def listed_people(ledger: Ledger) -> pd.DataFrame | None:
    """Entries of all lists in their newest versions (``rules.case.Case.references``); None when no list
    was ever imported. Raises ClerkError when the ledger cannot be read."""
    lists = ledger.lists(REFERENCE, "list_name")
    if lists is None:
        return None
    _, person, _ = examine(lists["id_number"].to_numpy(dtype=object))
    return pd.DataFrame(
        {
            "list_name": lists["list_name"],
            "person": person,
            "event_on": lists["event_on"],
            "treatment": lists["treatment"].fillna("").astype("str"),
        }
    )
