"""大厅测试用的做法：一个能在网上申请的事项，一页一页替申请人填。"""

from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.models import Draft
from tests import casework

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 60
PDF = b"%PDF-1.7\n%%EOF"
FORM = {
    "pages": [
        {
            "key": "basic",
            "title": "基本情况",
            "fields": [
                {"key": "org_name", "kind": "text", "label": "社会组织名称", "required": True, "sample": "示例协会"},
                {"key": "why", "kind": "choice", "label": "为什么办", "required": True,
                 "choices": [["new", "新办"], ["lost", "遗失"]]},
                {"key": "lost_on", "kind": "date", "label": "遗失日期", "required": True,
                 "when": {"field": "why", "equals": "lost"}},
            ],
        },
        {
            "key": "lost",
            "title": "遗失情况",
            "fields": [
                {"key": "notice", "kind": "text", "label": "登报声明", "required": True,
                 "when": {"field": "why", "equals": "lost"}},
            ],
        },
        {
            "key": "promise",
            "title": "承诺",
            "fields": [
                {"key": "funds", "kind": "money", "label": "活动资金", "required": True},
                {"key": "truth", "kind": "declaration", "label": "以上内容真实。", "required": True},
            ],
        },
    ]
}  # fmt: skip
# 各种字段都有的一份申请表。
FAMILY = {
    "key": "family", "kind": "table", "label": "家庭成员", "required": True, "max_rows": 4,
    "help": "和您一起生活的人。",
    "columns": [
        {"key": "name", "kind": "text", "label": "姓名", "required": True, "sample": "张示例"},
        {"key": "number", "kind": "id_number", "label": "身份证号"},
        {"key": "tie", "kind": "choice", "label": "关系", "required": True,
         "choices": [["spouse", "配偶"], ["child", "子女"]]},
        {"key": "income", "kind": "money", "label": "月收入(元)", "checks": [{"op": "at_most", "value": 100000}]},
    ],
    "checks": [{"op": "no_repeat", "column": "name"}],
}  # fmt: skip
RICH = {
    "pages": [
        {
            "key": "home", "title": "家庭", "help": "照实填，我们会核对。",
            "fields": [
                {"key": "place", "kind": "region", "label": "户籍在哪里", "required": True},
                {"key": "needs", "kind": "choices", "label": "要什么帮助", "required": True,
                 "choices": [["care", "照料"], ["money", "救助金"], ["other", "其他"]]},
                {"key": "other", "kind": "text", "label": "其他是什么", "required": True,
                 "when": {"field": "needs", "op": "equals", "value": "other"}},
                FAMILY,
            ],
        },
        {
            "key": "proof", "title": "证明", "when": {"field": "needs", "op": "in", "value": ["money", "care"]},
            "fields": [
                {"key": "photo", "kind": "file", "label": "病历照片", "required": True, "accept": ["jpg", "png"],
                 "max_files": 2},
                {"key": "since", "kind": "date", "label": "从哪天起", "required": True,
                 "checks": [{"op": "not_after", "value": "today"}]},
            ],
        },
        {
            "key": "end", "title": "承诺",
            "fields": [
                {"key": "big", "kind": "text", "label": "大家庭说明", "required": True,
                 "when": {"all": [{"field": "family", "op": "at_least", "value": 2},
                                  {"field": "place", "op": "not_equals", "value": "elsewhere"}]}},
                {"key": "truth", "kind": "declaration", "label": "属实。", "required": True},
            ],
        },
    ]
}  # fmt: skip
HOME = {
    "place": "440802", "needs": ["money"], "family-0-name": "张示例", "family-0-tie": "spouse",
    "family-0-number": "11010519491231002x", "family-0-income": "1500.5", "family-1-name": "", "family-1-income": "",
}  # fmt: skip
PERSON = {"kind": "organisation", "name": "示例协会", "id_number": "11010519491231002X", "phone": "13800000001"}


def online(b: SimpleNamespace, **fields) -> SimpleNamespace:
    return casework.item_with_guide(b, form=FORM, **fields)


def begun(client, b) -> Draft:
    """点了“在线办理”。"""
    answer = client.post(reverse("hall:apply-start", args=[b.item.code]))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Draft.objects.latest("pk")


def go(draft: Draft, name: str, **more) -> str:
    return reverse(f"hall:apply-{name}", kwargs={"token": draft.token, **more})


def filled(client, b) -> Draft:
    """除材料外都填好了。"""
    draft = begun(client, b)
    client.post(go(draft, "person"), PERSON)
    client.post(go(draft, "page", key="basic"), {"org_name": "示例协会", "why": "new"})
    client.post(go(draft, "page", key="promise"), {"funds": "30000", "truth": "on"})
    return draft


def photo(name: str = "申请书.png", content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def found(client, case) -> str:
    """凭编号和查询码查到，返回进度页的网址。"""
    client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    return reverse("hall:track-case", args=[case.number])
