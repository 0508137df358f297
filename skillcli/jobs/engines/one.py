"""One process that holds all rows of one key at a time."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from skillcli.jobs.engines.exports import Chunk, read
from skillcli.jobs.progress import Progress
from skillcli.rules.across.parts import PARTS, Setting, check, in_order


def run(chunks: Sequence[Chunk], setting: Setting, progress: Progress) -> pd.DataFrame:
    """All findings over these chunks (``rules.across.parts.in_order``)."""
    found = []
    progress.stage("查找疑点", len(PARTS))
    for part in PARTS.values():
        whole = pd.concat([read(chunk, part) for chunk in chunks], ignore_index=True)
        found.append(check(part, whole, setting))
        progress.advance()
    return in_order(found)
