"""Small sheets kept with a batch: read back as they were, hashed into the chain, no input of later runs."""

from __future__ import annotations

import pandas as pd
import pytest
from msgspec.structs import replace

from ledger.build import PAYABLE, Run
from skillcli.ledger.ledger import Ledger
from skillcli.schema.submission import PARKED, REMOVED, SUBMISSION


def submission(parked: int) -> pd.DataFrame:
    frame = pd.DataFrame({"kind": ["full"], "corrects": [None], "duplicates": [0], "parked": [parked], "removed": [0]})
    return frame.astype({column.key: column.kind.dtype for column in SUBMISSION.columns})


def parked(*names: str) -> pd.DataFrame:
    frame = pd.DataFrame({key: pd.Series([""] * len(names), dtype="str") for key in PARKED.keys})
    return frame.assign(name=pd.Series(names, dtype="str"), problem="第 3 行：𠮷")


def test_sheets_come_back_as_they_were_and_belong_to_their_batch(ledger: Ledger) -> None:
    plain = ledger.book(Run([1], [(0, "free", PAYABLE, 100)], salt=1).batch(ledger, "2020-03"))
    batch = Run([2], [(0, "free", PAYABLE, 100)], salt=2).batch(ledger, "2020-03")
    told = (SUBMISSION, submission(2)), (PARKED, parked("张 伟", "阿卜杜拉·买买提"))
    with_sheets = ledger.book(replace(batch, sheets=told))
    for table, frame in told:
        found = ledger.batch_sheet(with_sheets, table)
        assert found is not None
        pd.testing.assert_frame_equal(found, frame)
        assert ledger.batch_sheet(plain, table) is None
    assert ledger.batch_sheet(with_sheets, REMOVED) is None
    assert ledger.sheet_versions().empty
    assert ledger.verify().problems == ()


def test_a_sheet_of_other_columns_is_refused_and_nothing_is_booked(ledger: Ledger) -> None:
    batch = Run([1], [(0, "free", PAYABLE, 100)]).batch(ledger, "2020-03")
    with pytest.raises(TypeError):
        ledger.book(replace(batch, sheets=((SUBMISSION, parked("甲")),)))
    assert ledger.batches().empty
    assert ledger.verify().problems == ()
