"""Errors that end a command, each with the sentence a clerk reads.

The exit status belongs to the error, so that the boundary in ``cli`` only prints
and leaves (statuses: product page, "Exit status").
"""

from __future__ import annotations


class ClerkError(Exception):
    """Something the user can mend; nothing was written.

    ``str(error)`` is one plain Chinese sentence: where, what stands there, what was
    expected. ``remedy`` says what to do next. Neither may hold a whole identity or
    account number.
    """

    exit_code = 2

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.remedy = remedy


class BookedNotWritten(ClerkError):
    """The batch stands in the ledger, but a workbook could not be written."""

    exit_code = 4
