"""The style part of a workbook: cell styles cloned with a mark's background, and given back their own.

A mark may cover a background of the institution's. Every former background therefore has a shade of the
mark's colour to itself, which no eye tells from the others; the sheet of problems keeps, out of sight, a
cell of each former background named after its shade. Both outlast being saved by Excel, WPS or LibreOffice,
and rows that are moved or inserted, so that a mark that comes off leaves what was there before it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from skillcli.xlsx.package import NotEditable

_XF = re.compile(r"<xf\b([^>]*?)(/>|>.*?</xf>)", re.DOTALL)
_SHADE = re.compile(r'<fgColor\s[^>]*?\brgb="(?:FF)?([0-9A-F]{6})"')
_BLANK = re.compile(r'<fill\s*/>|<fill>\s*(?:<patternFill\s*/>|<patternFill[^>]*\spatternType="none".*)', re.DOTALL)
_NEAR = 8
"""Shades a colour part may be darker by, and still look the same."""
NOTHING = ""
"""The former background of a cell that had none."""


class Styles:
    """The cell styles. ``shades``: colour of each earlier mark (RRGGBB) → the background under it (XML of the
    element ``fill``, ``NOTHING`` for none)."""

    def __init__(self, xml: str, shades: Mapping[str, str] | None = None) -> None:
        fills = re.search(r"<fills\b[^>]*>(.*?)</fills>", xml, re.DOTALL)
        formats = re.search(r"<cellXfs\b[^>]*>(.*?)</cellXfs>", xml, re.DOTALL)
        if fills is None or formats is None:
            raise NotEditable("styles without fills or cell formats")
        self._xml = xml
        self._fills = re.findall(r"<fill\b(?:[^>]*/>|.*?</fill>)", fills[1], re.DOTALL)
        self._formats = [found[0] for found in _XF.finditer(formats[1])]
        self._numbers = {_looks(xf): number for number, xf in reversed(list(enumerate(self._formats)))}
        self._own = {found[1] for fill in self._fills if (found := _SHADE.search(fill))}
        self.shades = dict(shades or {})
        self._made: dict[tuple[int, str], int] = {}

    def filled(self, base: int, colour: str) -> int:
        """The number of a style like ``base`` with a mark's background, a shade of ``colour`` (RRGGBB)."""
        if (base, colour) not in self._made:
            former = self.background(base)
            self._made[base, colour] = self.painted(base, self._shade(colour, former))
        return self._made[base, colour]

    def painted(self, base: int, colour: str) -> int:
        """The number of a style like ``base`` with exactly this background (RRGGBB)."""
        return self._with_fill(base, _solid(colour))

    def background(self, number: int) -> str:
        """A style's background, below any mark."""
        fill = self._fill_of(number)
        shade = _SHADE.search(fill)
        return self.shades.get(shade[1], fill) if shade else fill

    def unmarked(self, palette: Collection[str]) -> dict[int, int]:
        """Number of each style with a mark's background → number of the like with the background below it.
        Where a workbook has lost what stood below, it is none, for every shade of these colours."""
        bare = {}
        for number in range(len(self._formats)):
            shade = _SHADE.search(self._fill_of(number))
            if shade and shade[1] in self.shades:
                bare[number] = self._with_fill(number, self.shades[shade[1]])
            elif shade and not self.shades and any(_is_shade(shade[1], each) for each in palette):
                bare[number] = self._with_fill(number, NOTHING)
        return bare

    def keepsakes(self) -> dict[str, int]:
        """Each shade in use → number of a style that has the background below it."""
        plain = '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        base = self.add(plain)
        return {shade: self._with_fill(base, fill) for shade, fill in self.shades.items()}

    def add(self, xf: str) -> int:
        """The number of a cell format; one that looks the same is not added again."""
        look = _looks(xf)
        if look not in self._numbers:
            self._formats.append(xf)
            self._numbers[look] = len(self._formats) - 1
        return self._numbers[look]

    def xml(self) -> str:
        """The style part with what was added."""
        fills = f'<fills count="{len(self._fills)}">{"".join(self._fills)}</fills>'
        formats = f'<cellXfs count="{len(self._formats)}">{"".join(self._formats)}</cellXfs>'
        xml = re.sub(r"<fills\b[^>]*>.*?</fills>", lambda _: fills, self._xml, count=1, flags=re.DOTALL)
        return re.sub(r"<cellXfs\b[^>]*>.*?</cellXfs>", lambda _: formats, xml, count=1, flags=re.DOTALL)

    def _shade(self, colour: str, former: str) -> str:
        """The shade of a colour that stands for this former background; the workbook's own colours are none."""
        for each in _shades(colour):
            if self.shades.get(each, former) == former and (each in self.shades or each not in self._own):
                self.shades[each] = former
                return each
        return colour

    def _fill_of(self, number: int) -> str:
        """A style's background; blank ones are NOTHING."""
        if number >= len(self._formats):
            raise NotEditable(f"a cell has style {number} of {len(self._formats)}")
        found = re.search(r'\sfillId="(\d+)"', self._formats[number].split(">", 1)[0])
        at = int(found[1]) if found else 0
        fill = self._fills[at] if at < len(self._fills) else ""
        return NOTHING if _BLANK.match(fill) else fill

    def _with_fill(self, number: int, fill: str) -> int:
        found = _XF.fullmatch(self._formats[number]) if number < len(self._formats) else None
        if found is None:
            raise NotEditable(f"style {number} is not understood")
        attributes = re.sub(r'\s(?:fillId|applyFill)="[^"]*"', "", found[1])
        return self.add(f'<xf{attributes} fillId="{self._fill(fill)}" applyFill="1"{found[2]}')

    def _fill(self, fill: str) -> int:
        if fill == NOTHING:
            return 0
        if fill not in self._fills:
            self._fills.append(fill)
        return self._fills.index(fill)


def shade_of(colour: str) -> re.Match[str] | None:
    """Whether a text names a shade."""
    return re.fullmatch("[0-9A-F]{6}", colour)


def _solid(colour: str) -> str:
    return f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/><bgColor indexed="64"/></patternFill></fill>'


def _looks(xf: str) -> tuple[object, ...]:
    """What two formats that look the same have in common."""
    head, _, inside = xf.partition(">")
    attributes = dict(re.findall(r'\s(\w+)="([^"]*)"', head))
    attributes.pop("applyFill", None)
    return (*sorted(attributes.items()), inside)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:], 16)


def _shades(colour: str) -> list[str]:
    """The colour itself, and all that look like it."""
    red, green, blue = _parts(colour)
    steps = range(_NEAR)
    return [f"{red - r:02X}{green - g:02X}{blue - b:02X}" for r in steps for g in steps for b in steps]


def _is_shade(shade: str, colour: str) -> bool:
    return all(0 <= most - part < _NEAR for most, part in zip(_parts(colour), _parts(shade), strict=True))
