"""What is left on a disk after the power went: the calls of a run, replayed up to a moment, unsynced ones lost or not.

The model promises less than any real disk: of what was written to a file since its last fsync any part may be there, in
any order, the last sectors of a write missing; of the names made, changed or taken away in a folder since the folder was
forced to disk, any may be there. What was forced to disk stays.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from faults.place import Start, traced

SECTOR = 512
_TRACED = (
    *("openat", "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "rename", "unlink", "lseek"),
    *("pwritev", "writev", "sendfile", "copy_file_range", "fallocate", "renameat", "renameat2", "unlinkat", "linkat"),
)
_UNKNOWN = frozenset(_TRACED[9:])
"""Calls this model has no words for; a run that makes one of them in the workspace cannot be judged."""
_HEX = re.compile(r"\\x([0-9a-f]{2})")
_CALL = re.compile(r"(\w+)\((.*)\) += (-?\d+)(?:<([^>]*)>)?")
_FILE = re.compile(r"(\d+)<([^>]*)>")
_TEXT = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Deed:
    """One call that changed the workspace: ``name``, the file, another name or the data, and a number (offset, size)."""

    name: str
    path: str
    data: bytes = b""
    number: int = 0
    other: str = ""


def recorded(start: Start, root: Path, folder: Path) -> list[Deed]:
    """Every change that an undisturbed run makes below ``root``, in order, with the data it writes."""
    log = folder / "deeds"
    clerk = start(waiting=True)
    tracer = traced(clerk, log, "-s", str(2**24), "-xx", "-e", f"trace={','.join(_TRACED)}")
    assert clerk.wait() == 0, clerk.said
    tracer.wait()
    return list(_deeds(log.read_text(encoding="ascii").splitlines(), f"{root}/"))


def _bytes(text: str) -> bytes:
    return bytes(int(each, 16) for each in _HEX.findall(text))


def _deeds(lines: list[str], below: str) -> Iterator[Deed]:
    at: dict[str, int] = {}
    for line in lines:
        found = _CALL.fullmatch(line)
        if found is None or int(found[3]) < 0:
            continue
        name, arguments, result = found[1], found[2], int(found[3])
        texts = [_bytes(text) for text in _TEXT.findall(arguments)]
        file = _FILE.match(arguments)
        handle = file[1] if file else ""
        path = _bytes(found[4] if name == "openat" else file[2] if file else "").decode(errors="replace")
        if name in ("rename", "unlink"):
            path = texts[0].decode()
        if not f"{path}/".startswith(below):
            continue
        assert name not in _UNKNOWN, f"{name} is not modelled: {line[:200]}"
        if name == "openat":
            at[str(result)] = 0
            if "O_CREAT" in arguments or "O_TRUNC" in arguments:
                yield Deed("create", path, number=int("O_TRUNC" in arguments))
        elif name == "lseek":
            at[handle] = result
        elif name == "write":
            yield Deed("write", path, texts[0][:result], at[handle])
            at[handle] += result
        elif name == "pwrite64":
            yield Deed("write", path, texts[0][:result], int(arguments.rpartition(",")[2]))
        elif name == "ftruncate":
            yield Deed("truncate", path, number=int(arguments.rpartition(",")[2]))
        elif name in ("fsync", "fdatasync"):
            yield Deed("sync", path)
        elif name == "rename":
            yield Deed("rename", path, other=texts[1].decode())
        elif name == "unlink":
            yield Deed("unlink", path)


@dataclass
class Content:
    """One file: what is safe on disk, and what was done to it since."""

    safe: bytes = b""
    since: list[Deed] = field(default_factory=list)

    def after(self, kept: list[Deed]) -> bytes:
        held = bytearray(self.safe)
        for deed in kept:
            if deed.name == "truncate":
                held[deed.number :] = bytes(max(0, deed.number - len(held)))
            else:
                held.extend(bytes(max(0, deed.number - len(held))))
                held[deed.number : deed.number + len(deed.data)] = deed.data
        return bytes(held)


class Disk:
    """A disk with a cache that forgets when the power goes."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._names = {path: Content(content) for path, content in files.items()}
        self._safe_names = dict(self._names)
        self._since: list[tuple[str, str, Content | None]] = []

    def do(self, deed: Deed) -> None:
        """Take one call, in the cache; ``sync`` makes a file or a folder's names safe."""
        if deed.name == "create":
            if deed.path not in self._names:
                self._name(deed.path, Content())
            elif deed.number:
                self._names[deed.path].since.append(Deed("truncate", deed.path))
        elif deed.name == "sync":
            self._sync(deed.path)
        elif deed.name == "rename":
            self._name(deed.other, self._names[deed.path])
            self._name(deed.path, None)
        elif deed.name == "unlink":
            self._name(deed.path, None)
        else:
            self._names[deed.path].since.append(deed)

    def _name(self, path: str, content: Content | None) -> None:
        self._since.append((str(Path(path).parent), path, content))
        _put(self._names, path, content)

    def _sync(self, path: str) -> None:
        if path in self._names:
            content = self._names[path]
            content.safe, content.since = content.after(content.since), []
            return
        for folder, name, held in self._since:
            if folder == path:
                _put(self._safe_names, name, held)
        self._since = [each for each in self._since if each[0] != path]

    def after_a_cut(self, chance: random.Random, share: float) -> dict[str, bytes]:
        """The files that are found again; ``share`` of what was not safe made it to the disk."""
        names = dict(self._safe_names)
        for _, name, held in self._since:
            if chance.random() < share:
                _put(names, name, held)
        return {path: content.after(_survivors(content.since, chance, share)) for path, content in names.items()}


def _put(names: dict[str, Content], path: str, content: Content | None) -> None:
    if content is None:
        names.pop(path, None)
    else:
        names[path] = content


def _survivors(since: list[Deed], chance: random.Random, share: float) -> list[Deed]:
    kept = []
    for deed in since:
        if chance.random() >= share:
            continue
        whole = share == 1 or deed.name == "truncate" or chance.random() < 0.8
        sectors = 0 if whole else chance.randrange(len(deed.data) // SECTOR + 1)
        kept.append(deed if whole else Deed("write", deed.path, deed.data[: sectors * SECTOR], deed.number))
    if share not in (0, 1):
        chance.shuffle(kept)
    return kept
