"""每一格的说明和样例：定义里写了的照写；没有写的，照这一格问的是什么、是哪一种，用这里的一句。

大厅、窗口、空白表、接口都从这里取，改一处就都改了。领域只说中文，译文在页面上换。
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.rules.forms.definition import FIELD_KINDS, fields_of
from catalog.rules.forms.values import Field

# 每一种格子通用的一句。
BY_KIND: dict[str, str] = {
    "text": "照证件或者文件上的写；没有证件、文件的，照实际情况写。",
    "longtext": "用自己的话写清楚就行，不必写成公文，最多 2000 字。",
    "choice": "选最符合的一项。",
    "choices": "符合的都选，可以选几项。",
    "date": "填公历的年、月、日。",
    "id_number": "18 位，照身份证抄写，最后一位可能是字母 X。",
    "identity": "照身份证件抄写，不写空格；居民身份证、居住证是 18 位，持通行证、护照的照填。",
    "uscc": "18 位数字和大写字母，在登记证书、营业执照上。",
    "phone": "11 位手机号；座机要带区号。",
    "region": "选所在的县、市、区；不在本市的选最后一项。",
    "money": "单位是元，只填数字，最多两位小数。",
    "integer": "只填整数，没有的填 0。",
    "table": "一行写一个，不够可以再加行，用不着的行空着。",
    "file": "PDF 或者照片，手机拍清楚也可以。",
    "declaration": "请读完再勾选；勾选就是您的确认，不实的要承担责任。",
}
# 常问的几样，比通用的一句具体：(种类, 名称里有这些字的, 说明)，先写的先用。
WORDS = frozenset(["text", "longtext"])
BY_LABEL: tuple[tuple[frozenset[str], str, str], ...] = (
    (WORDS, "签名|按手印", "打印出来由本人亲笔签名或者按手印。"),
    (WORDS, "理由|原因|为什么", "写清楚为什么，有时间、数目的一起写上。"),
    (WORDS, "宗旨|业务范围|慈善目的", "与章程或者信托文件里的文字一致。"),
    (WORDS, "开户银行", "照银行卡或者开户证明写，写到支行。"),
    (WORDS, "户名|账号", "照银行卡或者开户证明抄写，一个字都不要错。"),
    (WORDS, "编号|文号|文件号|号码", "照证书、文件上的编号抄写。"),
    (WORDS, "联系人|经办人", "写接得到电话、说得清这件事的人。"),
    (WORDS, "关系|的谁", "写是什么人，例如配偶、儿子、邻居。"),
    (WORDS, "去向", "写去了哪里；回家的写“回家”。"),
    (WORDS, "单位和职务", "写单位的全称和现在的职务；没有工作单位的写“无”。"),
    (WORDS, "职务", "写职务的全称；没有职务的写“无”。"),
    (WORDS, "学校", "写学校的全称。"),
    (WORDS, "病$|什么病|病，", "照诊断证明写病名；没有诊断证明的写症状。"),
    (WORDS, "住址|地址|住所|住在哪里|住哪里|地点|场所|位置|户口所在地", "写到路名和门牌号；农村写到村和组。"),
    (WORDS, "新名称|新的名称|备选名称", "写打算用的全称，一个字都不要省。"),
    (WORDS, "姓名或.*名称|名称或.*姓名|名称\\(姓名\\)", "个人写证件上的姓名，单位写登记证书上的全称。"),
    (WORDS, "单位|组织|机构|公司|事务所|养老院|受托人|业务主管", "写登记证书、营业执照上的全称，不写简称。"),
    (WORDS, "姓名|法定代表人|负责人|收养人|照料人|照护人|照看|主持人|记录人|配偶|捐赠人|捐资人|在谁名下",
     "写身份证件上的姓名，不写小名。"),
    (WORDS, "年度", "写四位数的年份。"),
    (WORDS, "什么时候|起止年月|时间", "写到年、月就行；记不清日子的不用写日。"),
    (WORDS, "名称$", "写全称，与登记、批准的文件一致。"),
    (frozenset(["integer"]), "票|赞成|反对|弃权|到会|应到|次数", "照会议记录、签到的填；没有的填 0。"),
    (frozenset(["integer"]), "平方米|面积|米", "四舍五入填到整数。"),
    (frozenset(["integer"]), "人|户", "照填表这一天的实际数填；没有的填 0。"),
    (frozenset(["table"]), "经历|服务|找过", "一次一行，照时间先后写，不够可以再加行。"),
    (frozenset(["table"]), "成员|家里|父母|哪些人|谁|孩子", "一人一行，都写上，不够可以再加行。"),
    (frozenset(["table"]), "支出", "一笔一行，票据留着备查，不够可以再加行。"),
)  # fmt: skip
# 定义里没有写样例的：一看就是编的。号码是国家标准里举例的和全零的。
SAMPLES: dict[str, str] = {
    "date": "2026-03-02",
    "phone": "13800000000",
    "id_number": "11010519491231002X",
    "identity": "11010519491231002X",
    "uscc": "51440800MJ00000000",
    "integer": "1",
    "money": "1000",
}


def explanation(field: Field) -> str:
    """这一格怎么填。"""
    return str(field.get("help") or standing(field))


def standing(field: Field) -> str:
    """定义里没有写说明时的一句。"""
    kind, label = field["kind"], str(field.get("label", ""))
    return next((words for kinds, part, words in BY_LABEL if kind in kinds and re.search(part, label)), BY_KIND[kind])


def example(field: Field) -> str:
    """样例：定义里写的；没有写的，这一种的通用样例(选择、表格没有)。"""
    return str(field.get("sample") or SAMPLES.get(field["kind"], ""))


def silent(field: Field) -> bool:
    """说明和样例都没有写的：申请人只看到通用的一句，提醒编辑补上。"""
    return not field.get("help") and not field.get("sample")


def every_field(definition: Mapping[str, Any] | None) -> Iterator[Field]:
    """各格，连同表格的各栏。"""
    for _page, field in fields_of(definition):
        yield field
        yield from field.get("columns", ())


def legend(definition: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """印在空白表末尾的填表说明(哪一格，怎么填)：没有另写说明的各格，同样的话只说一次。"""
    found: dict[str, str] = {}
    for field in every_field(definition):
        if not field.get("help"):
            words = standing(field)
            general = words == BY_KIND[field["kind"]]
            found.setdefault(words, FIELD_KINDS[field["kind"]] if general else str(field["label"]))
    return [(name, words) for words, name in found.items()]


def standing_words() -> list[str]:
    """这里写着的每一句：页面上要译。"""
    return [*BY_KIND.values(), *(words for _kinds, _part, words in BY_LABEL)]
