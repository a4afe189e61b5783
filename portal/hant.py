"""简繁转换：目录里的中文给看繁体的人看。繁体的查找词换成简体，在 catalog.rules.finding。

词汇照简体原样(网上、信息),不换成港台的说法;OpenCC 转错的在 FIXES 里改回来。
"""

from functools import cache, lru_cache

from opencc import OpenCC

FIXES = {
    "羣": "群",
    "户": "戶",
    "裏": "裡",
    "説": "說",
    "閲": "閱",
    "銷燬": "銷毀",
    "週": "周",
    "佈": "布",
    "複議": "復議",
    "覆議": "復議",
    "回避": "迴避",
    "“": "「",
    "”": "」",
    "‘": "『",
    "’": "』",
}


@cache
def _converter(conversion: str) -> OpenCC:
    """词典一个进程装一次;装好以后只读,各线程共用。"""
    return OpenCC(conversion)


@lru_cache(maxsize=8192)
def to_hant(text: str) -> str:
    """简体 → 繁体。"""
    made: str = _converter("s2hk").convert(text)
    for wrong, right in FIXES.items():
        made = made.replace(wrong, right)
    return made
