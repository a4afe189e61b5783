"""话里有没有“不”：消息、答复、引导都不能用来说“不行”。

为什么拦、怎样拦：
- “不得未经请示核准即说不行”(不行权局长负责制工作方案“适用范围”一)。说“不”只有一条路，就是拟否定报告；
  消息和答复如果能写“办不了”，等于多开了一扇不记名、没有依据、没有救济的门。所以含否定字眼的话一律不发。
- 只是引用的(如“您说的《不予受理决定书》”)，可以发，但不许悄悄发：否定字眼必须全部在引号或书名号里，经办人
  当面确认是引用；发出去的话后面由系统加上一句“这不是决定”，同时送科室负责人阅知。于是借引号说“不”，
  群众不会当真，负责人当天就看得见，否定的权力仍然只在梯子上。
- 已经依法作出不予决定的，解释那份决定不拦：那个“不”已经有依据、有救济(clauses Z18)。
宁可多拦：拦错了只是换一种说法；漏过去就是推诿。
"""

import re
import unicodedata
from dataclasses import dataclass

from catalog.rules.finding import to_hans

# 说“不行”的；(?<!…)、(?!…) 让开“行不行”“不清楚的地方”这样的平常话。
REFUSING = (
    "不予(?:受理|许可|批准|核准|办理|登记|通过|审批|确认|备案|给付|支持|考虑)",
    "不(?:能|会|可以|可|得|给|予以|让)?(?:受理|批准|核准|收件)",
    "(?<![能可会给让])不(?:能|会|可以|可|给|让)(?:办|批|申请|通过|登记)",
    "[办批过做]不[了成到](?!事)",
    "(?:没|无)(?:有)?(?:办)?法(?:给您|为您|帮您)?(?:办|受理|批)",
    "(?<!行)不行(?!权)",
    "拒绝|驳回|退件",
    "不符合(?:受理|申请|办理|许可|登记)?条件",
    "没有?资格",
    "别(?:再)?来了|不(?:用|要|必)再?来",
)
# 推出去的：不归我们办的，要写明归谁、怎么去(引导)，不清楚归谁的，要提请协调(方案“适用条件”1)。
PASSING = (
    "不归(?:我|本|咱)",
    "不(?:是|属于)(?:我|本|咱)[们局科室窗单]",
    "不属于(?:受理|本)范围",
    "(?<!您)(?<!你)(?<!如果)(?<!要是)不知道",
    "(?<!您)(?<!你)(?<!如果)(?<!有)不(?:清楚|了解)(?!的|之处)",
    "与(?:我|本)[们局科室窗单].{0,3}无关",
    "(?:去|找|问)别(?:的|人|处|家)",
)
QUOTED = re.compile('“[^”]*”|《[^》]*》|「[^」]*」|『[^』]*』|"[^"]*"')
NOT_A_DECISION = "以上是引用，不是对您申请的决定。不予受理、不予许可须有写明依据和救济途径的书面决定书。"
MASK = "〇"
GAPS = "-–—·.、*_~"


@dataclass(frozen=True)
class Finding:
    """一处不能这样说的话：原话，怎么办，是不是全在引号里。"""

    phrase: str
    passing: bool
    quoted: bool

    def words(self) -> str:
        if self.passing:
            return (
                f"“{self.phrase}”等于把人推出去，不能这样答复。归别处办的，请开引导单，写明归谁、怎么去；"
                "不清楚归谁的，请提请协调。"
            )
        said = f"“{self.phrase}”是否定的意思，不能用消息或答复来说。拿不准能不能办的，请提拟否定报告，由领导审定；"
        return said + "缺材料的，请一次性告知。"


def plain(text: str) -> str:
    """繁体、全角、夹在字里的空格和零宽字符，都不当数：“办 不 了”也是“办不了”。"""
    folded = to_hans(unicodedata.normalize("NFKC", text))
    return "".join(
        c for c in folded if not c.isspace() and unicodedata.category(c)[0] not in "CS" and c not in "-·.*_~"
    )


def finding(text: str) -> Finding | None:
    """第一处不能这样说的话；没有就是 None。全在引号里的，quoted 为真。"""
    said = plain(text)
    open_words = _first(QUOTED.sub(MASK, said))
    if open_words:
        return Finding(*open_words, quoted=False)
    inside = _first(said)
    return Finding(*inside, quoted=True) if inside else None


def _first(said: str) -> tuple[str, bool] | None:
    for patterns, passing in ((REFUSING, False), (PASSING, True)):
        if found := re.search("|".join(patterns), said):
            return found[0], passing
    return None
