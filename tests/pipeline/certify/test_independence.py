"""The instrument judges efface and others alike, so it uses nothing of efface."""

import ast
from pathlib import Path

from efface.pipeline import certify

FOLDER = Path(certify.__file__).parent


def test_it_imports_nothing_of_efface():
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, path
                assert not (node.module or "").startswith("efface"), path
            elif isinstance(node, ast.Import):
                assert not any(alias.name.startswith("efface") for alias in node.names), path


def test_the_generator_and_the_scorer_have_no_clock_and_no_other_chance():
    for path in FOLDER.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for name in ("datetime.now", "time.time", "default_rng", "np.random.rand", "generate_uid", "os.urandom", "date.today"):
            assert name not in text.replace("np.random.RandomState", ""), (path, name)
