"""The workbook's shared strings: text that repeats is written once and named by its number."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from skillcli.xlsx.cells import escaped, tagged

_COUNTS = re.compile(rb'count="(\d+)" uniqueCount="(\d+)"')


class SharedStrings:
    """Strings that the shell already has, and those that the rows add."""

    def __init__(self, shell: bytes) -> None:
        found = _COUNTS.search(shell)
        if found is None:
            raise ValueError("the shell has no shared strings")
        self._shell = shell
        self._used = int(found[1])
        self._first = int(found[2])
        self._numbers: dict[str, int] = {}

    def numbers(self, values: pa.Array, uses: int) -> pa.Array:
        """The number of each of these distinct texts, as text; ``uses``: cells that hold one."""
        self._used += uses
        known = self._numbers
        found = [known.setdefault(value, self._first + len(known)) for value in values.to_pylist()]
        return pa.array(found, type=pa.int64()).cast(pa.string())

    def xml(self) -> bytes:
        """The part ``sharedStrings.xml`` with all of them."""
        values = escaped(pa.array(list(self._numbers), type=pa.string()))
        items = pc.binary_join_element_wise("<si>", tagged(values), "</si>", "")
        counts = b'count="%d" uniqueCount="%d"' % (self._used, self._first + len(self._numbers))
        shell = _COUNTS.sub(counts, self._shell, count=1)
        return shell.replace(b"</sst>", "".join(items.to_pylist()).encode("utf-8") + b"</sst>")
