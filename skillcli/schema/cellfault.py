"""Words for cells that gave no value. Apart from the roster: the reading process knows them without its columns."""

from __future__ import annotations


class CellFault:
    """Why a cell gave no value (column ``fault`` of ``Roster.faults``)."""

    NUMBER = "number"
    """A number stands in a guarded column; its last digits may be lost."""
    SCIENTIFIC = "scientific"
    """Text in scientific notation stands in a guarded column."""
    ERROR_VALUE = "error_value"
    """An Excel error value (#N/A, #REF! …)."""
    FORMULA = "formula"
    """A formula without a stored value."""
    UNREADABLE = "unreadable"
    """Text that is no date, number, money … of the column's kind."""
    UNKNOWN = "unknown"
    """A word the column's vocabulary does not know."""
