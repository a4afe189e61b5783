"""指南各项要素前后两版差在哪里：时限、条件、流程、方式、窗口、收费、特别程序、问答……"""

from collections.abc import Mapping
from typing import Any

from catalog.rules.differences.words import (
    Change,
    altered,
    chosen,
    counted,
    limit,
    limited,
    listed,
    paired,
    record,
    reordered,
    rows,
)
from catalog.rules.review_steps import selector_words
from catalog.states import DECIDERS, DeliveryWay, FeeStage, OnlineDepth, Postage, Stage, TimeUnit, Way

Row = Mapping[str, Any]
TEXTS = (
    ("基本信息", "name", "事项名称"),
    ("基本信息", "content", "办理内容"),
    ("办结时限", "statutory_basis", "法定时限的依据"),
    ("办结时限", "promised_basis", "承诺时限的依据"),
    ("办结时限", "supplement_basis", "补正期限的依据"),
    ("在哪里办", "place", "办理地点"),
    ("在哪里办", "hours", "办理时间"),
    ("在哪里办", "consult_phone", "咨询电话"),
    ("在哪里办", "complaint", "投诉渠道"),
    ("办理结果", "result_name", "结果名称"),
    ("弄虚作假的后果", "public_safety", "直接关系公共安全等的依据"),
    ("数量限制", "quota_basis", "数量限制的依据"),
    ("数量限制", "quota_order", "怎样定先后"),
    ("到现场次数", "visits_reason", "必须到现场的原因"),
)


def element_changes(old: Any, new: Any) -> list[Change]:
    """除窗口、材料、依据、申请表以外的全部要素。"""
    found = [
        change
        for section, name, label in TEXTS
        for change in altered(section, label, getattr(old, name), getattr(new, name))
    ]
    return [
        *_limits(old, new),
        *found,
        *_conditions(old.conditions, new.conditions),
        *_process(old.process, new.process),
        *_ways(old.ways, new.ways),
        *_delivery(old.delivery, new.delivery),
        *_fee(record(old.fee), record(new.fee)),
        *_procedures(old.special_procedures, new.special_procedures),
        *_review_steps(old.review_steps, new.review_steps),
        *_renewal(old.renewal, new.renewal),
        *_rest(old, new),
        *_questions(old.faq, new.faq),
    ]


def _limits(old: Any, new: Any) -> list[Change]:
    section = "办结时限"
    found = chosen(section, "办件类型", old.get_handling_display(), new.get_handling_display())
    for name, label in (("promised", "承诺时限"), ("statutory", "法定时限"), ("supplement", "补正期限")):
        was, now = (limit(getattr(one, f"{name}_value"), getattr(one, f"{name}_unit")) for one in (old, new))
        found += limited(section, label, was, now)
    return found


def _rest(old: Any, new: Any) -> list[Change]:
    found = counted("到现场次数", "到现场次数", old.visits, new.visits, "次")
    found += counted("数量限制", "数量限制", old.quota, new.quota, "个")
    was, now = (str(dict(DECIDERS).get(one.decider, one.decider)) for one in (old, new))
    found += chosen("由谁决定", "由哪一级决定", was, now)
    depths = dict(OnlineDepth.choices)
    found += chosen(
        "网上办理", "网办深度", str(depths.get(old.online_depth, "")), str(depths.get(new.online_depth, ""))
    )
    if old.informed_commitment != new.informed_commitment:
        words = "可以告知承诺办理" if new.informed_commitment else "不再告知承诺办理"
        found.append(Change("告知承诺", words))
    return found


def _conditions(old: Any, new: Any) -> list[Change]:
    section = "受理条件"

    def same(was: Any, now: Any) -> list[Change]:
        return [
            *altered(section, section, _text(was), _text(now)),
            *altered(section, "受理条件的依据", _part(was, "basis"), _part(now, "basis")),
        ]

    left, right = (value if isinstance(value, list) else [] for value in (old, new))
    found = listed(section, paired(left, right, _text), "新增受理条件：{}", "取消受理条件：{}", _text, same)
    return found + reordered(section, section, [_text(one) for one in left], [_text(one) for one in right])


def _text(row: Any) -> str:
    return _part(row, "text") if isinstance(row, Mapping) else str(row)


def _part(row: Any, name: str) -> str:
    return str(row.get(name, "")) if isinstance(row, Mapping) else ""


def _process(old: Any, new: Any) -> list[Change]:
    section, stages = "办理流程", {stage.value: str(stage.label) for stage in Stage}

    def told(row: Row) -> str:
        return f"“{_part(row, 'name')}”（{stages.get(_part(row, 'stage'), '')}，{_part(row, 'who')}）"

    def same(was: Row, now: Row) -> list[Change]:
        where = f"“{_part(now, 'name')}”一步"
        before, after = (stages.get(_part(row, "stage"), "") for row in (was, now))
        found = altered(section, f"{where}的名称", _part(was, "name"), _part(now, "name"))
        found += chosen(section, f"{where}所属阶段", before, after)
        for key, label in (("who", "由谁办"), ("time", "的时间"), ("does", "的做法")):
            found += altered(section, f"{where}{label}", _part(was, key), _part(now, key))
        return found

    left, right = rows(old), rows(new)
    pairs = paired(left, right, lambda row: _part(row, "name"))
    found = listed(section, pairs, "办理流程新增一步{}", "办理流程取消一步{}", told, same)
    names = [[_part(row, "name") for row in side] for side in (left, right)]
    return found + reordered(section, "办理流程各步", *names)


def _ways(old: Any, new: Any) -> list[Change]:
    section, names = "受理方式", {way.value: str(way.label) for way in Way}

    def told(row: Row) -> str:
        return names.get(_part(row, "way"), "")

    def same(was: Row, now: Row) -> list[Change]:
        return altered(section, f"{told(now)}的办法", _part(was, "how"), _part(now, "how"))

    pairs = paired(rows(old), rows(new), lambda row: _part(row, "way"))
    return listed(section, pairs, "新增受理方式：{}", "不再有受理方式：{}", told, same)


def _delivery(old: Any, new: Any) -> list[Change]:
    section, names, payers = "办理结果", dict(DeliveryWay.choices), dict(Postage.choices)

    def told(row: Row) -> str:
        return str(names.get(_part(row, "way"), ""))

    def same(was: Row, now: Row) -> list[Change]:
        return [
            *altered(section, f"{told(now)}的办法", _part(was, "how"), _part(now, "how")),
            *limited(section, f"{told(now)}的期限", _in_days(was), _in_days(now)),
            *chosen(section, "邮费由谁付", *(str(payers.get(_part(row, "postage"), "")) for row in (was, now))),
        ]

    pairs = paired(rows(old), rows(new), lambda row: _part(row, "way"))
    return listed(section, pairs, "新增送达方式：{}", "不再有送达方式：{}", told, same)


def _in_days(row: Row) -> str:
    days = row.get("days")
    return limit(days if isinstance(days, int) else None, TimeUnit.WORKING_DAY)


FEE_STAGES = dict(FeeStage.choices)


def _fee(old: Row, new: Row) -> list[Change]:
    section, found = "收费", []
    if bool(old.get("free")) != bool(new.get("free")):
        found.append(Change(section, "改为不收费" if new.get("free") else "改为收费"))
    found += altered(section, "收费的依据", _part(old, "basis"), _part(new, "basis"))
    found += altered(section, "减免", _part(old, "exemptions"), _part(new, "exemptions"))
    found += chosen(section, "何时应缴", *(FEE_STAGES.get(_part(one, "due"), "") for one in (old, new)))
    for name, label in (("holds", "缴费以后领取结果"), ("refund", "撤回的退费")):
        found += chosen(section, label, *("是" if one.get(name) else "否" for one in (old, new)))

    def told(row: Row) -> str:
        return f"“{_part(row, 'name')}”（{_part(row, 'amount')}）"

    def same(was: Row, now: Row) -> list[Change]:
        where = f"收费项目“{_part(now, 'name')}”"
        return [
            *altered(section, f"{where}的名称", _part(was, "name"), _part(now, "name")),
            *altered(section, f"{where}的标准", _part(was, "amount"), _part(now, "amount")),
            *altered(section, f"{where}的依据", _part(was, "basis"), _part(now, "basis")),
        ]

    pairs = paired(rows(old.get("lines")), rows(new.get("lines")), lambda row: _part(row, "name"))
    return found + listed(section, pairs, "新增收费项目{}", "取消收费项目{}", told, same)


SETTERS = {"law": "法律规定", "agency": "本机关自定"}


def _procedures(old: Any, new: Any) -> list[Change]:
    section = "特别程序"

    def told(row: Row) -> str:
        return f"“{_part(row, 'name')}”（{_term(row)}，{_counts(row)}）"

    def same(was: Row, now: Row) -> list[Change]:
        where = f"特别程序“{_part(now, 'name')}”"
        before, after = (SETTERS.get(_part(row, "set_by"), "") for row in (was, now))
        return [
            *altered(section, f"{where}的名称", _part(was, "name"), _part(now, "name")),
            *limited(section, f"{where}的期限", _term(was), _term(now)),
            *chosen(section, f"{where}是否计入时限", _counts(was), _counts(now)),
            *chosen(section, f"{where}的期限由谁定", before, after),
            *altered(section, f"{where}的依据", _part(was, "basis"), _part(now, "basis")),
        ]

    pairs = paired(rows(old), rows(new), lambda row: _part(row, "key"))
    return listed(section, pairs, "新增特别程序{}", "取消特别程序{}", told, same)


def _review_steps(old: Any, new: Any) -> list[Change]:
    section = "分级审查"

    def told(row: Row) -> str:
        return f"“{_part(row, 'name')}”（第{row.get('level')}级，{_examiner(row)}）"

    def same(was: Row, now: Row) -> list[Change]:
        where = f"分级审查“{_part(now, 'name')}”"
        return [
            *altered(section, f"{where}的名称", _part(was, "name"), _part(now, "name")),
            *chosen(section, f"{where}由谁审", _examiner(was), _examiner(now)),
            *chosen(section, f"{where}是第几级", *(str(row.get("level", "")) for row in (was, now))),
            *limited(section, f"{where}的期限", _term(was, "time_unit"), _term(now, "time_unit")),
            *altered(section, f"{where}的依据", _part(was, "basis"), _part(now, "basis")),
            *altered(section, f"{where}办的特别程序", _part(was, "procedures"), _part(now, "procedures")),
        ]

    pairs = paired(rows(old), rows(new), lambda row: _part(row, "key"))
    return listed(section, pairs, "新增一级审查{}", "取消一级审查{}", told, same)


def _renewal(old: Any, new: Any) -> list[Change]:
    section = "到期延续"

    def told(row: Row) -> str:
        return f"到期以前办“{_part(row, 'item')}”"

    def same(was: Row, now: Row) -> list[Change]:
        return [
            *chosen(section, "到期以前办哪个事项", _part(was, "item"), _part(now, "item")),
            *limited(section, "最迟提前申请", _term(was), _term(now)),
            *chosen(section, "提前几天提醒", _part(was, "remind"), _part(now, "remind")),
            *altered(section, "到期延续的依据", _part(was, "basis"), _part(now, "basis")),
        ]

    days = {"unit": TimeUnit.DAY.value}
    left, right = ([{**row, "value": row.get("apply_days"), **days} for row in rows(value)] for value in (old, new))
    return listed(section, paired(left, right, lambda _row: section), "写明{}", "不再写明{}", told, same)


def _examiner(row: Row) -> str:
    return selector_words(_part(row, "unit"))


def _term(row: Row, unit: str = "unit") -> str:
    value = row.get("value")
    return limit(value if isinstance(value, int) else None, _part(row, unit))


def _counts(row: Row) -> str:
    return "计入办理时限" if row.get("counted") else "不计入办理时限"


def _questions(old: Any, new: Any) -> list[Change]:
    section = "常见问题"

    def told(row: Row) -> str:
        return f"“{_part(row, 'q')}”"

    def same(was: Row, now: Row) -> list[Change]:
        return [
            *altered(section, "问题", _part(was, "q"), _part(now, "q")),
            *altered(section, f"{told(now)}的回答", _part(was, "a"), _part(now, "a")),
        ]

    pairs = paired(rows(old), rows(new), lambda row: _part(row, "q"))
    return listed(section, pairs, "新增问答{}", "删去问答{}", told, same)
