"""The output of one real run: what the page of a review shows."""

import dataclasses
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from faces.test_detector import photograph
from playwright.sync_api import Browser, sync_playwright

from efface.pipeline.decisions.section import DecisionsSection
from efface.pipeline.policy import load_policy
from efface.pipeline.review.gallery import read_entries
from efface.pipeline.review.server import ReviewServer
from efface.pipeline.review.session import Author, Session
from efface.transforms.storage.key_source import KeySource
from support.corpus import saved
from support.runs import refresh_here
from support.samples import sample
from support.steps import pictured
from support.text_images import blank

NAME = "QUISTBERG"
"""On the pictures and in the header."""


@dataclass(frozen=True)
class Reviewed:
    """Where everything of the run is."""

    source: str
    output: str
    vault: str
    key_file: Path

    def run(self, output: str, run_id: str, decisions: str = "") -> dict:
        """A whole run on an output, with a table of decisions."""
        policy, _ = load_policy("basic").resolve()
        policy = dataclasses.replace(policy, decisions=DecisionsSection(table=decisions))
        return refresh_here(self.source, output, self.key_file, policy, run_id=run_id, vault=self.vault)

    def author(self, folder: Path, name: str = "Ada Reviewer") -> Author:
        """Somebody who decides, with a table in a folder."""
        return Author(str(folder / "decisions.jsonl"), KeySource(str(self.key_file)).pseudonyms(), name)


def frames(count: int) -> np.ndarray:
    """(frames, rows, columns) of uint8: noise, with a name that goes and a term that stays on every Frame."""
    image = blank(112, 320, 0)
    image.write(NAME, 20, 14, size_px=20, value=255)
    image.write("SUPINE", 200, 70, size_px=20, value=255)
    ink = image.pixels.astype(np.float32) / 255
    noise = np.random.default_rng(5).uniform(30, 60, (count, 112, 320)).astype(np.float32)
    return np.asarray(noise * (1 - ink) + 230 * ink, np.uint8)


def portrait() -> np.ndarray:
    """(rows, columns) of uint8: a face on a wall."""
    return np.minimum(cv2.cvtColor(photograph(200)[0], cv2.COLOR_RGB2GRAY), 250)


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Reviewed:
    folder = tmp_path_factory.mktemp("reviewed")
    (folder / "key").write_text("00112233445566778899aabbccddeeff" * 2)
    (folder / "in").mkdir()
    device = {"Manufacturer": "Acme", "ManufacturerModelName": "Sono 1", "Modality": "US", "PatientName": f"{NAME}^ADA"}
    contents = {
        "clip": saved(pictured(frames(3), 1, **device)),
        "still": saved(pictured(frames(1)[0], 2, **device)),
        "face": saved(pictured(portrait(), 3, SOPClassUID="1.2.840.10008.5.1.4.1.1.77.1.4", Modality="XC")),
        "ct": sample("CT_small.dcm"),
        "report": sample("test-SR.dcm"),
        "broken": sample("CT_small.dcm")[:9000],
    }
    for name, content in contents.items():
        (folder / "in" / f"{NAME}-{name}.dcm").write_bytes(content)
    made = Reviewed(str(folder / "in"), str(folder / "out"), str(folder / "vault"), folder / "key")
    made.run(made.output, "1")
    return made


@pytest.fixture
def author(reviewed: Reviewed, tmp_path: Path) -> Author:
    return reviewed.author(tmp_path)


@pytest.fixture
def server(reviewed: Reviewed, author: Author) -> Iterator[ReviewServer]:
    """A page with the vault, a new table of decisions, and a sample."""
    session = Session(reviewed.output, read_entries(reviewed.output), reviewed.vault, author, bound=0.5)
    with ReviewServer(session) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser, where the machine has one: Debian's `chromium` or `chromium-headless-shell`."""
    names = ("chromium", "chromium-headless-shell", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
