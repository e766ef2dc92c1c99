"""Pictures of parts of a page as they leak: cut out, turned, scaled, blurred, noisy, pale, squeezed by JPEG."""

from dataclasses import dataclass
from io import BytesIO
from random import Random

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter

RESAMPLE = Image.Resampling.BICUBIC


@dataclass(frozen=True, kw_only=True)
class Harm:
    """What happens to a picture: the share of the page that is left, and ranges of everything else."""

    share: float = 0.5
    scale: tuple[float, float] = (1, 1)
    turn_degrees: float = 3
    blur_pixels: float = 0.8
    noise_levels: float = 8
    quality: tuple[int, int] = (50, 90)


def page_picture(pdf: bytes, *, dots_per_inch: int) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[0].render(scale=dots_per_inch / 72).to_pil().convert("RGB")
    finally:
        document.close()


def cut(picture: Image.Image, share: float, random: Random) -> Image.Image:
    """Any rectangle of that share of the area."""
    a = random.uniform(share, 1)
    wide, high = (a, share / a) if random.random() < 0.5 else (share / a, a)
    width, height = int(picture.width * wide), int(picture.height * high)
    x, y = random.randint(0, picture.width - width), random.randint(0, picture.height - height)
    return picture.crop((x, y, x + width, y + height))


def harmed(picture: Image.Image, harm: Harm, random: Random) -> bytes:
    """A JPEG of a part of the page, in colour or grey."""
    part = cut(picture, harm.share, random)
    scale = random.uniform(*harm.scale)
    part = part.resize((round(part.width * scale), round(part.height * scale)), RESAMPLE)
    angle = random.uniform(-harm.turn_degrees, harm.turn_degrees)
    part = part.rotate(angle, RESAMPLE, expand=True, fillcolor=(200, 200, 200))
    part = part.filter(ImageFilter.GaussianBlur(random.uniform(0, harm.blur_pixels)))
    values = np.asarray(part, dtype=np.float32)
    values = (values - 128) * random.uniform(0.6, 1.2) + 128 + random.uniform(-30, 30)
    noise = np.random.default_rng(random.getrandbits(32)).normal(0, random.uniform(0, harm.noise_levels), values.shape)
    part = Image.fromarray((values + noise).clip(0, 255).astype(np.uint8))
    return as_jpeg(part.convert("L") if random.random() < 0.5 else part, quality=random.randint(*harm.quality))


def photocopy(picture: Image.Image, random: Random, *, threshold: int) -> Image.Image:
    """Black and white and nothing between."""
    grey = picture.convert("L").rotate(random.uniform(-2, 2), RESAMPLE, fillcolor=255)
    return grey.filter(ImageFilter.GaussianBlur(0.7)).point(lambda level: 0 if level < threshold else 255)


def printed(picture: Image.Image, *, dots: int) -> Image.Image:
    """A print as presses and laser printers make it: each ink a screen of dots (so many pixels apart) at its own angle."""
    values = np.asarray(picture, dtype=np.float32) / 255
    y, x = np.mgrid[0 : picture.height, 0 : picture.width].astype(np.float32) * (2 * np.pi / dots)
    inks = []
    for ink, degrees in enumerate((15, 75, 45)):
        c, s = np.float32(np.cos(np.radians(degrees))), np.float32(np.sin(np.radians(degrees)))
        screen = (np.cos(x * c + y * s) + np.cos(y * c - x * s) + 2) / 4
        inks.append(values[..., ink] > screen.clip(0.02, 0.98))
    sheet = Image.fromarray(np.stack(inks, axis=2).astype(np.uint8) * 255)
    return sheet.filter(ImageFilter.GaussianBlur(1.2))


def as_jpeg(picture: Image.Image, *, quality: int = 90) -> bytes:
    target = BytesIO()
    picture.save(target, "JPEG", quality=quality)
    return target.getvalue()


def as_png(picture: Image.Image, **options: object) -> bytes:
    target = BytesIO()
    picture.save(target, "PNG", **options)
    return target.getvalue()
