"""Training learns, and a training that was stopped goes on as if it had not been."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from albumen.work.errors import Broken, Wrong
from albumen.work.seed import Seed

torch = pytest.importorskip("torch")

from safetensors.numpy import load_file  # noqa: E402

from albumen.models.verse.net import VerseNet  # noqa: E402
from albumen.models.verse.prepare import prepare  # noqa: E402
from albumen.models.verse.shape import shape_of  # noqa: E402
from albumen.models.verse.train import Recipe, train_one, train_verse  # noqa: E402
from albumen.models.verse.train_checkpoint import read_progress  # noqa: E402
from albumen.models.verse.train_optimizer import orthogonal  # noqa: E402


def _recipe(steps: int, **extra: object) -> Recipe:
    return Recipe(size="tiny", direction="r2l", seed=Seed(5), steps=steps, batch=2, valid_rows=4, threads=1, **extra)  # type: ignore[arg-type]


def _quiet(line: str) -> None:
    """Training reports to nobody here."""


def test_training_lowers_the_loss_and_leaves_weights(poems: Path, tmp_path: Path) -> None:
    packed = prepare(poems, tmp_path / "packed", seed=Seed(5))
    progress = train_one(packed, tmp_path / "model", _recipe(25), resume=False, report=_quiet)
    start = np.log(len(packed.vocabulary))
    assert progress.log[-1]["valid_word_nats"] < 0.9 * start
    assert (tmp_path / "model" / "weights-0.safetensors").is_file()
    assert (tmp_path / "model" / "training.json").is_file()


def test_a_stopped_training_goes_on_exactly(poems: Path, tmp_path: Path) -> None:
    packed = prepare(poems, tmp_path / "packed", seed=Seed(5))
    whole = _recipe(6, save_seconds=1e9)
    train_one(packed, tmp_path / "whole", whole, resume=False, report=_quiet)
    calls = 0

    class Stop(Exception):
        """Ends training from outside, as a kill would."""

    import albumen.models.verse.train as training

    real = training.save_checkpoint

    def saving(*given: object) -> None:
        nonlocal calls
        real(*given)  # type: ignore[arg-type]
        calls += 1
        if calls == 3:
            raise Stop

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "save_checkpoint", saving)
        with pytest.raises(Stop):
            train_one(packed, tmp_path / "cut", _recipe(6, save_seconds=0.0), resume=False, report=_quiet)
    assert read_progress(tmp_path / "cut")["step"] == 3
    train_one(packed, tmp_path / "cut", whole, resume=True, report=_quiet)
    for name, weight in load_file(tmp_path / "whole" / "weights-0.safetensors").items():
        assert (load_file(tmp_path / "cut" / "weights-0.safetensors")[name] == weight).all(), name


def test_a_finished_folder_is_not_overwritten(poems: Path, tmp_path: Path) -> None:
    train_verse(poems, tmp_path / "model", size="tiny", steps=1, batch=1, report=_quiet, directions=("l2r",))
    with pytest.raises(Wrong, match="--resume"):
        train_verse(poems, tmp_path / "model", size="tiny", steps=1, batch=1, report=_quiet, directions=("l2r",))


def test_training_needs_an_end_and_a_known_size(poems: Path, tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="--minutes"):
        train_verse(poems, tmp_path / "model", size="tiny", report=_quiet)
    with pytest.raises(Wrong, match="tiny, lite, base"):
        train_verse(poems, tmp_path / "model", size="huge", steps=1, report=_quiet)


def test_a_damaged_checkpoint_is_named(poems: Path, tmp_path: Path) -> None:
    packed = prepare(poems, tmp_path / "packed", seed=Seed(5))
    train_one(packed, tmp_path / "model", _recipe(1), resume=False, report=_quiet)
    state = next((tmp_path / "model").glob("state-*.safetensors"))
    state.write_bytes(state.read_bytes()[:100])
    with pytest.raises(Broken, match="checkpoint cannot be used"):
        train_one(packed, tmp_path / "model", _recipe(2), resume=True, report=_quiet)


def test_the_rate_rises_holds_and_falls() -> None:
    recipe = _recipe(100)
    assert (
        recipe.pace(0.0) < 0.2
        and recipe.pace(0.3) == 1.0
        and recipe.pace(0.75) == pytest.approx(0.5)
        and recipe.pace(1.0) == 0.0
    )


def test_orthogonal_evens_out_singular_values() -> None:
    matrix = torch.randn(12, 30, generator=torch.Generator().manual_seed(1)) * torch.linspace(0.1, 3, 12)[:, None]
    values = torch.linalg.svdvals(orthogonal(matrix))
    assert float(values.min()) > 0.5 and float(values.max()) < 1.4


def test_attention_written_out_for_a_compiler_is_the_same_attention() -> None:
    shape = shape_of("tiny", 500)
    net = VerseNet(shape).eval()
    net.start(3)
    block = net.blocks[0]
    with torch.no_grad():
        for weight in block.parameters():
            weight.normal_(std=0.05, generator=torch.Generator().manual_seed(weight.numel()))
        x = torch.randn(2, 40, shape.width, generator=torch.Generator().manual_seed(1))
        cos, sin = net.cos[:40], net.sin[:40]
        torch.testing.assert_close(block.forward_written(x, cos, sin), block(x, cos, sin), atol=1e-5, rtol=1e-4)
