"""No report over a broken chain: the ledger is checked while the figures are counted, before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.errors import ClerkError

if TYPE_CHECKING:
    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.verify import Verification


class ChainCheck:
    """The check of one ledger, begun at once and asked for once; ``place`` as ``Ledger.open`` takes it."""

    def __init__(self, ledger: Ledger, place: str) -> None:
        from skillcli.ledger.beside import verification

        self._answer = verification(ledger, place)
        self._found: Verification | None = None

    @property
    def found(self) -> Verification:
        """What was found; waited for when first asked for."""
        if self._found is None:
            self._found = self._answer()
        return self._found

    def refuse_broken(self) -> None:
        """Raises ClerkError naming the first places where the ledger was changed outside the program."""
        found = self.found
        if not found.ok:
            shown = "\n".join(f"  {problem}" for problem in found.problems[:5])
            more = f"\n  另有 {len(found.problems) - 5} 处" if len(found.problems) > 5 else ""
            raise ClerkError(
                f"台账核对不上，不出报告：\n{shown}{more}",
                "请停止使用，运行 skillcli ledger verify 查看，用最近的备份恢复。",
            )
