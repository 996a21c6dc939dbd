"""The house rules that a linter cannot hold: sizes of files and functions, who may import torch, no machine's own paths."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
MOST_LINES_PER_FILE = 500
MOST_LINES_PER_FUNCTION = 80
RUNNING = re.compile(r"albumen/models/.*\brun\w*\.py$|albumen/models/.*_run\w*\.py$")


def test_there_are_sources() -> None:
    assert len(SOURCES) > 20


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_file_keeps_the_house_rules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    name = path.as_posix()
    assert text.count("\n") <= MOST_LINES_PER_FILE, "look for the second idea in this file"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= MOST_LINES_PER_FUNCTION, f"{node.name} has {lines} lines: name a part of it"
    imports = set(_imported(tree))
    in_models = "/albumen/models/" in name and path.name != "__init__.py"
    assert in_models or "torch" not in imports, "torch belongs in the training modules of models"
    assert not (RUNNING.search(name) and "torch" in imports), "albums are made without torch"
    assert in_models or "onnxruntime" not in imports, "onnxruntime belongs in the run modules of models"
    assert "pickle" not in imports, "no pickle is ever loaded"
    found = re.search(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError|/work/|(?<![\w.])/home/", text)
    assert not found, f"{found and found.group()} does not belong in finished code"


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "manager.py", "misc.py"}
    assert not [path for path in SOURCES if path.name in drawers]


def test_albums_are_made_without_torch() -> None:
    modules = ("pipeline.plan", "models.music.shipped", "models.verse.run", "models.portraits.run")
    program = f"import sys, {', '.join(f'albumen.{name}' for name in modules)}\nprint('torch' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_the_public_face_loads_without_heavy_libraries() -> None:
    program = (
        "import sys, albumen, albumen.api, albumen.pipeline.plan, albumen.studio.cli.main\n"
        "print([name for name in ('torch', 'onnxruntime', 'matplotlib', 'cv2', 'partitura') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def _imported(tree: ast.Module) -> list[str]:
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name.split(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module.split(".")[0])
    return names
