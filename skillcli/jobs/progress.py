"""How a job tells how far it is, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told by a job as it goes; shown by the command line, ignored by tests."""

    def stage(self, title: str, total: int = 0) -> None:
        """A stage begins: its Chinese title and its number of steps (0: not known)."""

    def advance(self, steps: int = 1) -> None:
        """So many steps of the stage are done."""


class Silent:
    """A ``Progress`` that nobody watches."""

    def stage(self, title: str, total: int = 0) -> None:
        pass

    def advance(self, steps: int = 1) -> None:
        pass
