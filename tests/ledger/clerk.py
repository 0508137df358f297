"""A clerk in a process of their own: books runs into a ledger, saying each batch id once it stands.

``python clerk.py LEDGER SALT COUNT ROWS``: ``COUNT`` runs of ``ROWS`` persons, salts from ``SALT`` on.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from ledger.build import plain_run
from skillcli.ledger.batch import LedgerMoved
from skillcli.ledger.ledger import Ledger


def main(where: str, salt: int, count: int, rows: int) -> None:
    with Ledger.open(where) as ledger:
        for run in range(salt, salt + count):
            booked = None
            while booked is None:
                try:
                    booked = ledger.book(plain_run(rows, salt=run).batch(ledger))
                except LedgerMoved:
                    continue
            sys.stdout.write(f"{booked.id}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
