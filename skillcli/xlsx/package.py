"""An existing .xlsx as a package of parts, to which parts can be added.

Nothing that is not asked for changes: parts are kept as bytes and edited as text, so that formulas
keep their stored values and whatever this program does not know (charts, pictures, extensions)
stays as it was. That is why no library re-writes the file here.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape, unescape
from zipfile import ZipFile

from skillcli.xlsx.archive import new_archive

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORKBOOK = "xl/workbook.xml"
_TYPES = "[Content_Types].xml"
_LARGE = 20_000_000
"""Bytes from which packing goes for speed."""
_HUGE = 2**31 - 2**20
_ENTITIES = {"&quot;": '"', "&apos;": "'"}
_ENTITY_NUMBER = re.compile(r"&#(x[0-9a-fA-F]+|\d+);")


class NotEditable(Exception):
    """The workbook has a shape that is not edited in place; the message says which."""


class Package:
    """The parts of a workbook by name."""

    def __init__(self, source: Path) -> None:
        with ZipFile(source) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            self.parts = {name: archive.read(name) for name in names}
        self._pieces: dict[str, list[bytes]] = {}
        for name in (_WORKBOOK, _relations_of(_WORKBOOK), _TYPES, "xl/styles.xml"):
            if name not in self.parts:
                raise NotEditable(f"no part {name}")
        if b"purl.oclc.org" in self.parts[_WORKBOOK] or b"<workbook" not in self.parts[_WORKBOOK]:
            raise NotEditable("strict or prefixed workbook")
        self.sheets = self._sheets()

    def save(self, stream: BinaryIO) -> None:
        """Write the package; the same parts give the same bytes."""
        kept = sum(map(len, self.parts.values()))
        large = kept + sum(len(piece) for pieces in self._pieces.values() for piece in pieces) > _LARGE
        with new_archive(stream, large=large) as archive:
            for name, data in self.parts.items():
                pieces = self._pieces.get(name, [data])
                with archive.open(name, "w", force_zip64=sum(map(len, pieces)) > _HUGE) as part:
                    for piece in pieces:
                        part.write(piece)

    def put_pieces(self, name: str, pieces: list[bytes]) -> None:
        """Set a large part, which stays in pieces."""
        self.parts[name] = b""
        self._pieces[name] = pieces

    def text(self, name: str) -> str:
        """A part as text. Raises NotEditable when it is not UTF-8."""
        try:
            return self.parts[name].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise NotEditable(f"{name} is not UTF-8") from error

    def put(self, name: str, text: str) -> None:
        """Set a part."""
        self._pieces.pop(name, None)
        self.parts[name] = text.encode("utf-8")

    def add(self, name: str, text: str, content_type: str) -> None:
        """Add a part with its content type."""
        self.put(name, text)
        override = f'<Override PartName="/{name}" ContentType="{content_type}"/>'
        self.put(_TYPES, self.text(_TYPES).replace("</Types>", override + "</Types>"))

    def default_type(self, extension: str, content_type: str) -> None:
        """State the content type of all parts with this extension."""
        types = self.text(_TYPES)
        if not re.search(rf'<Default[^>]*Extension="{extension}"', types, re.IGNORECASE):
            default = f'<Default Extension="{extension}" ContentType="{content_type}"/>'
            self.put(_TYPES, re.sub(r"(<Types[^>]*>)", lambda found: found[1] + default, types, count=1))

    def relate(self, source: str, target: str, kind: str) -> str:
        """Relate a part to another; returns the relation's id."""
        name = _relations_of(source)
        empty = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="{_PACKAGE_RELATIONS}"></Relationships>'
        text = self.text(name) if name in self.parts else empty
        text = re.sub(r"<Relationships([^>]*)/>", r"<Relationships\1></Relationships>", text)
        taken = set(re.findall(r'\bId="([^"]*)"', text))
        relation = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        entry = f'<Relationship Id="{relation}" Type="{_RELATIONS}/{kind}" Target="/{target}"/>'
        self.put(name, text.replace("</Relationships>", entry + "</Relationships>"))
        return relation

    def related(self, source: str, kind: str) -> str:
        """The first part of a kind that ``source`` is related to, "" without one."""
        for target, found in self._targets(source).values():
            if found.endswith(f"/{kind}"):
                return target
        return ""

    def target(self, source: str, relation: str) -> str:
        """The part to which a relation of ``source`` leads, "" without one."""
        return self._targets(source).get(relation, ("", ""))[0]

    def free_name(self, pattern: str) -> str:
        """A part name no part has yet; ``pattern`` holds ``{}`` for the number."""
        return next(name for n in range(1, len(self.parts) + 2) if (name := pattern.format(n)) not in self.parts)

    def add_sheet(self, name: str, xml: str) -> None:
        """Add a worksheet at the end, or set the one of this name."""
        if name in self.sheets:
            self.put(self.sheets[name], xml)
            return
        part = self.free_name("xl/worksheets/sheet{}.xml")
        self.add(part, xml, "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml")
        relation = self.relate(_WORKBOOK, part, "worksheet")
        workbook = self.text(_WORKBOOK)
        number = max(map(int, re.findall(r'\bsheetId="(\d+)"', workbook))) + 1
        entry = f'<sheet xmlns:r="{_RELATIONS}" name="{escape(name)}" sheetId="{number}" r:id="{relation}"/>'
        self.put(_WORKBOOK, workbook.replace("</sheets>", entry + "</sheets>", 1))
        self.sheets[name] = part

    def _sheets(self) -> dict[str, str]:
        """Sheet name → part, in order."""
        targets = self._targets(_WORKBOOK)
        found = {}
        for tag in re.findall(r"<sheet\b[^>]*>", self.text(_WORKBOOK)):
            name = re.search(r'\bname="([^"]*)"', tag)
            relation = re.search(r'\b\w+:id="([^"]*)"', tag)
            if name is None or relation is None or relation[1] not in targets:
                raise NotEditable("a sheet without name or part")
            found[plain(name[1])] = targets[relation[1]][0]
        return found

    def _targets(self, source: str) -> dict[str, tuple[str, str]]:
        """Relation id → part name and kind."""
        name = _relations_of(source)
        found = {}
        for tag in re.findall(r"<Relationship\b[^>]*>", self.text(name) if name in self.parts else ""):
            values = dict(re.findall(r'\b(Id|Type|Target)="([^"]*)"', tag))
            target = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), plain(values["Target"])))
            found[values["Id"]] = (target.lstrip("/"), values["Type"])
        return found


def plain(text: str) -> str:
    """Text of an attribute or element with its entities resolved."""

    def number(found: re.Match[str]) -> str:
        digits = found[1]
        return chr(int(digits[1:], 16) if digits[0] == "x" else int(digits))

    return unescape(_ENTITY_NUMBER.sub(number, text), _ENTITIES)


def _relations_of(part: str) -> str:
    return posixpath.join(posixpath.dirname(part), "_rels", posixpath.basename(part) + ".rels")
