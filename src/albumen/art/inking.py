"""Type meets paper: what lies below letters, blended with their ink."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from albumen.art.palette import Rgb
from albumen.art.picture import Pixels


def inked(part: Pixels, mask: NDArray[np.float32], ink: Rgb) -> NDArray[np.float32]:
    """RGB 0..255 (rows, columns, 3) of `part` under ink as strong as `mask` (0..1, from the same corner) says.

    A mask that reaches beyond the part is cut off there.
    """
    ground = part.astype(np.float32)
    share = mask[: part.shape[0], : part.shape[1], None]
    return ground + share * (np.array(ink, dtype=np.float32) - ground)
