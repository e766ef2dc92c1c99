"""The sentences about tracing a leaked copy 加注件 from a picture, by reason code."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PICTURE_SENTENCES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "trace.by_mark": (
            "底纹中的编号指向下列加注件。这是追查线索，不是证据：持有该加注件的人也能把同样的底纹画到别处。",
            "The background names this copy. It is a lead, not a proof: whoever holds the copy can draw the same background elsewhere.",
        ),
        "trace.by_number": (
            "底纹无法读取，仅凭页面上印的编号查到下列加注件。印的编号任何人都能更改。",
            "The background could not be read; the printed number names this copy. Anybody can change a printed number.",
        ),
        "trace.printed_differs": (
            "页面上印的编号与底纹不符，文件可能被改动过。",
            "The printed number is not that of the background: the file may have been altered.",
        ),
        "auth.administrator": (
            "没有这个启用中的本节点管理员账号。",
            "There is no active administrator of this node of that name.",
        ),
        "trace.unknown": (
            "读到了编号，但本节点从未制作过这样的加注件。请检查是否由其他省制作。",
            "A number was read, but this node never made such a copy. Another province may have.",
        ),
        "trace.unreadable": (
            "没有读到底纹编号。请换更清楚、范围更大的图片；至少需要半页，且不低于 100 dpi。",
            "No number could be read. Try a clearer picture of more of the page: half of it at least, at 100 dpi or more.",
        ),
        "image.format": ("只能读取 PNG、JPEG 图片和 PDF 文件。", "Only PNG and JPEG pictures and PDF files are read."),
        "image.animated": ("不读取动态图片，请截取其中一帧。", "Moving pictures are not read. Save one frame of it."),
        "image.damaged": ("图片或文件已损坏，无法读取。", "The picture or file is damaged and cannot be read."),
        "image.bytes": ("文件过大，最多 32 MiB。", "The file is too large: at most 32 MiB are read."),
        "image.pixels": (
            "图片像素过多，最多五千万像素。请先缩小。",
            "The picture has too many pixels: at most 50 million are read. Make it smaller first.",
        ),
        "image.several_marks": (
            "图片的不同部分带有不同的底纹编号，像是由几份拼成的。请分开后逐一追查。",
            "Parts of the picture bear different numbers, as if glued together. Trace each part by itself.",
        ),
        "image.time": (
            "读取图片用时过长，已停止。请截取其中一部分再试。",
            "Reading took too long and was stopped. Try a part of the picture.",
        ),
        "image.reader_lost": (
            "读取图片的进程意外退出，请重试；再次出现请报告管理员。",
            "The process that read the picture ended unexpectedly. Try again; report it if it happens again.",
        ),
    }
)
