"""The main job on the sample data: a workspace for each city, catalogues and readings in, rosters paid.

``python sample_data/demo.py [FOLDER]`` (default ``demo``) makes the workspaces under FOLDER; ``make demo``
installs the program and runs this. A folder that holds an earlier demo is used again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from skillcli.cli.app import main as skillcli

SAMPLES = Path(__file__).parent
MONTH = "2020-03"
AS_OF = "2020-04-10"
CITIES = {
    "linkou": ("linkou-2019", "林口县人力资源和社会保障局"),
    "taiyuan": ("taiyuan-2019", "太原市人力资源和社会保障局"),
}


def commands(city: str, workspace: Path) -> Iterator[list[str]]:
    """The commands a clerk would type for one city's month."""
    policy, agency = CITIES[city]
    rosters = sorted(str(path) for path in (SAMPLES / city / MONTH).iterdir())
    here = ["--workspace", str(workspace)]
    if not (workspace / "skillcli.toml").exists():
        yield ["init", str(workspace), "--policy", policy, "--agency", agency]
    yield ["catalog", "import", str(SAMPLES / city / "目录.xlsx"), *here]
    yield ["ruling", "import", str(SAMPLES / city / "政策口径.xlsx"), *here]
    yield ["validate", *rosters, "--as-of", AS_OF, "--out", str(workspace / "核对结果"), "--quiet", *here]
    yield ["pay", *rosters, "--month", MONTH, "--as-of", AS_OF, *here]
    yield ["batch", "list", *here]


def main(folder: Path) -> int:
    """Run both cities; 0 when every command ended with 0 or 1 (some lines are refused on purpose)."""
    for city in CITIES:
        workspace = folder / city
        for command in commands(city, workspace):
            sys.stdout.write(f"\n$ skillcli {' '.join(command)}\n")
            sys.stdout.flush()
            status = skillcli(command)
            if status not in (0, 1):
                return status
    sys.stdout.write("\n工作簿在：\n")
    for path in sorted(folder.rglob("*.xlsx")):
        if path.parent.name in ("核对结果",) or "输出" in path.parts:
            sys.stdout.write(f"  {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo")))
