"""The office's policy, readings and catalogue in one file for the institutions (``.skillpack``).

With it an institution's check comes to the office's own figures. It holds no person and nothing of the
ledger. The file is a zip of uncompressed members in a fixed order, so that the same office makes the same
bytes; it is read in memory and never unpacked to disk.
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import msgspec
from msgspec import Struct

from skillcli import __version__
from skillcli.core.errors import ClerkError
from skillcli.jobs.basis import catalogue_from, catalogue_text, rulings_from, rulings_text
from skillcli.jobs.policies import policy_of
from skillcli.policy.load import policy_file, policy_from_text

if TYPE_CHECKING:
    from skillcli.jobs.workspace import Workspace
    from skillcli.policy.model import Policy
    from skillcli.schema.catalogue import Catalogue

SUFFIX = ".skillpack"
FORMAT = 1
"""Version of the file's own layout; a newer one is refused."""
MOST_BYTES = 32 * 1024 * 1024
_MANIFEST, _POLICY, _READINGS, _CATALOGUE, _SEAL = (
    "manifest.json",
    "policy.toml",
    "readings.json",
    "catalog.json",
    "sha256.txt",
)
_MEMBERS = (_MANIFEST, _POLICY, _READINGS, _CATALOGUE)
_TIME = (1980, 1, 1, 0, 0, 0)
_AGAIN = "请向人社部门重新索取政策包，并核对它的 SHA-256。"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a pack says of itself."""

    format: int
    tool: str
    policy: str
    agency: str = ""


class Pack(Struct, frozen=True):
    """An opened pack: the policy with the office's readings, its catalogue, and the file's SHA-256."""

    name: str
    sha256: str
    manifest: Manifest
    policy: Policy
    catalogue: Catalogue


class Written(Struct, frozen=True):
    """A pack that was written, and what is in it: readings decided, rows of the catalogue."""

    path: Path
    sha256: str
    policy: Policy
    readings: int
    catalogue: Catalogue


def write_pack(workspace: Workspace, path: Path) -> Written:
    """Write the office's pack. Raises ClerkError when the name is no pack's or it cannot be written."""
    from skillcli.ledger.ledger import Ledger
    from skillcli.xlsx.stage import stage_file

    if path.suffix != SUFFIX:
        raise ClerkError(f"政策包的文件名应以 {SUFFIX} 结尾，写的是 {path.name}。", f"例如：{path.stem}{SUFFIX}")
    with Ledger.open(workspace.ledger) as ledger:
        policy, catalogue = policy_of(workspace, ledger), ledger.catalogue()
    data = _packed(policy, policy_file(workspace.policy), catalogue, workspace.agency)

    def write(stream: BinaryIO) -> None:
        stream.write(data)

    target = stage_file(path.absolute().parent, path.name, write).publish()
    return Written(target, hashlib.sha256(data).hexdigest(), policy, len(policy.rulings), catalogue)


def _packed(policy: Policy, policy_text: str, catalogue: Catalogue, agency: str) -> bytes:
    manifest = {"agency": agency, "format": FORMAT, "policy": policy.id, "tool": __version__}
    members = {
        _MANIFEST: json.dumps(manifest, ensure_ascii=False, sort_keys=True).encode(),
        _POLICY: policy_text.encode(),
        _READINGS: rulings_text(policy.rulings).encode(),
        _CATALOGUE: catalogue_text(catalogue).encode(),
    }
    members[_SEAL] = _seal(members).encode()
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(ZipInfo(name, _TIME), data)
    return stream.getvalue()


def read_pack(path: Path) -> Pack:
    """Open a pack. Raises ClerkError when it is damaged, was changed, is of a newer layout, too large,
    or holds anything that does not belong there."""
    data = _bytes(path)
    members = _members(path, data)
    manifest = _manifest(path, members[_MANIFEST])
    if members[_SEAL].decode("ascii", "replace") != _seal(members):
        raise ClerkError(f"政策包 {path} 的内容与其校验值不一致，可能被改动过。", _AGAIN)
    try:
        rulings = rulings_from(members[_READINGS].decode())
        catalogue = catalogue_from(members[_CATALOGUE].decode())
        text = members[_POLICY].decode()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ClerkError(f"政策包 {path} 的内容读不懂。", _AGAIN) from error
    policy = policy_from_text(f"{path.name} 中的政策", text, rulings)
    if policy.id != manifest.policy:
        raise ClerkError(f"政策包 {path} 写明政策 {manifest.policy}，里面却是 {policy.id}。", _AGAIN)
    return Pack(path.name, hashlib.sha256(data).hexdigest(), manifest, policy, catalogue)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ClerkError(f"{path} 超过 {MOST_BYTES >> 20} MB，不是政策包。", _AGAIN)
    return data


def _members(path: Path, data: bytes) -> dict[str, bytes]:
    """Every member by name; each is stored as it is, so that nothing can swell while being read."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = [part.filename for part in parts]
            if sorted(names) != sorted((*_MEMBERS, _SEAL)):
                extra = "、".join(sorted(set(names) - {*_MEMBERS, _SEAL}))[:80]
                what = f"多出 {extra}" if extra else "缺少内容，或同一内容有两份"
                raise ClerkError(f"{path} 不是政策包，或被改动过：{what}。", _AGAIN)
            if any(part.compress_type != ZIP_STORED or part.flag_bits & 1 for part in parts):
                raise ClerkError(f"{path} 不是政策包，或被改动过：内容经过压缩或加密。", _AGAIN)
            if sum(part.file_size for part in parts) > len(data):
                raise ClerkError(f"{path} 不是政策包，或被改动过：内容互相重叠。", _AGAIN)
            return {part.filename: archive.read(part) for part in parts}
    except (BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise ClerkError(f"政策包 {path} 已损坏，读不出来。", _AGAIN) from error


def _manifest(path: Path, data: bytes) -> Manifest:
    try:
        raw: Any = json.loads(data)
        version = raw.get("format")
    except (ValueError, AttributeError) as error:
        raise ClerkError(f"政策包 {path} 的说明读不懂。", _AGAIN) from error
    if isinstance(version, int) and version > FORMAT:
        raise ClerkError(
            f"政策包 {path} 是较新的格式（{version}），本程序只认识到 {FORMAT}。", "请升级 skillcli 后再运行。"
        )
    try:
        return msgspec.convert(raw, Manifest)
    except msgspec.ValidationError as error:
        raise ClerkError(f"政策包 {path} 的说明读不懂。", _AGAIN) from error


def _seal(members: dict[str, bytes]) -> str:
    """One hash over names, lengths and contents of all members but the seal itself."""
    digest = hashlib.sha256()
    for name in _MEMBERS:
        digest.update(f"{name}\n{len(members[name])}\n".encode())
        digest.update(members[name])
    return digest.hexdigest()
