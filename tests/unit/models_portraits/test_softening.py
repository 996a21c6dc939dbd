"""A net that softens leaves no chequer of single pixels, and is exported as it was trained."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch

from albumen.models.portraits.export_nets import drawing_graph
from albumen.models.portraits.net_generator import soften
from albumen.models.portraits.sizes import net_size
from albumen.models.portraits.train_data import Gallery, as_floats
from albumen.models.portraits.train_state import new_state


def test_chequer_goes_and_slow_shades_stay() -> None:
    rows, columns = torch.meshgrid(torch.arange(16), torch.arange(16), indexing="ij")
    chequer = ((rows + columns) % 2 * 2 - 1).float().expand(1, 3, 16, 16)
    assert float(soften(chequer)[..., 1:-1, 1:-1].abs().max()) == 0.0
    shade = (columns / 16).float().expand(1, 3, 16, 16)
    assert torch.allclose(soften(shade)[..., 1:-1], shade[..., 1:-1], atol=1e-6)


def test_only_the_full_side_is_softened() -> None:
    assert [net_size("small").softened(side) for side in (32, 64, 128)] == [False, False, True]
    assert not net_size("tiny").softened(64)


@pytest.mark.parametrize("side", [64, 128])
def test_exported_small_painter_is_the_trained_one(side: int) -> None:
    state = new_state("small", 5, torch.device("cpu"))
    stages = state.size.stage_of(side) + 1
    styles = np.random.default_rng(0).normal(size=(1, stages, state.size.style)).astype(np.float32)
    weights = {name: value.detach().numpy() for name, value in state.average.named_parameters()}
    graph = drawing_graph(weights, state.size, side).model().SerializeToString()
    drawn = onnxruntime.InferenceSession(graph).run(None, {"styles": styles})[0]
    with torch.no_grad():
        expected = state.average.draw(torch.from_numpy(styles), side).numpy()
    assert np.abs(drawn - expected).max() < 0.02 * max(1.0, np.abs(expected).max())


def test_real_pictures_are_softened_alike() -> None:
    pictures = torch.randint(0, 255, (4, 3, 128, 128), dtype=torch.uint8)
    gallery = Gallery(pictures=pictures, conditions=torch.zeros(4, 2), rows=np.arange(4))
    soft = as_floats(gallery.softened().pictures)
    assert float((soft - soften(as_floats(pictures))).abs().max()) <= 1 / 127.5
