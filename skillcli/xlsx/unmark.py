"""The marks of an earlier check, taken off before new ones are put on.

A marked copy is mended, saved by Excel and checked again: colours of cells that are right by now must go,
notes must not pile up, and the column of remarks must be known again although Excel stores its texts elsewhere.
A cell that was marked loses its fill; which one it had before the first marking is not kept anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from skillcli.xlsx.notes import Note, comment_items, drawing_xml
from skillcli.xlsx.package import Package, plain

_ITEM = re.compile(r"<si\b[^>]*?(?:/>|>(.*?)</si>)", re.DOTALL)
_TEXT = re.compile(r"<t\b[^>]*>([^<]*)</t>")
_COMMENT = re.compile(r"<comment\b[^>]*>.*?</comment>", re.DOTALL)
_BOX = re.compile(r"<\w+:shape\s")
_AUTHOR = re.compile(r"<author\s*/>|<author>([^<]*)</author>")


def shared_numbers(package: Package, text: str) -> frozenset[int]:
    """The numbers under which a text stands among the workbook's shared strings."""
    part = package.related("xl/workbook.xml", "sharedStrings")
    data = package.parts.get(part, b"")
    if text.encode() not in data and b"&#" not in data:
        return frozenset()
    items = _ITEM.finditer(package.text(part))
    return frozenset(n for n, item in enumerate(items) if plain("".join(_TEXT.findall(item[1] or ""))) == text)


def replace_notes(package: Package, sheet: str, notes: Sequence[Note], author: str) -> bool:
    """Put these notes in the place of those of the same author on a sheet; whether there were any. Notes of
    others stay, in boxes of the usual size."""
    part, drawing = package.related(sheet, "comments"), package.related(sheet, "vmlDrawing")
    if part not in package.parts or drawing not in package.parts:
        return False
    text, boxes = package.text(part), package.text(drawing)
    authors = [plain(found[1] or "") for found in _AUTHOR.finditer(text)]
    if author not in authors or len(_BOX.findall(boxes)) != boxes.count('ObjectType="Note"'):
        return False
    number = authors.index(author)
    theirs = [each for each in _COMMENT.findall(text) if f'authorId="{number}"' not in each.split(">", 1)[0]]
    items = "".join(theirs) + comment_items(notes, number)
    listed = f"<commentList>{items}</commentList>"
    package.put(
        part, re.sub(r"<commentList\b.*</commentList>|<commentList\s*/>", lambda _: listed, text, flags=re.DOTALL)
    )
    package.put(drawing, drawing_xml([*map(_place, theirs), *notes]))
    return True


def _place(comment: str) -> Note:
    found = re.search(r'\bref="([A-Z]+)([0-9]+)"', comment)
    column = 0
    for letter in found[1] if found else "A":
        column = column * 26 + ord(letter) - 64
    return Note(int(found[2]) if found else 1, column, "")
