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
