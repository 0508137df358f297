"""Notes on the cells of a sheet that may have notes, boxes and buttons of its own.

Those of others stay as they are. Ours are known by their author: an earlier check's come off before new
ones are put on. A cell with a note of somebody else's keeps that one alone, since a cell can have one only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from skillcli.xlsx.notes import (
    BOX_TYPE,
    COMMENTS_TYPE,
    DRAWING_TYPE,
    FIRST_BOX,
    Note,
    comment_items,
    comments_xml,
    drawing_xml,
    shapes_xml,
)
from skillcli.xlsx.package import Package, plain
from skillcli.xlsx.patch import SheetXml, column_of

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_COMMENT = re.compile(r"<comment\b[^>]*>.*?</comment>", re.DOTALL)
_WRITER = re.compile(r'\bauthorId="(\d+)"')
_TEXT = re.compile(r"<t\b[^>]*>([^<]*)</t>")
_PLACE = re.compile(r'\bref="([A-Z]+)([0-9]+)"')
_AUTHOR = re.compile(r"<author\s*/>|<author>([^<]*)</author>")
_LIST = re.compile(r"<commentList\b[^>]*?/>|<commentList\b[^>]*>.*</commentList>", re.DOTALL)
_SHAPE = re.compile(r"<(\w+):shape\s.*?</\1:shape>", re.DOTALL)
_BOX = re.compile(r"<\w+:Row>\s*(\d+)\s*</\w+:Row>\s*<\w+:Column>\s*(\d+)\s*<")
_NUMBER = re.compile(r'_s(\d+)"')
_LEGACY = re.compile(r'<legacyDrawing\b[^>]*\b\w+:id="([^"]*)"')


def put_notes(package: Package, part: str, sheet: SheetXml, notes: Sequence[Note], author: str, beginning: str) -> None:
    """Put notes on a sheet, in the place of those of the same author; ``beginning``: how each of them begins (a regular
    expression), by which they are known where a program has lost who wrote them. Where its notes are of an unknown make they
    are left alone, and the sheet goes without."""
    comments, drawing = package.related(part, "comments"), _drawing(package, part, sheet)
    if not comments and not notes:
        return
    if not _familiar(package, comments, drawing):
        return
    if not comments:
        comments = package.free_name("xl/comments{}.xml")
        package.add(comments, comments_xml([], author), COMMENTS_TYPE)
        package.relate(part, comments, "comments")
    gone, new = _exchange(package, comments, notes, author, beginning)
    if drawing:
        package.put(drawing, _redrawn(package.text(drawing), gone, new))
    elif new:
        _draw(package, part, sheet, new)


def has_notes(package: Package, part: str, author: str) -> bool:
    """Whether a sheet has notes by this author."""
    comments = package.related(part, "comments")
    text = package.text(comments) if comments in package.parts else ""
    return author in [plain(found[1] or "") for found in _AUTHOR.finditer(text)]


def _familiar(package: Package, comments: str, drawing: str) -> bool:
    """Whether notes and boxes, where there are any, are written as Excel and the usual libraries write them."""
    if drawing and "</xml>" not in package.text(drawing):
        return False
    return not comments or (comments in package.parts and _LIST.search(package.text(comments)) is not None)


def _exchange(
    package: Package, comments: str, notes: Sequence[Note], author: str, beginning: str
) -> tuple[set[tuple[int, int]], list[Note]]:
    """Change the notes themselves; places (row, column from 1) where ours came off, and the notes put on."""
    text = package.text(comments)
    authors = [plain(found[1] or "").strip() for found in _AUTHOR.finditer(text)]
    if author not in authors:
        added = f"<author>{escape(author)}</author></authors>"
        text = re.sub(r"<authors\s*/>", "<authors></authors>", text).replace("</authors>", added, 1)
        authors.append(author)
    number = authors.index(author)
    gone: set[tuple[int, int]] = set()
    theirs: list[tuple[tuple[int, int], str]] = []
    for comment in _COMMENT.findall(text):
        writer = _WRITER.search(comment.split(">", 1)[0])
        name = authors[int(writer[1])] if writer and int(writer[1]) < len(authors) else ""
        if name == author or (not name and beginning and re.match(beginning, _said(comment))):
            gone.add(_place(comment))
        else:
            theirs.append((_place(comment), comment))
    taken = {place for place, _ in theirs}
    new = [note for note in notes if (note.row, note.column) not in taken]
    ours = [((note.row, note.column), comment_items([note], number)) for note in new]
    items = "".join(item for _, item in sorted(theirs + ours, key=lambda each: each[0]))
    listed = f"<commentList>{items}</commentList>"
    package.put(comments, _LIST.sub(lambda _: listed, text, count=1))
    return gone, new


def _drawing(package: Package, part: str, sheet: SheetXml) -> str:
    """The part with the boxes of a sheet's notes and buttons; "" where it has none."""
    found = _LEGACY.search(sheet.after)
    drawing = package.target(part, found[1]) if found else ""
    return drawing if drawing in package.parts else ""


def _redrawn(text: str, gone: set[tuple[int, int]], new: Sequence[Note]) -> str:
    """A drawing without the boxes at some places, with boxes for the new notes."""

    def kept(found: re.Match[str]) -> str:
        box = _BOX.search(found[0]) if 'ObjectType="Note"' in found[0] else None
        return "" if box and (int(box[1]) + 1, int(box[2]) + 1) in gone else found[0]

    text = _SHAPE.sub(kept, text)
    end = text.rfind("</xml>")
    first = max([FIRST_BOX - 1, *map(int, _NUMBER.findall(text))]) + 1
    needed = "" if 'id="_x0000_t202"' in text or not new else BOX_TYPE
    return text[:end] + needed + shapes_xml(new, first) + text[end:]


def _draw(package: Package, part: str, sheet: SheetXml, notes: Sequence[Note]) -> None:
    drawing = package.free_name("xl/drawings/vmlDrawing{}.vml")
    package.default_type("vml", DRAWING_TYPE)
    package.put(drawing, drawing_xml(notes))
    relation = package.relate(part, drawing, "vmlDrawing")
    sheet.add_drawing(f'<legacyDrawing xmlns:r="{_OFFICE}" r:id="{relation}"/>')


def _said(comment: str) -> str:
    return plain("".join(_TEXT.findall(comment)))


def _place(comment: str) -> tuple[int, int]:
    found = _PLACE.search(comment)
    return (int(found[2]), column_of(found[1])) if found else (1, 1)
