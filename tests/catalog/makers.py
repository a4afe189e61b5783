"""目录测试用的事项与指南:要素齐全,一看就是编的。"""

from catalog.actions import checking, publishing
from catalog.models import Guide, Item, LegalBasis, Material

CONTENT = {
    "content": "示例事项，办什么写在这里。",
    "handling": "2",
    "promised_value": 5,
    "promised_unit": "wd",
    "promised_basis": "本局承诺",
    "process": [{"stage": "accept", "name": "受理", "who": "民政窗口", "time": "当场", "does": "核对材料"}],
    "ways": [{"way": "1", "how": "到窗口办。"}],
    "complaint": "0759-0000009(示范)",
    "fee": {"free": True, "basis": "没有设定收费", "lines": [], "exemptions": ""},
}
MATERIAL = {"name": "示例申请书", "standard": "签名", "basis": "示例条例第一条", "remedy": "补签名"}
BASIS = {"statute": "示例条例", "article": "第一条", "text": "大意。"}


def item(bureau, code="sample", **fields) -> Item:
    told = {"name": "示例登记", "kind": "01", "level": "3", "theme": "orgs", "audiences": ["4"]}
    return Item.objects.create(code=code, agency=bureau.agency, section=bureau.orgs, **{**told, **fields})


def draft(bureau, item, **fields) -> Guide:
    """九项要素齐全的草稿。"""
    guide = publishing.draft_from(item=item, by=bureau.editor, at=bureau.at)
    for name, value in {**CONTENT, "window": bureau.window, **fields}.items():
        setattr(guide, name, value)
    guide.save()
    Material.objects.create(guide=guide, key="application", **MATERIAL)
    LegalBasis.objects.create(guide=guide, key="r1", **BASIS)
    return guide


def checked(bureau, guide, at=None) -> Guide:
    """提交，由另一位核对通过。"""
    at = at or bureau.at
    return checking.check_off(
        guide=checking.submit(guide=guide, by=bureau.editor, at=at), by=bureau.checker, at=at
    )  # fmt: skip


def publish(bureau, guide, effective_from=None, at=None) -> Guide:
    """提交、核对、发布，一口气走完。"""
    at = at or bureau.at
    guide = checked(bureau, guide, at)
    return publishing.publish(guide=guide, effective_from=effective_from, by=bureau.editor, at=at)


def published(bureau, item, effective_from=None, at=None, **fields) -> Guide:
    return publish(bureau, draft(bureau, item, **fields), effective_from, at)


def questions_to(code) -> dict:
    """一道题：是，走到这个事项；不是，去别处。"""
    options = [{"label": "是", "to": f"item:{code}"}, {"label": "不是", "to": "exit:other"}]
    out = {"title": "去示例局", "body": "不归我们办。", "place": "示例路1号", "phone": "12345"}
    return {"start": "yes", "questions": {"yes": {"text": "是这件事吗？", "options": options}}, "exits": {"other": out}}
