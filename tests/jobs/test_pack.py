"""A pack makes an institution's figures the office's, and nothing but an unharmed pack is opened."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from skillcli.core.errors import ClerkError
from skillcli.jobs import pack as packs
from skillcli.jobs.basis import basis_sha256
from skillcli.jobs.catalogue import import_catalogue
from skillcli.jobs.pack import read_pack, write_pack
from skillcli.jobs.policies import choose
from skillcli.jobs.rulings import import_rulings
from skillcli.jobs.setup import init
from skillcli.jobs.validate import validate
from skillcli.jobs.workspace import Workspace, open_workspace
from skillcli.ledger.ledger import Ledger

SAMPLES = Path(__file__).parents[2] / "sample_data"
STAMP = {"at": "2020-01-15T09:00:00+00:00", "person": "经办人"}


def office(folder: Path, city: str) -> Workspace:
    init(folder, f"{city}-2019", agency="某局")
    workspace = open_workspace(folder)
    import_catalogue(workspace, SAMPLES / city / "目录.xlsx", **STAMP)
    import_rulings(workspace, SAMPLES / city / "政策口径.xlsx", **STAMP)
    return workspace


@pytest.fixture(scope="module")
def linkou(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return office(tmp_path_factory.mktemp("office") / "林口", "linkou")


@pytest.fixture(scope="module")
def packed(linkou: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pack(linkou, tmp_path_factory.mktemp("pack") / "林口.skillpack").path


@pytest.mark.parametrize("city", ["linkou", "taiyuan"])
def test_the_institution_comes_to_the_decision_of_the_office(city: str, tmp_path: Path) -> None:
    workspace = office(tmp_path / "office", city)
    pack = read_pack(write_pack(workspace, tmp_path / "a.skillpack").path)
    rosters = sorted((SAMPLES / city / "2020-03").iterdir())
    day = date(2020, 4, 10)
    policy = choose(None, workspace, tmp_path)
    theirs = validate(rosters, policy, as_of=day, out=tmp_path / "theirs", workspace=workspace)
    ours = validate(rosters, pack.policy, as_of=day, out=tmp_path / "ours", workspace=None, pack=pack)
    pd.testing.assert_frame_equal(ours.decision.lines, theirs.decision.lines)
    pd.testing.assert_frame_equal(ours.decision.trainings, theirs.decision.trainings)
    pd.testing.assert_frame_equal(ours.decision.findings, theirs.decision.findings)
    assert ours.amount_fen == theirs.amount_fen > 0
    assert "D01" in {each.code for each in ours.decision.unchecked} - {each.code for each in theirs.decision.unchecked}


def test_policy_readings_and_catalogue_arrive_as_they_are(linkou: Workspace, packed: Path) -> None:
    pack = read_pack(packed)
    policy = choose(None, linkou, linkou.root)
    with Ledger.open(linkou.ledger) as ledger:
        catalogue = ledger.catalogue()
    assert pack.policy == policy
    assert len(pack.policy.rulings) == 4
    for name in ("items", "shortage"):
        pd.testing.assert_frame_equal(getattr(pack.catalogue, name), getattr(catalogue, name))
    bodies, given = pack.catalogue.bodies, catalogue.bodies
    pd.testing.assert_frame_equal(bodies.drop(columns="account"), given.drop(columns="account"))
    assert bodies["account"].notna().equals(given["account"].notna())
    assert basis_sha256(policy, catalogue) == basis_sha256(pack.policy, pack.catalogue)


def test_no_account_stands_whole_in_it(linkou: Workspace, packed: Path) -> None:
    with Ledger.open(linkou.ledger) as ledger:
        accounts = ledger.catalogue().bodies["account"].dropna().tolist()
    assert accounts
    text = packed.read_bytes().decode("utf-8", "replace")
    assert not [account for account in accounts if account in text]
    assert all(account[-4:] in text for account in accounts)


def test_the_same_office_writes_the_same_bytes(linkou: Workspace, packed: Path, tmp_path: Path) -> None:
    again = write_pack(linkou, tmp_path / "b.skillpack")
    assert again.path.read_bytes() == packed.read_bytes()
    assert again.sha256 == hashlib.sha256(packed.read_bytes()).hexdigest() == read_pack(packed).sha256


def test_a_catalogue_never_imported_is_none_in_the_pack(tmp_path: Path) -> None:
    init(tmp_path / "w", "linkou-2019")
    pack = read_pack(write_pack(open_workspace(tmp_path / "w"), tmp_path / "a.skillpack").path)
    assert (pack.catalogue.items, pack.catalogue.shortage, pack.catalogue.bodies) == (None, None, None)


Members = dict[str, bytes]


def resealed(members: Members) -> Members:
    return members | {"sha256.txt": packs._seal(members).encode()}


def manifest(members: Members, **changes: object) -> Members:
    raw = json.loads(members["manifest.json"]) | changes
    return resealed(members | {"manifest.json": json.dumps(raw).encode()})


def cheaper(members: Members) -> Members:
    return {
        name: data.replace(b"90000", b"99999") if name == "catalog.json" else data for name, data in members.items()
    }


FORGED: dict[str, tuple[Callable[[Members], Members], str]] = {
    "catalogue changed": (cheaper, "校验值不一致"),
    "policy changed": (lambda m: m | {"policy.toml": m["policy.toml"] + b"\n"}, "校验值不一致"),
    "seal changed": (lambda m: m | {"sha256.txt": b"0" * 64}, "校验值不一致"),
    "one member more": (lambda m: m | {"../evil.txt": b"x"}, "多出 ../evil.txt"),
    "one member less": (lambda m: {name: data for name, data in m.items() if name != "readings.json"}, "缺少内容"),
    "newer layout": (lambda m: manifest(m, format=2), "较新的格式（2）"),
    "another policy named": (lambda m: manifest(m, policy="taiyuan-2019"), "写明政策 taiyuan-2019"),
    "no manifest": (lambda m: resealed(m | {"manifest.json": b"[]"}), "说明读不懂"),
    "policy with a fault": (lambda m: resealed(m | {"policy.toml": b"id = 1"}), "不能用"),
    "unknown sheet": (lambda m: resealed(m | {"catalog.json": '{"人员": []}'.encode()}), "读不懂"),
    "unknown column": (lambda m: resealed(m | {"catalog.json": '{"机构": [{"phone": "1"}]}'.encode()}), "读不懂"),
    "readings of no shape": (lambda m: resealed(m | {"readings.json": b"[1]"}), "读不懂"),
    "unknown reading": (lambda m: resealed(m | {"readings.json": b'{"x": ["true", "", "", null]}'}), "口径键"),
}  # fmt: skip


def written(path: Path, members: Members, method: int = zipfile.ZIP_STORED) -> Path:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    path.write_bytes(stream.getvalue())
    return path


@pytest.fixture(scope="module")
def members(packed: Path) -> Members:
    with zipfile.ZipFile(packed) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("what", FORGED)
def test_a_pack_that_was_changed_is_refused(what: str, members: Members, tmp_path: Path) -> None:
    forge, sentence = FORGED[what]
    assert forge(members) != members
    with pytest.raises(ClerkError, match=sentence):
        read_pack(written(tmp_path / "a.skillpack", forge(members)))


def test_unchanged_members_are_accepted_anew(members: Members, tmp_path: Path) -> None:
    assert read_pack(written(tmp_path / "a.skillpack", members)).policy.id == "linkou-2019"


def test_compressed_damaged_or_huge_files_are_refused(
    members: Members, packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ClerkError, match="压缩"):
        read_pack(written(tmp_path / "a.skillpack", members, zipfile.ZIP_DEFLATED))
    data = packed.read_bytes()
    for place in range(0, len(data), len(data) // 40):
        hurt = tmp_path / "hurt.skillpack"
        hurt.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            opened = read_pack(hurt)
        except ClerkError:
            continue
        assert opened.policy == read_pack(packed).policy
    for size in (0, 10, len(data) // 2, len(data) - 5):
        hurt.write_bytes(data[:size])
        with pytest.raises(ClerkError):
            read_pack(hurt)
    monkeypatch.setattr(packs, "MOST_BYTES", len(data) - 1)
    with pytest.raises(ClerkError, match="超过"):
        read_pack(packed)


def test_it_is_never_unpacked_to_disk(packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    read_pack(packed)
    assert list(tmp_path.iterdir()) == []
    assert [path.name for path in packed.parent.iterdir()] == [packed.name]


def test_its_name_must_say_what_it_is(linkou: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ClerkError, match=r"\.skillpack"):
        write_pack(linkou, tmp_path / "a.zip")
