"""字体:宋体、黑体(思源,OFL),常用字裁成小字库以加快排版,罕用字退回全字库。

全字库 11 MB,排一页 0.13 秒;裁到 GB 2312 全部字符后约减半。裁好的字库放在 var/fonts,随字体文件的摘要更新。
"""

import os
from ctypes import CDLL, byref, c_uint, c_void_p, string_at
from ctypes.util import find_library
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from django.conf import settings
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from office.vault import digest

FACES = {"Paper Song": pylopdf_fonts_zh_cn.serif_path(), "Paper Hei": pylopdf_fonts_zh_cn.sans_path()}


class MissingGlyph(Exception):
    """有字体画不出的字;宁可不印,也不印空框。"""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        super().__init__(f"字库里没有这些字，不能排版：{'、'.join(f'{c}(U+{ord(c):04X})' for c in characters)}")


@cache
def coverage() -> frozenset[int]:
    """两种字体都画得出的字。"""
    maps = [set(TTFont(path, lazy=True).getBestCmap()) for path in FACES.values()]
    return frozenset(set.intersection(*maps))


def require_glyphs(text: str) -> None:
    """每个字都画得出,否则抛 `MissingGlyph`。换行与制表不算字。"""
    missing = {c for c in text if ord(c) not in coverage()} - {"\n", "\r", "\t"}
    if missing:
        raise MissingGlyph("".join(sorted(missing)))


def common_characters() -> str:
    """GB 2312 的全部字符加 ASCII。"""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in pairs) + "".join(map(chr, range(0x20, 0x7F))) + "〔〕—"


def subset_path(full: Path) -> Path:
    """常用字库的位置;没有就现裁(每台机器一次)。"""
    name = f"{full.stem}-{digest(f'{full.stat().st_size}{common_characters()}')[:12]}.otf"
    path: Path = settings.VAR / "fonts" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        _cut(full, draft)
        draft.replace(path)  # 几个进程同时裁也只会留下一份完整的
    return path


def _cut(full: Path, draft: Path) -> None:
    """用 HarfBuzz 裁字库(0.2 秒;fontTools 要十几秒)。每台机器只裁一次,句柄随进程结束归还。"""
    library = find_library("harfbuzz-subset")
    if library is None:
        raise RuntimeError("缺少系统库 libharfbuzz-subset0(Debian:apt-get install libharfbuzz-subset0)")
    hb = CDLL(library)
    for name in (
        "hb_blob_create_from_file",
        "hb_face_create",
        "hb_subset_input_create_or_fail",
        "hb_subset_input_unicode_set",
        "hb_subset_or_fail",
        "hb_face_reference_blob",
        "hb_blob_get_data",
    ):
        getattr(hb, name).restype = c_void_p
    face = c_void_p(hb.hb_face_create(c_void_p(hb.hb_blob_create_from_file(str(full).encode())), 0))
    wish = c_void_p(hb.hb_subset_input_create_or_fail())
    wanted = c_void_p(hb.hb_subset_input_unicode_set(wish))
    for character in common_characters():
        hb.hb_set_add(wanted, ord(character))
    blob = c_void_p(hb.hb_face_reference_blob(c_void_p(hb.hb_subset_or_fail(face, wish))))
    length = c_uint()
    start = hb.hb_blob_get_data(blob, byref(length))
    draft.write_bytes(string_at(start, length.value))


@cache
def faces() -> dict[str, str]:
    """字体名 → 文件地址:常用字库在前,同名加“Rare”的是全字库。"""
    found = {}
    for name, full in FACES.items():
        found[name] = subset_path(full).as_uri()
        found[f"{name} Rare"] = full.as_uri()
    return found


@cache
def _song() -> TTFont:
    return TTFont(FACES["Paper Song"], lazy=True)


@cache
def outline(character: str) -> str:
    """一个宋体字的轮廓(SVG 路径,em 为 1000);印章用轮廓,不混进正文可检索的文字。"""
    pen = SVGPathPen(_song().getGlyphSet())
    _song().getGlyphSet()[_song().getBestCmap()[ord(character)]].draw(pen)
    return str(pen.getCommands())
