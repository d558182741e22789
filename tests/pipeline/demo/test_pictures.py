"""Pictures of a demonstration, before and after."""

import shutil
from pathlib import Path

from PIL import Image

from efface.pipeline.demo.data import write_demo_data
from efface.pipeline.demo.pictures import write_pictures
from efface.transforms.audit.layout import instance_uri, vault_uri


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
    assert [picture.name for picture in pictures] == ["01.png", "03.png"]
    sizes = [Image.open(picture).size for picture in pictures]
    assert sizes == [(2 * 480 + 36, 26 + 4 * (360 + 12)), (2 * 256 + 36, 26 + 256 + 12)]
