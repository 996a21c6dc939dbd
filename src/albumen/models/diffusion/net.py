"""A user's own diffusion model at work: words to a small picture, on the processor, without a network."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from albumen.models.diffusion.folder import checked
from albumen.work.errors import Wrong

STEPS = 25


def imagined(folder: Path, words: str, seed: int, *, steps: int = STEPS) -> NDArray[np.uint8]:
    """An RGB picture (h, w, 3) of the size that the model was made for. Models that take no words paint what they know.

    The same folder, words, seed and steps give the same picture on the same machine.
    """
    from diffusers import DiffusionPipeline
    from diffusers.utils import logging

    logging.disable_progress_bar()
    try:
        pipeline = DiffusionPipeline.from_pretrained(str(checked(folder)), local_files_only=True, use_safetensors=True)
    except (OSError, ValueError, AttributeError, ImportError) as error:
        first = (str(error).strip().splitlines() or ["no reason given"])[0]
        raise Wrong(f"this diffusion model cannot be loaded ({first[:200]})", where=folder) from error
    pipeline.set_progress_bar_config(disable=True)
    known = inspect.signature(pipeline.__call__).parameters
    asked: dict[str, object] = {"generator": torch.Generator().manual_seed(seed), "num_inference_steps": steps}
    if "prompt" in known:
        asked["prompt"] = words
    with torch.inference_mode():
        picture = pipeline(**asked).images[0]
    return np.asarray(picture.convert("RGB"), dtype=np.uint8)
