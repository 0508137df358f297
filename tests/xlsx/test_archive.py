"""How the zip archive of a workbook is made."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest

from skillcli.xlsx.archive import new_archive

ROWS = "".join(f"<row><c>{number * 7919 % 10007}</c><c>张三</c></row>" for number in range(20_000)).encode()


@pytest.mark.parametrize("large", [True, False])
def test_a_part_opened_by_name_is_dated_and_pressed_as_the_archive_says(large: bool) -> None:
    stream = BytesIO()
    with new_archive(stream, large=large) as archive, archive.open("xl/worksheets/sheet1.xml", "w") as part:
        part.write(ROWS)
    (member,) = ZipFile(stream).infolist()
    assert member.date_time == (1980, 1, 1, 0, 0, 0)
    sizes = {level: pressed(level) for level in (2, 6)}
    assert sizes[2] > sizes[6]
    assert member.compress_size == sizes[2 if large else 6]


def pressed(level: int) -> int:
    pressing = zlib.compressobj(level, zlib.DEFLATED, -15)
    return len(pressing.compress(ROWS)) + len(pressing.flush())
