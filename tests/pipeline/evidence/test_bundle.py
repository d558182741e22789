"""A bundle says what was done to an output; a change of either is found."""

import io
import json
import shutil
import subprocess
import tracemalloc
import warnings
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from efface.pipeline.evidence.bundle import MANIFEST, SIGNATURE, SUMS, BundleError, check_bundle, make_bundle
from efface.pipeline.evidence.signing import make_signing_key, read_private_key, read_public_key
from efface.runners.cli.main import main
from support.runs import quick_policy, refresh_here
from support.samples import sample

NAMES = ("CT_small.dcm", "MR_small.dcm", "rtplan.dcm", "test-SR.dcm")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with the output of a run, a signing key and a bundle."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "key").write_text("00112233445566778899aabbccddeeff" * 2)
    (folder / "in").mkdir()
    for name in NAMES:
        (folder / "in" / name).write_bytes(sample(name))
    (folder / "in" / "cut.dcm").write_bytes(sample("CT_small.dcm")[:900])
    refresh_here(str(folder / "in"), str(folder / "out"), folder / "key", quick_policy(), run_id="1")
    make_signing_key(folder / "signing")
    data = make_bundle(str(folder / "out"), "basic", read_private_key(folder / "signing"))
    (folder / "evidence.zip").write_bytes(data)
    return folder


@pytest.fixture
def received(made, tmp_path):
    """A copy of output and bundle, as somebody else gets them."""
    shutil.copytree(made / "out", tmp_path / "out")
    shutil.copy(made / "evidence.zip", tmp_path)
    return tmp_path


def signer(made):
    return read_public_key((made / "signing.pub").read_bytes())


def check(folder, key=None):
    return check_bundle((folder / "evidence.zip").read_bytes(), str(folder / "out"), key)


def members_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_copy_is_what_was_signed(made, received):
    checked = check(received, signer(made))
    assert checked.output.is_as_recorded and checked.is_known_signer
    assert checked.output.recorded == sum(path.is_file() for path in (received / "out").rglob("*"))


def test_the_bundle_holds_what_a_board_asks_for(made):
    members = members_of(made / "evidence.zip")
    assert {"report.html", "report.json", "conformance.html", "conformance.md", "policy.yaml", "versions.json"} < set(members)
    packages = {one["name"] for one in json.loads(members["sbom.cdx.json"])["components"]}
    assert {"pydicom", "apache-beam", "cryptography"} <= packages
    assert json.loads(members["versions.json"])["made_with"][0]["instances"] == 4


def test_no_identifier_of_a_source_is_in_the_bundle(made):
    whole = b"".join(members_of(made / "evidence.zip").values()).lower()
    for text in (b"compressedsamples", b"1ct1", b"4mr1", b"cut.dcm", b"ct_small"):
        assert text not in whole


def test_the_same_output_makes_the_same_bundle(made):
    assert make_bundle(str(made / "out"), "basic", read_private_key(made / "signing")) == (made / "evidence.zip").read_bytes()


def test_the_spelling_of_the_place_does_not_count(made, monkeypatch):
    monkeypatch.chdir(made)
    assert make_bundle("./out/", "basic", read_private_key(made / "signing")) == (made / "evidence.zip").read_bytes()
    assert check_bundle((made / "evidence.zip").read_bytes(), "./out/").output.is_as_recorded


def test_openssl_and_sha256sum_agree(made, tmp_path):
    with zipfile.ZipFile(made / "evidence.zip") as archive:
        archive.extractall(tmp_path)
    subprocess.run(["sha256sum", "--check", "--quiet", SUMS], cwd=tmp_path, check=True)
    words = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(made / "signing.pub"), "-rawin"]
    subprocess.run([*words, "-in", SUMS, "-sigfile", SIGNATURE], cwd=tmp_path, check=True, capture_output=True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_flipped_bit_anywhere_in_the_output_is_found(made, received, data):
    files = sorted(path for path in (received / "out").rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(files))
    content = path.read_bytes()
    bit = data.draw(st.integers(0, 8 * len(content) - 1))
    path.write_bytes(content[: bit // 8] + bytes([content[bit // 8] ^ 1 << bit % 8]) + content[bit // 8 + 1 :])
    try:
        assert check(received).output.changed == [path.relative_to(received / "out").as_posix()]
    finally:
        path.write_bytes(content)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_changed_member_is_believed(made, received, data):
    members = members_of(made / "evidence.zip")
    name = data.draw(st.sampled_from(sorted(members)))
    place = data.draw(st.integers(0, len(members[name]) - 1))
    members[name] = members[name][:place] + bytes([members[name][place] ^ 1]) + members[name][place + 1 :]
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for each, content in members.items():
            archive.writestr(each, content)
    with pytest.raises(BundleError):
        check_bundle(written.getvalue(), str(received / "out"), signer(made))


def test_missing_and_surplus_objects_are_named(made, received):
    first, *_ = sorted((received / "out" / "instances").rglob("*.dcm"))
    first.unlink()
    (received / "out" / "instances" / "more.dcm").write_bytes(b"more")
    found = check(received).output
    assert found.missing == [first.relative_to(received / "out").as_posix()]
    assert found.surplus == ["instances/more.dcm"]


def test_another_signer_is_refused(received, tmp_path):
    make_signing_key(tmp_path / "other")
    with pytest.raises(BundleError, match="somebody else"):
        check(received, read_public_key((tmp_path / "other.pub").read_bytes()))


@pytest.mark.parametrize("data", [b"", b"PK", b"no bundle"])
def test_what_is_no_bundle_is_refused(received, data):
    with pytest.raises(BundleError):
        check_bundle(data, str(received / "out"))


def test_a_zip_without_the_members_is_refused(received):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(MANIFEST, "path,bytes,sha256\n")
    with pytest.raises(BundleError, match="missing"):
        check_bundle(written.getvalue(), str(received / "out"))


def rewritten(folder, add):
    """The bundle of a folder with members added, as `add` does it to the open archive."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        add(archive)
        for name, content in members_of(folder / "evidence.zip").items():
            archive.writestr(name, content)
    return written.getvalue()


def test_a_member_that_stands_there_twice_is_refused(made, received):
    data = rewritten(received, lambda archive: archive.writestr("report.html", "another report"))
    with pytest.raises(BundleError, match="twice"):
        check_bundle(data, str(received / "out"), signer(made))


def test_a_member_that_nobody_signed_is_not_inflated(made, received):
    tracemalloc.start()
    data = rewritten(received, lambda archive: archive.writestr("more", bytes(64 << 20)))
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    with pytest.raises(BundleError, match="not the one"):
        check_bundle(data, str(received / "out"), signer(made))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - before < 16 << 20


def test_a_damaged_member_is_refused(made, received):
    data = bytearray((received / "evidence.zip").read_bytes())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.getinfo("report.html").header_offset + 60
    data[start : start + 100] = bytes(byte ^ 0x5A for byte in data[start : start + 100])
    with pytest.raises(BundleError, match="damaged"):
        check_bundle(bytes(data), str(received / "out"), signer(made))


def test_a_changed_output_gets_no_bundle(made, received):
    first, *_ = sorted((received / "out" / "instances").rglob("*.dcm"))
    first.write_bytes(b"changed")
    with pytest.raises(BundleError, match="not what its audit says"):
        make_bundle(str(received / "out"), "", read_private_key(made / "signing"))


def test_the_commands_sign_and_check(received, capsys):
    key, bundle, out = (str(received / name) for name in ("mine", "mine.zip", "out"))
    assert main(["key", "--signing", key]) == 0
    assert main(["audit", "bundle", out, bundle, "--signing-key", key]) == 0
    assert main(["audit", "verify", bundle, out, "--public-key", f"{key}.pub"]) == 0
    assert "0 changed" in capsys.readouterr().out
    (received / "out" / "instances" / "more.dcm").write_bytes(b"more")
    assert main(["audit", "verify", bundle, out, "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["output"]["surplus"] == ["instances/more.dcm"] and not told["is_known_signer"]
    assert main(["key", "--signing", key]) == 2
    assert main(["audit", "bundle", out, bundle, "--signing-key", out]) == 2
