"""Taking in the office's catalogues (目录): prices, shortage occupations, institutions."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from skillcli.jobs.sheets import read_filled
from skillcli.jobs.workspace import Workspace
from skillcli.schema.catalogue import Catalogue
from skillcli.schema.inputs import CATALOGUE, CATALOGUE_SHORTAGE


class Imported(Struct, frozen=True):
    """Title and number of rows of each sheet taken in, and the titles of those left as they were."""

    sheets: tuple[tuple[str, int], ...]
    untouched: tuple[str, ...]


def import_catalogue(workspace: Workspace, path: Path, *, at: str, person: str) -> Imported:
    """Take in the sheets of a catalogue workbook as new versions, all or none.

    A sheet 急需紧缺 without rows says that no occupation is in short supply; of the others a
    blank one says nothing and is passed over. Raises ClerkError when the file has a fault or no row.
    """
    from skillcli.ledger.ledger import CATALOGUE_SHEETS, Ledger

    filled = read_filled(path, CATALOGUE, may_be_empty=(CATALOGUE_SHORTAGE.title,))
    frames = {title: read.frame.drop(columns="row") for title, read in filled.items()}
    catalogue = Catalogue(**{name: frames.get(table.title) for name, table in CATALOGUE_SHEETS.items()})
    sha256 = next(iter(filled.values())).sha256
    with Ledger.open(workspace.ledger) as ledger:
        ledger.import_catalogue(catalogue, at=at, person=person, path=str(path), sha256=sha256)
    return Imported(
        tuple((title, len(frame)) for title, frame in frames.items()),
        tuple(table.title for table in CATALOGUE if table.title not in frames),
    )
