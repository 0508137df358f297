"""Sheets written column by column, as fast as this machine can: no product code.

Makes the rosters, with shared strings as Excel saves them, and serves as the writing half of the
floor, with styled cells and inline strings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow as pa
import pyarrow.compute as pc

PLAIN, TEXT, DATE, MONEY, HEAD = range(5)
"""Positions of the cell styles in ``_STYLES``."""
_BLOCK = 20_000
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_STYLES = f"""<styleSheet {_MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>
<fonts count="2"><font><sz val="10"/><name val="宋体"/></font><font><b/><sz val="10"/><name val="黑体"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="2"><border/><border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/>
</border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf/>
<xf numFmtId="49" borderId="1" applyNumberFormat="1"/><xf numFmtId="164" borderId="1" applyNumberFormat="1"/>
<xf numFmtId="4" borderId="1" applyNumberFormat="1"/><xf fontId="1" borderId="1"/></cellXfs></styleSheet>"""


class Strings:
    """The shared strings of a workbook."""

    def __init__(self) -> None:
        self.texts: list[pa.Array] = []
        self.count = 0

    def number(self, values: pa.Array) -> pa.Array:
        """The number of each text."""
        coded = values.dictionary_encode()
        first = self.count
        self.texts.append(coded.dictionary)
        self.count += len(coded.dictionary)
        return pc.add(coded.indices.cast(pa.int64()), first)

    def xml(self) -> bytes:
        texts = pa.concat_arrays(self.texts) if self.texts else pa.array([], pa.string())
        items = pc.binary_join_element_wise("<si><t>", _escaped(texts), "</t></si>", "")
        body = b"".join(value.as_buffer() or b"" for value in items)
        return f'<sst {_MAIN} count="{self.count}" uniqueCount="{self.count}">'.encode() + body + b"</sst>"


def text_cells(values: pa.Array, strings: Strings | None = None, style: int = TEXT) -> pa.Array:
    """Cells of text from the quote behind the row number on; missing stays an empty cell."""
    if strings is not None:
        number = strings.number(values).cast(pa.string())
        cells = pc.binary_join_element_wise(f'" s="{style}" t="s"><v>', number, "</v></c>", "")
    else:
        coded = values.dictionary_encode()
        many = len(coded.dictionary) * 2 > len(values)
        made = pc.binary_join_element_wise(
            f'" s="{style}" t="inlineStr"><is><t>', _escaped(values if many else coded.dictionary), "</t></is></c>", ""
        )
        cells = made if many else made.take(coded.indices)
    return cells.fill_null(f'" s="{style}"/>')


def number_cells(values: pa.Array, style: int = PLAIN) -> pa.Array:
    """Cells of numbers given as text or numbers."""
    cells = pc.binary_join_element_wise(f'" s="{style}"><v>', values.cast(pa.string()), "</v></c>", "")
    return cells.fill_null(f'" s="{style}"/>')


def rows(columns: list[pa.Array], first: int) -> Iterator[memoryview]:
    """XML of the rows that these cell columns make, the first numbered ``first``."""
    names = [column_name(number) for number in range(len(columns))]
    for begin in range(0, len(columns[0]), _BLOCK):
        size = min(_BLOCK, len(columns[0]) - begin)
        number = pa.array(range(first + begin, first + begin + size), pa.int32()).cast(pa.string())
        parts: list[pa.Array | str] = ['<row r="', number, '">']
        for name, cells in zip(names, columns, strict=True):
            parts += [f'<c r="{name}', number, cells.slice(begin, size)]
        joined = pc.binary_join_element_wise(*parts, "</row>", "")
        yield memoryview(joined.buffers()[2])[: joined.buffers()[1].size and pc.sum(pc.binary_length(joined)).as_py()]


def head(titles: list[str], row: int, above: str = "") -> bytes:
    """A header row, and a title row above it."""
    cells = "".join(
        f'<c r="{column_name(n)}{row}" s="{HEAD}" t="inlineStr"><is><t>{title}</t></is></c>'
        for n, title in enumerate(titles)
    )
    title = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{above}</t></is></c></row>' if above else ""
    return f'{title}<row r="{row}">{cells}</row>'.encode()


def write(path: Path, sheets: Mapping[str, Iterator[bytes | memoryview]], strings: Strings | None = None) -> None:
    """A workbook of these sheets (name → XML of its rows)."""
    numbers = range(1, len(sheets) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>' for n in numbers
    )
    names = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_RELS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as target:
        target.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
            f'"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPES}.sharedStrings+xml"/>{overrides}</Types>',
        )
        target.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_RELS}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        target.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{links}<Relationship Id="s" Type="{_RELS}/styles" '
            f'Target="styles.xml"/><Relationship Id="t" Type="{_RELS}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>",
        )
        target.writestr("xl/workbook.xml", f'<workbook {_MAIN} xmlns:r="{_RELS}"><sheets>{names}</sheets></workbook>')
        target.writestr("xl/styles.xml", _STYLES)
        for number, xml in enumerate(sheets.values(), 1):
            with target.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as part:
                part.write(f"<worksheet {_MAIN}><sheetData>".encode())
                for block in xml:
                    part.write(block)
                part.write(b"</sheetData></worksheet>")
        target.writestr("xl/sharedStrings.xml", (strings or Strings()).xml())


def column_name(number: int) -> str:
    """A, B … Z, AA …"""
    name = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        name = chr(65 + digit) + name
    return name


def _escaped(text: pa.Array) -> pa.Array:
    for plain, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = pc.replace_substring(text, plain, entity)
    return text
