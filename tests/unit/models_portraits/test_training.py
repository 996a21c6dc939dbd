"""Training: learns, resumes bit by bit, exports what it is."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from albumen.api import evaluate
from albumen.models.portraits.condition import CONDITION_SIZE, Wish
from albumen.models.portraits.evaluate import evaluate_portraits
from albumen.models.portraits.export import export_portraits
from albumen.models.portraits.net_augment import augment
from albumen.models.portraits.net_generator import Generator, soften
from albumen.models.portraits.net_side import Enlarger, Scorer
from albumen.models.portraits.pack import read_pack
from albumen.models.portraits.plan import Lesson, courses_for
from albumen.models.portraits.run import PaintingModel, best_of
from albumen.models.portraits.run_enlarger import Enlarger as RunEnlarger
from albumen.models.portraits.sizes import NetSize, net_size
from albumen.models.portraits.train import train_baseline, train_portraits
from albumen.models.portraits.train_carry import pack_run, unpack_run
from albumen.models.portraits.train_data import hang
from albumen.models.portraits.train_gan import Pace, _hold, _step
from albumen.models.portraits.train_state import grown, load_state, new_state, save_state
from albumen.work.errors import Missing, Wrong
from albumen.work.seed import Seed

CPU = torch.device("cpu")
QUICK = Pace(batch=4, measure_seconds=1e9, save_seconds=1e9)


def take_steps(state: object, gallery: object, held_out: object, count: int) -> None:
    for _ in range(count):
        _step(state, gallery, held_out, Lesson(side=16, share=1.0), 4, 0.0, 1.0, 1.0)  # type: ignore[arg-type]


def test_resumed_run_goes_on_bit_by_bit(pack_path: Path, tmp_path: Path) -> None:
    pack = read_pack(pack_path)
    gallery, held_out = hang(pack, 16, ~pack.held_out, CPU), hang(pack, 16, pack.held_out, CPU)
    straight = new_state("tiny", 3, CPU)
    take_steps(straight, gallery, held_out, 4)
    broken = new_state("tiny", 3, CPU)
    take_steps(broken, gallery, held_out, 2)
    save_state(broken, tmp_path)
    resumed = load_state(tmp_path, CPU)
    take_steps(resumed, gallery, held_out, 2)
    for one, other in zip(straight.painter.parameters(), resumed.painter.parameters(), strict=True):
        assert torch.equal(one, other)
    assert resumed.counters.step == 4


def test_training_writes_runs_sheets_and_small_nets(trained: Path) -> None:
    assert json.loads((trained / "progress.json").read_text()) == {
        "together": True,
        "portraits": True,
        "grounds": True,
        "side": True,
    }
    assert list((trained / "portraits" / "sheets").glob("*.png"))
    travel = load_file(trained / "portraits" / "travel" / "average.safetensors")
    assert all(value.dtype == torch.float16 for value in travel.values())
    with pytest.raises(Wrong, match="already here"):
        train_portraits(trained / "none.npz", trained, size="tiny", report=lambda line: None)


def test_baseline_trains_on_the_same_pictures(pack_path: Path, tmp_path: Path) -> None:
    numbers = train_baseline(pack_path, tmp_path, minutes=0.01, side=16, width=8, report=lambda line: None)
    assert numbers["images"] >= 64
    assert np.isfinite(numbers["kid"])
    assert (tmp_path / "baseline" / "painter.safetensors").is_file()


def test_exported_painter_is_the_trained_one(trained: Path, exported: Path) -> None:
    model = PaintingModel(exported)
    state = load_state(trained / "portraits", CPU)
    rng = np.random.default_rng(0)
    latent = rng.normal(size=(2, model.latent)).astype(np.float32)
    condition = rng.normal(size=(2, CONDITION_SIZE)).astype(np.float32)
    with torch.no_grad():
        expected = state.average(torch.from_numpy(latent), torch.from_numpy(condition), model.side).numpy()
    styles = model.styles(latent, condition)[:, None].repeat(model.stages, axis=1)
    drawn = model._drawing.run(None, {"styles": styles})[0]
    assert np.abs(drawn - expected).max() < 0.02 * max(1.0, np.abs(expected).max())


def test_exported_small_nets_are_the_trained_ones(trained: Path, exported: Path) -> None:
    model = PaintingModel(exported)
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 255, (1, 64, 64, 3)).astype(np.uint8)
    scorer, enlarger = Scorer().eval(), Enlarger().eval()
    scorer.load_state_dict(load_file(trained / "side" / "scorer.safetensors"))
    enlarger.load_state_dict(load_file(trained / "side" / "enlarger.safetensors"))
    ready = torch.from_numpy(picture.astype(np.float32) / 127.5 - 1.0).permute(0, 3, 1, 2)
    with torch.no_grad():
        score = torch.sigmoid(scorer(ready.repeat_interleave(2, 2).repeat_interleave(2, 3))).numpy()
        large = enlarger(ready)[0].permute(1, 2, 0).numpy()
    np.testing.assert_allclose(model.scores(picture), score, atol=0.01)
    ours = RunEnlarger(exported / "enlarger.onnx").enlarge(picture[0]).astype(np.float32) / 127.5 - 1.0
    inner = slice(60, 190)
    assert np.abs(ours[inner, inner] - large[inner, inner].clip(-1, 1)).max() < 0.03


def test_models_paint_cross_and_vary_by_seed(exported: Path) -> None:
    model = PaintingModel(exported)
    first = model.paint(Wish(), Seed(1), 3)
    again = model.paint(Wish(), Seed(1), 3)
    assert [painting.picture.tobytes() for painting in first] == [painting.picture.tobytes() for painting in again]
    child = model.cross(first[0], first[1], Seed(2), 2)[0]
    assert child.picture.shape == first[0].picture.shape
    kept = model.vary(first[0], Seed(3), 1, lock="touch")[0]
    np.testing.assert_array_equal(kept.styles[model.coarse :], first[0].styles[model.coarse :])
    assert first[0].nearest_work.startswith("Painter")


def test_faces_are_shown_before_others_and_copies_never(exported: Path) -> None:
    painted = PaintingModel(exported).paint(Wish(), Seed(1), 3)
    plain, faced, copied = (
        replace(painting, score=score, shows_face=face, nearest_percentile=near)
        for painting, score, face, near in zip(painted, (0.9, 0.2, 1.0), (False, True, True), (0.5, 0.5, 0.001), strict=True)
    )
    assert best_of([plain, faced, copied], faces=True) == [faced, plain]
    assert best_of([plain, faced, copied], faces=False) == [plain, faced]


def test_a_tiny_net_grows_and_paints_as_before() -> None:
    tiny = new_state("tiny", 3, CPU)
    small = grown(tiny, "small")
    latent, condition = torch.randn(2, tiny.size.latent), torch.zeros(2, CONDITION_SIZE)
    with torch.no_grad():
        before = tiny.painter(latent, condition, 64)
        assert torch.equal(small.painter(latent, condition, 64), before)
        larger = torch.nn.functional.interpolate(before, scale_factor=2, mode="bilinear")
        assert torch.allclose(small.painter(latent, condition, 128, fade=0.0), soften(larger), atol=1e-6)
        assert torch.equal(small.critic(before, condition), tiny.critic(before, condition))
    with pytest.raises(Wrong, match="cannot grow"):
        grown(small, "lite")


def test_evaluation_reports_every_number(exported: Path, pack_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Wrong, match="too few"):
        evaluate_portraits(exported, pack_path, count=8)
    monkeypatch.setattr("albumen.models.portraits.evaluate.FEWEST_HELD_OUT", 2)
    told: list[str] = []
    numbers = evaluate_portraits(exported, pack_path, count=30, report=told.append)
    assert told[0] == "painting 30 pictures" and sum("is most like" in line for line in told) == 5
    assert {"swd", "kid_random", "kid_trained", "coverage_random", "copying_random", "face_rate"} <= numbers.keys()
    assert numbers["kid_random"] > numbers["kid_random_floor"]
    shown = evaluate_portraits(exported, pack_path, count=14, shown=True)
    assert shown["too_close"] == 0.0
    assert shown.keys() == numbers.keys()


def test_evaluation_takes_the_folder_that_training_takes(
    exported: Path, picture_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("albumen.models.portraits.evaluate.FEWEST_HELD_OUT", 2)
    few = partial(evaluate_portraits, count=30)
    monkeypatch.setattr("albumen.models.portraits.evaluate.evaluate_portraits", few)
    assert "kid_random" in evaluate("portraits", exported, picture_folder, report=lambda line: None)
    with pytest.raises(Wrong, match="no such data"):
        evaluate("portraits", exported, tmp_path / "nowhere")


def test_absent_models_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="albumen train portraits"):
        PaintingModel(tmp_path)


def test_disturbances_keep_shape_and_pass_slopes() -> None:
    pictures = torch.rand(4, 3, 16, 16, requires_grad=True)
    disturbed = augment(pictures, 1.0, torch.Generator().manual_seed(1))
    disturbed.sum().backward()
    assert disturbed.shape == pictures.shape
    assert pictures.grad is not None
    assert pictures.grad.abs().sum() > 0
    assert torch.equal(augment(pictures, 0.0), pictures)


@pytest.mark.parametrize("size", ["tiny", "small", "lite", "base"])
@pytest.mark.parametrize("minutes", [12.0, 25.0, 60.0])
def test_courses_use_the_time_they_have(size: str, minutes: float) -> None:
    courses = courses_for(net_size(size), minutes)
    assert sum(lesson.share for course in courses for lesson in course.lessons) == pytest.approx(0.88)
    assert all(lesson.side <= net_size(size).side for course in courses for lesson in course.lessons)


def test_base_painter_fits_its_file() -> None:
    size: NetSize = net_size("base")
    assert sum(value.numel() for value in Generator(size).parameters()) * 2 < 15_500_000


def test_a_training_goes_on_from_the_model_that_ships(exported: Path, pack_path: Path, tmp_path: Path) -> None:
    shipped = load_state(exported, CPU)
    lesson = Lesson(side=64, share=1.0)
    train_portraits(
        pack_path, tmp_path, size="small", minutes=1e-4, parts=("portraits",), lessons=(lesson,), start=exported,
        pace=replace(QUICK, critic_first=1000), report=lambda line: None,
    )  # fmt: skip
    went_on = load_state(tmp_path / "portraits", CPU)
    assert went_on.size.name == "small"
    after = went_on.painter.state_dict()
    assert all(torch.equal(after[name], value) for name, value in shipped.average.state_dict().items())
    with pytest.raises(Wrong, match="one course"):
        train_portraits(pack_path, tmp_path / "two", size="small", start=exported, report=lambda line: None)


def test_stages_that_are_kept_stay_as_they_are(pack_path: Path) -> None:
    pack = read_pack(pack_path)
    gallery, held_out = hang(pack, 32, ~pack.held_out, CPU), hang(pack, 32, pack.held_out, CPU)
    state, fresh = new_state("tiny", 3, CPU), new_state("tiny", 3, CPU)
    _hold(state, 16)
    _step(state, gallery, held_out, Lesson(side=32, share=1.0, keeps=16), 4, 0.0, 1.0, 1.0)
    assert all(map(torch.equal, state.painter.stages[:2].parameters(), fresh.painter.stages[:2].parameters()))
    assert all(map(torch.equal, state.painter.mapping.parameters(), fresh.painter.mapping.parameters()))
    assert not any(map(torch.equal, state.painter.stages[2].parameters(), fresh.painter.stages[2].parameters()))


def test_the_painter_waits_for_a_new_critic(pack_path: Path, tmp_path: Path) -> None:
    pack = read_pack(pack_path)
    gallery, held_out = hang(pack, 16, ~pack.held_out, CPU), hang(pack, 16, pack.held_out, CPU)
    state = new_state("tiny", 3, CPU)
    fresh = new_state("tiny", 3, CPU)
    _step(state, gallery, held_out, Lesson(side=16, share=1.0), 4, 0.0, 1.0, 1.0, paints=False)
    assert all(map(torch.equal, state.painter.parameters(), fresh.painter.parameters()))
    assert not all(map(torch.equal, state.critic.parameters(), fresh.critic.parameters()))


def test_carried_run_can_be_resumed_and_exported(trained: Path, pack_path: Path, tmp_path: Path) -> None:
    pack_run(trained, tmp_path / "carried")
    unpack_run(tmp_path / "carried", tmp_path / "run")
    state = load_state(tmp_path / "run" / "portraits", CPU)
    original = load_state(trained / "portraits", CPU)
    assert state.counters.images == original.counters.images
    for one, other in zip(state.critic.parameters(), original.critic.parameters(), strict=True):
        assert torch.allclose(one, other, atol=0.02)
    export_portraits(tmp_path / "run", tmp_path / "model", pack=pack_path, course="grounds", report=lambda line: None)
    assert (tmp_path / "model" / "card.toml").is_file()
