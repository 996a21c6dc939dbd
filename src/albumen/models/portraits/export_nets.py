"""Each net as an ONNX graph: the same arithmetic as the `net_*` modules, written once more for onnxruntime."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from albumen.models.portraits.condition import CONDITION_SIZE
from albumen.models.portraits.export_graph import Graph
from albumen.models.portraits.eyes import EYES_SIDE
from albumen.models.portraits.sizes import NetSize

Weights = Mapping[str, NDArray[np.float32]]

_GAIN = math.sqrt(2.0)
_SLOPE = 0.2
_RATE = 0.05


def mapping_graph(weights: Weights, size: NetSize) -> Graph:
    """`latent` (n, latent) and `condition` (n, CONDITION_SIZE) to `style` (n, style)."""
    graph = Graph("mapping")
    latent = graph.take("latent", ["n", size.latent])
    condition = graph.take("condition", ["n", CONDITION_SIZE])
    asked = _equal_dense(graph, condition, weights, "mapping.ask", 1.0)
    joined = graph.add("Concat", _unit(graph, latent), _unit(graph, asked), axis=1)
    hidden = _bent(graph, _equal_dense(graph, joined, weights, "mapping.first", _RATE))
    style = _bent(graph, _equal_dense(graph, hidden, weights, "mapping.second", _RATE))
    graph.give(style, "style", ["n", size.style])
    return graph


def drawing_graph(weights: Weights, size: NetSize, side: int) -> Graph:
    """`styles` (n, stages, style) to `picture` (n, 3, side, side) in about -1..1."""
    graph = Graph("drawing")
    stages = size.stage_of(side) + 1
    styles = graph.take("styles", ["n", stages, size.style])
    x = graph.constant(weights["start"])
    picture = ""
    for place in range(stages):
        style = graph.add("Gather", styles, graph.constant(np.array(place, dtype=np.int64)), axis=1)
        prefix = f"stages.{place}"
        if place:
            x = graph.resize(x, 2)
        x = _styled(graph, x, style, weights, f"{prefix}.first")
        if place:
            x = _styled(graph, x, style, weights, f"{prefix}.second")
        detail = _to_picture(graph, x, style, weights, f"{prefix}.picture", size.grain)
        picture = graph.add("Add", graph.resize(picture, 2), detail) if place else detail
    graph.give(graph.softened(picture, channels=3) if size.softened(side) else picture, "picture", ["n", 3, side, side])
    return graph


def eyes_graph(weights: Weights) -> Graph:
    """`picture` (n, 3, 64, 64) to `features` (n, f)."""
    graph = Graph("eyes")
    x = graph.take("picture", ["n", 3, EYES_SIDE, EYES_SIDE])
    found: list[str] = []
    for place in range(len(weights) // 2):
        x = _ladder_step(graph, x, weights, place)
        if place:
            found.append(graph.add("Flatten", graph.add("GlobalAveragePool", x), axis=1))
    pool = EYES_SIDE >> (len(weights) // 2 + 1)
    quarters = graph.add("AveragePool", x, kernel_shape=[pool, pool], strides=[pool, pool])
    found.append(graph.add("Flatten", quarters, axis=1))
    graph.give(graph.add("Concat", *found, axis=1), "features", ["n", "f"])
    return graph


def scorer_graph(weights: Weights, side: int) -> Graph:
    """`picture` (n, 3, side, side) to `score` (n,) as log-odds of a finished painting."""
    graph = Graph("scorer")
    x = graph.take("picture", ["n", 3, side, side])
    depth = sum(name.startswith("convs.") for name in weights) // 2
    for place in range(depth):
        x = _ladder_step(graph, x, weights, place)
    pool = side >> (depth + 1)
    x = graph.add("Flatten", graph.add("AveragePool", x, kernel_shape=[pool, pool], strides=[pool, pool]), axis=1)
    score = graph.dense(x, weights["score.weight"], weights["score.bias"])
    graph.give(graph.add("Squeeze", score, graph.integers(1)), "score", ["n"])
    return graph


def enlarger_graph(weights: Weights) -> Graph:
    """`picture` (n, 3, h, w) to `large` (n, 3, 4 h, 4 w)."""
    graph = Graph("enlarger")
    picture = graph.take("picture", ["n", 3, "h", "w"])
    x = start = graph.conv(picture, weights["first.weight"], weights["first.bias"])
    depth = sum(name.startswith("middle.") for name in weights) // 2
    for place in range(depth):
        step = graph.conv(x, weights[f"middle.{place}.weight"], weights[f"middle.{place}.bias"])
        x = graph.add("Add", x, graph.lrelu(step, 0.1))
    detail = graph.conv(graph.add("Add", x, start), weights["last.weight"], weights["last.bias"])
    detail = graph.add("DepthToSpace", detail, blocksize=4, mode="CRD")
    graph.give(graph.add("Add", graph.resize(picture, 4), detail), "large", ["n", 3, "H", "W"])
    return graph


def _styled(graph: Graph, x: str, style: str, weights: Weights, name: str) -> str:
    kernel = weights[f"{name}.conv.weight"]
    kernel = kernel / math.sqrt(kernel[0].size)
    scale = _equal_dense(graph, style, weights, f"{name}.steer", 1.0)
    # Kernel energies are as small as 1e-5: computed from the kernel when the model loads, never stored in half.
    stored = graph.constant(kernel)
    energy = graph.add("ReduceSum", graph.add("Mul", stored, stored), graph.integers(2, 3), keepdims=0)
    strength = graph.add("Gemm", graph.add("Mul", scale, scale), energy, transB=1)
    root = graph.add("Sqrt", graph.add("Add", strength, graph.number(1e-6)))
    norm = graph.add("Reciprocal", root)
    shaped = graph.add("Mul", x, _as_channels(graph, scale))
    x = graph.add("Conv", shaped, stored, pads=[1] * 4, kernel_shape=[3, 3])
    x = graph.add("Mul", x, _as_channels(graph, norm))
    x = graph.add("Add", x, graph.constant(weights[f"{name}.bias"].reshape(1, -1, 1, 1)))
    return _bent(graph, x)


def _to_picture(graph: Graph, x: str, style: str, weights: Weights, name: str, grain: int) -> str:
    kernel = weights[f"{name}.conv.weight"]
    scale = _equal_dense(graph, style, weights, f"{name}.steer", 1.0)
    shaped = graph.add("Mul", x, _as_channels(graph, scale))
    cells = graph.conv(shaped, kernel / math.sqrt(kernel[0].size), weights[f"{name}.conv.bias"])
    return graph.add("DepthToSpace", cells, blocksize=grain, mode="CRD") if grain > 1 else cells


def _ladder_step(graph: Graph, x: str, weights: Weights, place: int) -> str:
    x = graph.conv(x, weights[f"convs.{place}.weight"], weights[f"convs.{place}.bias"])
    return graph.add("AveragePool", graph.lrelu(x, _SLOPE), kernel_shape=[2, 2], strides=[2, 2])


def _equal_dense(graph: Graph, x: str, weights: Weights, name: str, rate: float) -> str:
    weight = weights[f"{name}.weight"]
    return graph.dense(x, weight * (rate / math.sqrt(weight.shape[1])), weights[f"{name}.bias"] * rate)


def _bent(graph: Graph, x: str) -> str:
    return graph.add("Mul", graph.lrelu(x, _SLOPE), graph.number(_GAIN))


def _unit(graph: Graph, x: str) -> str:
    mean = graph.add("ReduceMean", graph.add("Mul", x, x), axes=[1], keepdims=1)
    return graph.add("Div", x, graph.add("Sqrt", graph.add("Add", mean, graph.number(1e-8))))


def _as_channels(graph: Graph, x: str) -> str:
    return graph.add("Unsqueeze", x, graph.integers(2, 3))
