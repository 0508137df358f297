"""Checkpoints: places in the journal up to which every row was once read again and found unchanged.

A checkpoint is a transaction without rows, linked into the chain like any other; its subject names
the transaction it vouches for and that one's head. It lets a check of the month leave out the rows of
earlier years. It proves nothing about what was changed since it was written: only reading everything
does, which is why that stays the usual way.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from skillcli.ledger.chain import Entry

KIND = "checkpoint"


class Checkpoint(Struct, frozen=True):
    """``upto``: number of the last transaction it vouches for, ``head``: that one's link; ``at`` (UTC
    text), ``person``: when and by whom everything was read."""

    upto: int
    head: str
    at: str
    person: str


def subject(upto: int, head: str) -> str:
    """What the journal says of a checkpoint."""
    return f"{upto} {head}"


def newest(entries: Sequence[Entry]) -> Checkpoint | None:
    """The newest checkpoint that names a transaction before it by its true head; None without one."""
    heads = {entry.seq: entry.head for entry in entries}
    for entry in reversed(entries):
        if entry.kind != KIND:
            continue
        upto, _, head = entry.subject.partition(" ")
        if upto.isdigit() and int(upto) < entry.seq and heads.get(int(upto)) == head:
            return Checkpoint(int(upto), head, entry.at, entry.person)
    return None
