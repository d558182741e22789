"""The audit of an output whose images are of one device, with findings on them."""

from efface.transforms.audit.layout import table_file_name
from efface.transforms.audit.marks import write_mark
from efface.transforms.audit.rows import to_parquet
from efface.transforms.audit.schemas import FINDINGS
from efface.transforms.core.box import Box
from efface.transforms.core.decisions import Device
from efface.transforms.storage import join_uri, storage_of
from support.published import row, write_run

BANNER = Box(0, 0, 300, 20)
DEVICE = Device("Acme", "Scan 1", 480, 640, ("ORIGINAL", "PRIMARY"))


def finding(ref, box, *, verdict="redact", reason="header_name", rule="header_name", overlay_group=0):
    about = {"verdict": verdict, "reason": reason, "rule": rule, "overlay_group": overlay_group}
    return {"ref": ref, "frame_indices": [0], **box._asdict(), **about, "score": 1.0}


def device_audit(folder, findings, number=10, device=DEVICE):
    """An output with so many images of a device, and what was found on them."""
    output = str(folder / "output")
    facts = {
        "manufacturer": device.manufacturer if device else "",
        "manufacturer_model_name": device.model if device else "",
        "image_type": "\\".join(device.image_type) if device else "",
        "rows": 480,
        "columns": 640,
    }
    write_run(output, "run-1", [row(f"R{one}") | facts for one in range(number)])
    uri = join_uri(output, "audit", "findings", "run=run-1", "part-000000-00000.parquet")
    storage_of(uri).write(uri, to_parquet(FINDINGS, findings))
    write_mark(output, "run-1", "findings", [table_file_name(uri, "findings")])
    return output
