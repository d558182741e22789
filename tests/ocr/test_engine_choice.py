"""Settings that are refused, engines by name, and what a process holds on to: one thread, and no freed images."""

import platform
import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest

from efface.transforms.core.box import Box
from efface.transforms.core.text_line import TextLine
from efface.transforms.ocr.base import EVERYTHING, EngineError, OcrSettings, TextDetector, Wanted
from efface.transforms.ocr.registry import detector_version, load_detector, register_detector, resolve_engine


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("engine", "tesseract", "easyocr"),
        ("device", "tpu", "cuda"),
        ("weights", "", "offline"),
        ("min_size", -1, "pixels"),
        ("min_size", 2.5, "pixels"),
        ("text_threshold", 0, "between"),
        ("low_text", 1.5, "between"),
        ("low_text", "low", "between"),
    ],
)
def test_settings_that_cannot_be_used_say_what_can(field: str, value: object, allowed: str) -> None:
    with pytest.raises(ValueError, match=f"(?s){field}.*{allowed}"):
        OcrSettings(**{field: value})  # type: ignore[arg-type]


def test_the_defaults_are_not_easyocrs_own() -> None:
    settings = OcrSettings()
    assert (settings.min_size, settings.text_threshold, settings.low_text) == (5, 0.3, 0.2)


def test_auto_is_resolved_to_an_engine_and_a_device() -> None:
    assert resolve_engine(OcrSettings(engine="auto", device="cpu")).engine == "rapidocr"
    assert resolve_engine(OcrSettings(engine="auto", device="cuda")).engine == "easyocr"
    resolved = resolve_engine(OcrSettings(engine="auto"))
    assert resolved == resolve_engine(resolved)
    assert "auto" not in (resolved.engine, resolved.device)


def test_torch_is_asked_for_a_gpu_only_where_there_may_be_one() -> None:
    code = (
        "import sys; from efface.transforms.ocr import registry; from efface.transforms.ocr.base import OcrSettings;"
        "device = registry.resolve_engine(OcrSettings(engine='auto')).device; was_asked = 'torch' in sys.modules;"
        "import torch; print(was_asked == registry._has_driver(), (device == 'cuda') == torch.cuda.is_available())"
    )
    pytest.importorskip("easyocr")
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "True True\n"


@pytest.mark.parametrize("missing", ["torch", "easyocr"])
def test_auto_works_without_the_packages_of_a_gpu(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.endswith("ocr.engines.easyocr")]:
        monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr("efface.transforms.ocr.engines.easyocr", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    resolved = resolve_engine(OcrSettings())
    assert (resolved.engine, resolved.device) == ("rapidocr", "cpu")
    assert detector_version(resolved).startswith("rapidocr")
    if missing == "torch":
        with pytest.raises(EngineError, match=r'torch.*pip install "efface\[gpu\]"'):
            detector_version(OcrSettings(engine="both", device="cpu"))


def test_versions_name_engine_libraries_and_weights_without_loading_them() -> None:
    code = (
        "import sys\n"
        "from efface.transforms.ocr.base import OcrSettings\n"
        "from efface.transforms.ocr.registry import detector_version\n"
        "print(detector_version(OcrSettings(engine='rapidocr', device='cpu')))\n"
        "print('torch' in sys.modules)\n"
    )
    version, has_torch = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert version.startswith("rapidocr 3.")
    assert "090f04abcd9d" in version
    assert has_torch == "False"
    both = detector_version(OcrSettings(engine="both", device="cpu"))
    assert version in both
    assert "craft_mlt_25k.pth:4a5efbfb48b4" in both


@pytest.mark.parametrize("engine", ["rapidocr", "easyocr", "both"])
def test_versions_name_the_precision(engine: str) -> None:
    versions = {
        detector_version(OcrSettings(engine=engine, device="cpu", precision=precision)) for precision in ("exact", "fastest")
    }
    assert len(versions) == 2


def test_a_detector_is_loaded_once_a_process() -> None:
    assert load_detector(OcrSettings(engine="fake", device="cpu")) is load_detector(OcrSettings(engine="fake", device="cpu"))


def test_an_engine_of_ones_own_can_be_registered() -> None:
    class Blind:
        name, version = "blind", "blind 1"

        def detect(
            self,
            images: Sequence[np.ndarray],
            *,
            rendering: str,
            prefiltered: Sequence[Box] = (),
            wanted: Wanted = EVERYTHING,
        ) -> list[list[TextLine]]:
            return [[] for _ in images]

    def load(settings: OcrSettings) -> TextDetector:
        return Blind()

    register_detector("blind", load, lambda: "blind 1")
    settings = OcrSettings(engine="blind")
    assert load_detector(settings).detect([np.zeros((3, 3), np.uint8)], rendering="stored")[0] == []
    assert detector_version(settings) == "blind 1"


def test_one_inference_thread_a_process() -> None:
    code = (
        "import os\n"
        "from efface.transforms.ocr.limits import limit_process\n"
        "limit_process()\n"
        "import cv2, torch\n"
        "limit_process()\n"
        "print(os.environ['OMP_NUM_THREADS'], cv2.getNumThreads(), torch.get_num_threads())\n"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["1", "1", "1"]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the GNU C library can be asked")
def test_freed_images_go_back_to_the_system() -> None:
    # Without a limit the first images that are freed move the next ones to the heap, where small objects pin them.
    code = (
        "import numpy as np\n"
        "from efface.transforms.ocr.limits import limit_process\n"
        "limit_process()\n"
        "def resident(): return int(open('/proc/self/statm').read().split()[1]) * 4096\n"
        "before, kept = resident(), []\n"
        "for _ in range(2):\n"
        "    images = []\n"
        "    for _ in range(10):\n"
        "        images.append(np.ones(16 << 20, np.uint8))\n"
        "        kept.append(np.ones(100_000, np.uint8))\n"
        "    del images\n"
        "print(resident() - before)\n"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(printed) < 16 << 20
