"""ONNX graphs written by hand, node by node: the run-time twin of the nets, without torch.

Weights are stored as float16 and widened when the model is loaded, which halves the files at no visible cost.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from albumen.work.files import write_bytes

OPSET = 17
_WIDE = 1024
"""Tensors with at least this many numbers are stored in half precision."""


class Graph:
    """A graph under construction; every method adds nodes and returns the name of the result."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.nodes: list[onnx.NodeProto] = []
        self.stored: list[onnx.TensorProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self._count = 0

    def take(self, name: str, shape: list[int | str]) -> str:
        """An input of float numbers."""
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    def give(self, value: str, name: str, shape: list[int | str]) -> None:
        """Name an output."""
        self.nodes.append(helper.make_node("Identity", [value], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def constant(self, values: NDArray[np.generic]) -> str:
        """A stored tensor; large float tensors in half precision, widened on use."""
        name = self._fresh("c")
        array = np.asarray(values)
        if array.dtype == np.float32 and array.size >= _WIDE:
            self.stored.append(numpy_helper.from_array(array.astype(np.float16), name))
            return self.add("Cast", name, to=TensorProto.FLOAT)
        self.stored.append(numpy_helper.from_array(array, name))
        return name

    def number(self, value: float) -> str:
        """A scalar."""
        return self.constant(np.array(value, dtype=np.float32))

    def integers(self, *values: int) -> str:
        """A short list of integers."""
        return self.constant(np.array(values, dtype=np.int64))

    def add(self, operation: str, *inputs: str, **attributes: Any) -> str:
        """One node with one output."""
        name = self._fresh("n")
        self.nodes.append(helper.make_node(operation, list(inputs), [name], **attributes))
        return name

    def lrelu(self, x: str, slope: float) -> str:
        """A leaky rectifier."""
        return self.add("LeakyRelu", x, alpha=slope)

    def conv(self, x: str, weight: NDArray[np.float32], bias: NDArray[np.float32] | None = None) -> str:
        """A size-keeping convolution with an odd kernel."""
        pad = weight.shape[2] // 2
        inputs = [x, self.constant(weight)] + ([] if bias is None else [self.constant(bias)])
        return self.add("Conv", *inputs, pads=[pad] * 4, kernel_shape=list(weight.shape[2:]))

    def dense(self, x: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """A dense layer; weight (outputs, inputs)."""
        return self.add("Gemm", x, self.constant(weight), self.constant(bias), transB=1)

    def resize(self, x: str, factor: int) -> str:
        """Bilinear enlargement, pixel centres aligned as torch does without `align_corners`."""
        scales = self.constant(np.array([1, 1, factor, factor], dtype=np.float32))
        mode = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
        return self.add("Resize", x, "", scales, **mode)

    def softened(self, x: str, *, channels: int) -> str:
        """The binomial filter 1 2 1 down and across each channel, edges repeated."""
        line = np.array([1, 2, 1], dtype=np.float32) / 4
        kernel = np.tile(np.outer(line, line), (channels, 1, 1, 1))
        ends = self.add("Pad", x, self.integers(0, 0, 1, 1, 0, 0, 1, 1), mode="edge")
        return self.add("Conv", ends, self.constant(kernel), kernel_shape=[3, 3], group=channels)

    def model(self) -> onnx.ModelProto:
        """The finished, checked model."""
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.stored)
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="albumen")
        made.ir_version = 8
        onnx.checker.check_model(made)
        return made

    def save(self, path: Path) -> None:
        """Write the model in one step."""
        write_bytes(path, self.model().SerializeToString(deterministic=True))

    def _fresh(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"
