"""A trained verse net as an ONNX graph, written node by node, with 8-bit weights.

Needs NumPy, safetensors and onnx, but no PyTorch. Every weight keeps one scale an output channel; the embedding is stored once
and serves both ends. What stands before the line (`prefix`) is shared by all lines of a beam; what each line has written
itself (`own`) is its own. A test compares the graph with the PyTorch net.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from albumen.models.verse.shape import ATTENTION_SCALE, LOGIT_SCALE, LONGEST, NORM_EPSILON, Shape, rotary_tables
from albumen.work.errors import Broken
from albumen.work.files import write_bytes


class Graph:
    """Nodes and constants gathered in order; every method gives back the name of what it computes."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.count = 0

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """One node with one output."""
        return self.ops(kind, *inputs, outputs=1, **attributes)[0]

    def ops(self, kind: str, *inputs: str, outputs: int, **attributes: Any) -> list[str]:
        """One node with several outputs."""
        names = [f"{kind.lower()}{self.count}.{number}" for number in range(outputs)]
        self.count += 1
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names

    def constant(self, name: str, value: np.ndarray) -> str:
        """A stored array."""
        self.constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def number(self, value: float) -> str:
        """A stored float32 scalar."""
        self.count += 1
        return self.constant(f"number{self.count}", np.array(value, dtype=np.float32))

    def ints(self, *values: int) -> str:
        """A stored int64 vector."""
        self.count += 1
        return self.constant(f"ints{self.count}", np.array(values, dtype=np.int64))


def quantize(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A matrix `[out, in]` as int8 and one float32 scale a row."""
    scale = np.maximum(np.abs(weight).max(axis=1), 1e-8).astype(np.float32) / 127.0
    return np.clip(np.round(weight / scale[:, None]), -127, 127).astype(np.int8), scale


def export_net(folder: Path, target: Path) -> Path:
    """Write the net of a training folder as one int8 ONNX file. Raises `Broken` where the weights do not fit the record."""
    try:
        record = json.loads((folder / "training.json").read_text(encoding="utf-8"))
        shape = Shape(**record["shape"])
        weights: dict[str, np.ndarray] = {}
        for shard in sorted(folder.glob("weights-*.safetensors")):
            weights |= {name: value.astype(np.float32) for name, value in load_file(shard).items()}
        model = build(shape, weights, {"direction": str(record["direction"]), "size": str(record["size"])})
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise Broken(
            f"this training cannot be exported ({error})", where=folder, next_step="finish training first"
        ) from error
    write_bytes(target, model.SerializeToString())
    return target


def build(shape: Shape, weights: dict[str, np.ndarray], facts: dict[str, str]) -> onnx.ModelProto:
    """The whole graph.

    Inputs: `tokens` int64 [B, T], `start` int64 [1] (position of the first of them), `prefix_key` and `prefix_value`
    [L, H, P, K], `prefix_mask` [P], `own_key` and `own_value` [L, B, H, S, K], `own_mask` [T, S + T].
    Outputs: `scores` [B, T, V], `key` and `value` [L, B, H, T, K]. P is at least 1; an empty prefix is masked.
    """
    graph = Graph()
    table, scale = quantize(weights["embed.weight"])
    graph.constant("embed", table)
    graph.constant("embed_scale", scale)
    rows = graph.op("Cast", graph.op("Gather", "embed", "tokens"), to=TensorProto.FLOAT)
    scales = graph.op("Unsqueeze", graph.op("Gather", "embed_scale", "tokens"), graph.ints(-1))
    x = _norm(graph, graph.op("Mul", rows, scales))
    turns = _turns(graph, shape)
    keys, values = [], []
    for layer in range(shape.layers):
        x, key, value = _block(graph, shape, weights, layer, x, turns)
        keys.append(graph.op("Unsqueeze", key, graph.ints(0)))
        values.append(graph.op("Unsqueeze", value, graph.ints(0)))
    across = graph.op("Transpose", graph.op("Cast", "embed", to=TensorProto.FLOAT), perm=[1, 0])
    scores = graph.op(
        "Mul", graph.op("MatMul", _norm(graph, x), across), graph.op("Mul", "embed_scale", graph.number(LOGIT_SCALE))
    )
    for name, parts in (("key", keys), ("value", values)):
        graph.nodes.append(helper.make_node("Concat", parts, [name], axis=0))
    graph.nodes.append(helper.make_node("Identity", [scores], ["scores"]))
    return _model(graph, shape, facts)


def _norm(graph: Graph, x: str) -> str:
    mean = graph.op("ReduceMean", graph.op("Mul", x, x), axes=[-1], keepdims=1)
    return graph.op("Div", x, graph.op("Sqrt", graph.op("Add", mean, graph.number(NORM_EPSILON))))


def _turns(graph: Graph, shape: Shape) -> tuple[str, str]:
    cos, sin = rotary_tables(shape)
    graph.constant("cos", cos)
    graph.constant("sin", sin)
    length = graph.op("Slice", graph.op("Shape", "tokens"), graph.ints(1), graph.ints(2))
    end = graph.op("Add", "start", length)
    return (
        graph.op("Slice", "cos", "start", end, graph.ints(0)),
        graph.op("Slice", "sin", "start", end, graph.ints(0)),
    )


def _linear(graph: Graph, name: str, weights: dict[str, np.ndarray], x: str) -> str:
    small, scale = quantize(weights[name])
    graph.constant(name, small.T)
    graph.constant(f"{name}.scale", scale)
    return graph.op("Mul", graph.op("MatMul", x, graph.op("Cast", name, to=TensorProto.FLOAT)), f"{name}.scale")


def _rotate(graph: Graph, x: str, turns: tuple[str, str]) -> str:
    left, right = graph.ops("Split", x, outputs=2, axis=-1)
    cos, sin = turns
    first = graph.op("Sub", graph.op("Mul", left, cos), graph.op("Mul", right, sin))
    second = graph.op("Add", graph.op("Mul", left, sin), graph.op("Mul", right, cos))
    return graph.op("Concat", first, second, axis=-1)


def _block(
    graph: Graph, shape: Shape, weights: dict[str, np.ndarray], layer: int, x: str, turns: tuple[str, str]
) -> tuple[str, str, str]:
    head = shape.width // shape.heads
    name = f"blocks.{layer}"
    mixed = _linear(graph, f"{name}.attend.weight", weights, _norm(graph, x))
    parts = graph.op("Reshape", mixed, graph.ints(0, 0, 3, shape.heads, head))
    parts = graph.op("Transpose", parts, perm=[2, 0, 3, 1, 4])  # [3, B, H, T, K]
    query, key, value = (
        graph.op("Gather", parts, graph.constant(f"{name}.{n}", np.array(n, dtype=np.int64)), axis=0) for n in range(3)
    )
    query = _norm(graph, _rotate(graph, query, turns))
    key = _norm(graph, _rotate(graph, key, turns))
    query = graph.op("Mul", query, graph.number(ATTENTION_SCALE / head**0.5))
    place = graph.ints(layer)
    own_key, own_value, prefix_key, prefix_value = (
        graph.op("Squeeze", graph.op("Gather", source, place, axis=0), graph.ints(0))
        for source in ("own_key", "own_value", "prefix_key", "prefix_value")
    )
    all_keys = graph.op("Concat", own_key, key, axis=2)
    all_values = graph.op("Concat", own_value, value, axis=2)
    near = graph.op("Add", graph.op("MatMul", query, graph.op("Transpose", all_keys, perm=[0, 1, 3, 2])), "own_mask")
    far = graph.op("Add", graph.op("MatMul", query, graph.op("Transpose", prefix_key, perm=[0, 2, 1])), "prefix_mask")
    shares = graph.op("Softmax", graph.op("Concat", far, near, axis=-1), axis=-1)
    cut = graph.op("Shape", "prefix_mask")
    end = graph.ints(2**31 - 1)
    axis = graph.ints(3)
    far_shares = graph.op("Slice", shares, graph.ints(0), cut, axis)
    near_shares = graph.op("Slice", shares, cut, end, axis)
    seen = graph.op("Add", graph.op("MatMul", far_shares, prefix_value), graph.op("MatMul", near_shares, all_values))
    seen = graph.op("Reshape", graph.op("Transpose", seen, perm=[0, 2, 1, 3]), graph.ints(0, 0, shape.width))
    x = graph.op("Add", x, _linear(graph, f"{name}.merge.weight", weights, seen))
    wide = graph.op("Relu", _linear(graph, f"{name}.widen.weight", weights, _norm(graph, x)))
    x = graph.op("Add", x, _linear(graph, f"{name}.narrow.weight", weights, graph.op("Mul", wide, wide)))
    return x, key, value


def _model(graph: Graph, shape: Shape, facts: dict[str, str]) -> onnx.ModelProto:
    heads, head, layers = shape.heads, shape.width // shape.heads, shape.layers
    floats: Sequence[tuple[str, list[int | str]]] = (
        ("prefix_key", [layers, heads, "P", head]), ("prefix_value", [layers, heads, "P", head]), ("prefix_mask", ["P"]),
        ("own_key", [layers, "B", heads, "S", head]), ("own_value", [layers, "B", heads, "S", head]), ("own_mask", ["T", "ST"]),
    )  # fmt: skip
    inputs = [
        helper.make_tensor_value_info("tokens", TensorProto.INT64, ["B", "T"]),
        helper.make_tensor_value_info("start", TensorProto.INT64, [1]),
        *(helper.make_tensor_value_info(name, TensorProto.FLOAT, dims) for name, dims in floats),
    ]
    outputs = [
        helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["B", "T", shape.vocabulary]),
        *(
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [layers, "B", heads, "T", head])
            for name in ("key", "value")
        ),
    ]
    body = helper.make_graph(graph.nodes, "verse", inputs, outputs, graph.constants)
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 17)], ir_version=9, producer_name="albumen")
    about = facts | {"layers": str(layers), "heads": str(heads), "head": str(head), "longest": str(LONGEST)}
    helper.set_model_props(model, about)
    onnx.checker.check_model(model)
    return model
