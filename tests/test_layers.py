"""The rule of place and the direction of dependencies, read from the source files and tried out."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TRANSFORMS = ROOT / "transforms"
FOLDERS = sorted(path.name for path in TRANSFORMS.iterdir() if (path / "__init__.py").exists())
MODULES = sorted(TRANSFORMS.glob("*/**/*.py"))
OCR_LIBRARIES = {
    "easyocr": {"easyocr.py"},
    "easyocr_en_models": {"easyocr.py"},
    "rapidocr": {"rapidocr.py"},
    "onnxruntime": {"rapidocr.py"},
}
INFERENCE = {
    "openvino": {
        "ocr/engines/rapidocr.py",
        "ocr/prefilter.py",
        "core/openvino_network.py",
        "phi/name_network.py",
        "faces/detector.py",
    },
    "transformers": {"phi/transformers_names.py"},
}
"""The files that may import a runtime of networks."""
PYDICOM_ALLOWED = {"dicom", "metadata", "audit", "instance"}
GROUND = {"phi", "storage"}
"""What the domain folders stand on, beside core."""
ALLOWED = {
    "core": {"core"},
    **{folder: {folder, "core"} for folder in GROUND},
    **{folder: {folder, *GROUND, "core"} for folder in FOLDERS if folder not in {"core", "instance", "steps", *GROUND}},
    "instance": {*FOLDERS} - {"steps"},
    "steps": {*FOLDERS},
}


def imports(path):
    """Absolute names of everything that a file imports, wherever in the file."""
    package = ("efface", *path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            yield ".".join(part for part in (base, node.module) if part)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(TRANSFORMS)))
def test_a_folder_imports_what_lies_below_it_alone(path):
    """`instance` composes the domain folders; these stand on phi and storage; and all stand on core."""
    folder = path.relative_to(TRANSFORMS).parts[0]
    for name in imports(path):
        if name.startswith("efface"):
            assert name.split(".")[:2] == ["efface", "transforms"]
            assert name.split(".")[2] in ALLOWED[folder], name
        top = name.split(".")[0]
        assert top != "apache_beam"
        if top == "pydicom":
            assert folder in PYDICOM_ALLOWED
        if top in OCR_LIBRARIES:
            assert folder == "ocr"
            assert path.name in OCR_LIBRARIES[top]
        assert top not in INFERENCE or path.relative_to(TRANSFORMS).as_posix() in INFERENCE[top]
        if top == "zxingcpp":
            assert (folder, path.name) == ("barcodes", "decoder.py")


@pytest.mark.parametrize(("folder", "forbidden"), [("transforms", ("pipeline", "runners")), ("pipeline", ("runners",))])
def test_dependencies_point_one_way(folder, forbidden):
    """`pipeline/public` is no layer: it names what `import efface` gives, of every layer, and imports none of it."""
    for path in (ROOT / folder).rglob("*.py"):
        for name in imports(path) if path.parent.name != "public" else ():
            assert not name.startswith(tuple(f"efface.{part}" for part in forbidden)), f"{path}: {name}"


STEPS = sorted(path for path in TRANSFORMS.glob("*.py") if path.name not in {"__init__.py", "step.py"})


@pytest.mark.parametrize("path", STEPS, ids=lambda path: path.name)
def test_a_file_of_transforms_holds_one_public_transform(path):
    """Named like the file."""
    classes = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)]
    bases = {node.name: [ast.unparse(base).partition("[")[0] for base in node.bases] for node in classes}
    transforms = [name for name, of in bases.items() if "beam.PTransform" in of]
    assert transforms == ["".join(part.capitalize() for part in path.stem.split("_"))]


def test_every_domain_module_imports_where_there_is_no_beam():
    names = [".".join(("efface", *path.relative_to(ROOT).with_suffix("").parts)) for path in MODULES]
    code = f"""
import importlib, sys
sys.modules["apache_beam"] = None
for name in {names!r}:
    importlib.import_module(name.removesuffix(".__init__"))
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)


@pytest.mark.parametrize("name", ["transforms", "pipeline", "runners"])
def test_the_bare_names_are_refused(name):
    done = subprocess.run([sys.executable, "-c", f"import {name}"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"efface.{name}" in done.stderr


def test_the_graph_fits_on_a_screen():
    graph = (ROOT / "pipeline" / "deidentify.py").read_text(encoding="utf-8")
    body = graph[graph.index("class Deidentify(") :]
    assert len(body.splitlines()) <= 30
    assert "lambda" not in graph
    assert "argparse" not in graph
