"""Draw the gallery: `python -m demo.gallery [NAME ...]` writes docs/gallery/*.png and its README.md.

With names, only those pictures are drawn anew.
"""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
django.setup()

from demo.gallery.items import GalleryItem, gallery_items  # noqa: E402  # Django must be set up before its models are imported
from demo.gallery.pictures import palette_png, sheet_of  # noqa: E402

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "gallery"
HEAD = """# 图集 · Gallery

Every page that Huzheng makes, drawn from sample data by `make gallery` (which runs `python -m demo.gallery`; with names, as in
`python -m demo.gallery zhang-id-card`, only those pictures). Sheets are drawn at 150 dots an inch and
cards at 300; the second part, with long and unusual data, at 100 and 200. All persons, firms and numbers
are invented, the portraits are drawn from a few shapes, and the printed codes are signed by a key that nobody trusts.
The ornaments are the project's own: no emblem of any state is copied.
"""


def main(names: list[str]) -> int:
    """This will draw the pictures and write the page that shows them."""
    items = gallery_items()
    unknown = set(names) - {item.name for item in items}
    if unknown:
        print(f"no such picture: {', '.join(sorted(unknown))}")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    for item in items:
        if not names or item.name in names:
            path = FOLDER / f"{item.name}.png"
            palette_png(sheet_of(item.pages())).save(path, optimize=True)
            print(f"{path.name:<36} {path.stat().st_size // 1024:>5} KiB")
    for path in FOLDER.glob("*.png"):
        if path.stem not in {item.name for item in items}:
            path.unlink()
    (FOLDER / "README.md").write_text(page(items), "utf-8")
    return 0


def page(items: tuple[GalleryItem, ...]) -> str:
    """This will write the README that shows the pictures, group by group."""
    lines = [HEAD]
    for group in dict.fromkeys(item.group for item in items):
        lines.append(f"\n## {group}\n")
        lines += [
            f"\n### {item.title_zh}\n\n{item.title_en}\n\n![{item.title_en}]({item.name}.png)\n"
            for item in items
            if item.group == group
        ]
    return "".join(lines)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
