"""Opening an ONNX file for this machine: few threads, no surprises, a clear sentence when the file is bad."""

from __future__ import annotations

import os
from pathlib import Path

import onnxruntime

from albumen.work.errors import Broken, Missing


def open_session(path: Path, threads: int | None = None) -> onnxruntime.InferenceSession:
    """A CPU session; by default as many threads as the machine has cores, at most four."""
    if not path.is_file():
        raise Missing("this model file is not here", where=path, next_step="train and export the model first")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or min(4, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own untyped errors for damaged files
        raise Broken(
            f"this model file cannot be read ({error})", where=path, next_step="install Albumen again"
        ) from error
