"""Where published test vectors are: beside the checkout, or where HUZHENG_VECTORS says; tests that need them say so where they are not."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("HUZHENG_VECTORS") or Path(__file__).parents[2] / "shared/vectors")


def needs(*parts: str) -> pytest.MarkDecorator:
    """The mark that skips a test, loudly, where a file or folder of vectors is not there."""
    path = FOLDER.joinpath(*parts)
    reason = f"published vectors {'/'.join(parts)} are neither at ../shared/vectors nor at HUZHENG_VECTORS"
    return pytest.mark.skipif(not path.exists(), reason=reason)
