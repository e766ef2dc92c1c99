"""A page as a telephone sees it: from aside, out of focus, in uneven light, with noise, saved as JPEG. The same for the same seed."""

import io
import random

import numpy as np
from PIL import Image, ImageFilter

TABLE = 84
TILT = 0.07  # how far a corner may be off, as a share of the page
BLUR = 1.0  # pixels
NOISE = 7.0  # levels of 255
DARKEST = 0.55  # of the light in the worst corner
JPEG_QUALITY = 55


def photo_of(page: Image.Image, *, seed: str) -> Image.Image:
    """This will take a picture of a page lying on a table."""
    chance = random.Random(seed)
    width, height = page.size
    border = round(max(width, height) * TILT)
    canvas = Image.new("L", (width + 2 * border, height + 2 * border), TABLE)
    corners = [(border, border), (border, border + height), (border + width, border + height), (border + width, border)]
    seen = [(x + chance.uniform(-1, 1) * border, y + chance.uniform(-1, 1) * border) for x, y in corners]
    inside = [(0.0, 0.0), (0.0, height), (width, height), (width, 0.0)]
    turned = page.convert("L").transform(
        canvas.size,
        Image.Transform.PERSPECTIVE,
        _coefficients(seen, inside),
        Image.Resampling.BILINEAR,
        fillcolor=TABLE,
    )
    lit = _lit(turned.filter(ImageFilter.GaussianBlur(BLUR)), chance)
    target = io.BytesIO()
    lit.save(target, "JPEG", quality=JPEG_QUALITY)
    return Image.open(target)


def _coefficients(seen: list[tuple[float, float]], inside: list[tuple[float, float]]) -> list[float]:
    """The eight numbers that lead from a point of the photo back to a point of the page."""
    rows, goals = [], []
    for (x, y), (u, v) in zip(seen, inside, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        goals += [u, v]
    return [float(one) for one in np.linalg.solve(np.array(rows), np.array(goals))]


def _lit(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Light falls off to one side, and every pixel is a little off."""
    levels = np.asarray(picture, dtype=np.float32)
    height, width = levels.shape
    across = chance.choice((np.linspace(0, 1, width), np.linspace(1, 0, width))).astype(np.float32)
    down = np.linspace(0, 1, height, dtype=np.float32)
    fall = 1 - (1 - DARKEST) * (across[None, :] * 0.6 + down[:, None] * 0.4)
    noise = np.random.default_rng(chance.getrandbits(32)).standard_normal(levels.shape, dtype=np.float32) * NOISE
    return Image.fromarray(np.clip(levels * fall + noise, 0, 255).astype(np.uint8))
