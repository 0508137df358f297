"""What an audit looks at, out of the ledger: every judged training, every standing line, every advance."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, select

from skillcli.ledger import entries
from skillcli.ledger.batch import Status
from skillcli.ledger.claims import PAYABLE
from skillcli.ledger.tables import LINE, SOURCE, TRAINING
from skillcli.schema import audit as looked_at
from skillcli.schema.audit import AuditEntries
from skillcli.schema.roster import check_frame


def read(connection: Connection, policy_id: str, position: int) -> AuditEntries:
    """The ledger of a policy as it stood after transaction ``position``, voided batches included."""
    batches = entries.batches(connection, policy_id, position)
    trainings = _trainings(connection, batches)
    return AuditEntries(
        trainings=trainings.drop(columns=list(looked_at.PLACE_DTYPES)),
        places=_places(connection, trainings),
        lines=_lines(connection, batches, position),
        advances=entries.advances(connection, policy_id, position),
        batches=batches,
        position=position,
        head=entries.head(connection, position),
    )


def _trainings(connection: Connection, batches: pd.DataFrame) -> pd.DataFrame:
    own = {key: dtype for key, dtype in looked_at.TRAINING_DTYPES.items() if key in TRAINING.columns}
    wanted = {"tid": "int64", "seq": "int64", "source": "int64", "row": "int64"} | own
    frame = entries.rows(connection, TRAINING, wanted, batches["seq"].tolist())
    frame = frame.rename(columns={"tid": "record", "seq": "batch"})
    void = batches.loc[batches["status"].eq(Status.VOID), "seq"]
    return frame.assign(void=frame["batch"].isin(void))[[*looked_at.TRAINING_DTYPES, *looked_at.PLACE_DTYPES]]


def _places(connection: Connection, trainings: pd.DataFrame) -> pd.DataFrame:
    """``record``, ``file``, ``sheet``, ``row`` of each training; no file where it came from none."""
    known = connection.execute(select(SOURCE.c.seq, SOURCE.c.place, SOURCE.c.path, SOURCE.c.sheet)).all()
    sources = pd.DataFrame(known, columns=["batch", "source", "file", "sheet"]).astype(
        {"batch": "int64", "source": "int64", "file": "str", "sheet": "str"}
    )
    found = trainings[["record", "batch", "source", "row"]].merge(
        sources, on=["batch", "source"], how="left", validate="m:1"
    )
    return found[["record", "file", "sheet", "row"]]


def _lines(connection: Connection, batches: pd.DataFrame, position: int) -> pd.DataFrame:
    """Payable lines that were neither voided nor taken back."""
    kept = batches.loc[batches["status"].ne(Status.VOID), "seq"].tolist()
    frame = entries.lines(connection, kept, position)
    frame = frame[frame["verdict"].isin(PAYABLE) & ~frame["reversed"]].rename(columns={"tid": "record", "seq": "batch"})
    frame = frame[list(looked_at.LINE_DTYPES)].astype(looked_at.LINE_DTYPES).reset_index(drop=True)
    check_frame(frame, looked_at.LINE_DTYPES, LINE.name)
    return frame
