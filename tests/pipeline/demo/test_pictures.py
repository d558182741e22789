"""Pictures of a demonstration, before and after."""

import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image

from efface.pipeline.demo.data import write_demo_data
from efface.pipeline.demo.pictures import main, write_pictures
from efface.transforms.audit.layout import instance_uri, vault_uri
from support.runs import quick_policy, refresh_here


def test_each_instance_with_frames_has_a_picture(tmp_path):
    write_demo_data(tmp_path / "in")
    rows = ["source,output"]
    for name in ("us/cine.dcm", "report.dcm", "mr.dcm"):
        output = instance_uri(str(tmp_path / "out"), f"p/s/{name.replace('/', '-')}")
        (tmp_path / "out" / "instances" / "p" / "s").mkdir(parents=True, exist_ok=True)
        shutil.copy(tmp_path / "in" / name, output)
        rows.append(f"{tmp_path / 'in' / name},p/s/{name.replace('/', '-')}")
    (tmp_path / "vault").mkdir()
    Path(vault_uri(str(tmp_path / "vault"), "instances")).write_text("\n".join(rows) + "\n", encoding="utf-8")
    pictures = write_pictures(tmp_path)
    assert [picture.name for picture in pictures] == ["01.png", "02.png"]
    sizes = [Image.open(picture).size for picture in pictures]
    assert sizes == [(2 * 480 + 36, 26 + 4 * (360 + 12)), (2 * 256 + 36, 26 + 256 + 12)]


def test_the_printed_commands_run_from_where_they_are_printed(tmp_path, key_file, monkeypatch, capsys):
    """In an environment that is not on the path."""
    demo = tmp_path / "my demo"
    for path in write_demo_data(demo / "in"):
        if path.name not in ("mr.dcm", "report.dcm", "still.dcm", "readme.txt"):
            path.unlink()
    places = (str(demo / "in"), str(demo / "out"))
    refresh_here(*places, key_file, quick_policy(), run_id="run-1", vault=str(demo / "vault"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["pictures", "my demo"])
    main()
    printed = capsys.readouterr().out
    assert sorted(path.name for path in (demo / "pictures").iterdir()) == ["01.png", "02.png"]
    count, explain, scan = printed.strip().splitlines()[-3:]
    outputs = [_run(line) for line in (count, explain, scan)]
    assert "{'verdict': 'redact', 'reason': " in outputs[0]
    assert "PatientName" in outputs[1].replace(" ", "").replace("'s", "")
    assert len(list((demo / "scan").iterdir())) == 1


def _run(line: str) -> str:
    return subprocess.run(line, shell=True, check=True, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}).stdout
