"""Cell notes: the comments part, and the old drawing format in which programs expect their boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name

COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
FIRST_BOX = 1025
"""Number of a drawing's first box."""
_PREFIXES = (
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
BOX_TYPE = (
    f'<v:shapetype{_PREFIXES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
"""The type that the boxes refer to."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class Note(NamedTuple):
    """A note at a cell, row and column from 1."""

    row: int
    column: int
    text: str


def comments_xml(notes: Sequence[Note], author: str) -> str:
    """The comments part."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><comments xmlns="{_MAIN}">'
        f"<authors><author>{escape(author)}</author></authors>"
        f"<commentList>{comment_items(notes, 0)}</commentList></comments>"
    )


def comment_items(notes: Sequence[Note], author: int) -> str:
    """Notes as elements of a comments part; ``author``: the number of their author there."""
    return "".join(
        f'<comment ref="{xl_col_to_name(note.column - 1)}{note.row}" authorId="{author}">'
        f'<text><t xml:space="preserve">{escape(note.text)}</t></text></comment>'
        for note in notes
    )


def drawing_xml(notes: Sequence[Note]) -> str:
    """The boxes of the notes, hidden until the mouse is there."""
    return (
        f'<xml{_PREFIXES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>{BOX_TYPE}'
        f"{shapes_xml(notes, FIRST_BOX)}</xml>"
    )


def shapes_xml(notes: Sequence[Note], first: int) -> str:
    """The boxes as shapes of the type above, numbered from ``first`` on. Each declares its prefixes, for a drawing
    that has others."""
    return "".join(_shape(number, note) for number, note in enumerate(notes, first))


def _shape(number: int, note: Note) -> str:
    left, top = note.column, max(note.row - 2, 0)
    return (
        f'<v:shape{_PREFIXES} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;width:220pt;height:80pt;'
        'z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
        f"<x:SizeWithCells/><x:Anchor>{left}, 15, {top}, 2, {left + 4}, 15, {top + 5}, 4</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{note.row - 1}</x:Row><x:Column>{note.column - 1}</x:Column>"
        "</x:ClientData></v:shape>"
    )
