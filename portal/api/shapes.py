"""数据的样子：OpenAPI 文档的 components/schemas（JSON Schema 2020-12）。栏目一个不少，一个不多。"""

from typing import Any

Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}
MAYBE: Shape = {"type": ["string", "null"]}
FLAG: Shape = {"type": "boolean"}
COUNT: Shape = {"type": "integer", "minimum": 0}
DAY: Shape = {"type": "string", "format": "date", "examples": ["2026-11-21"]}
MAYBE_DAY: Shape = {"type": ["string", "null"], "format": "date"}
ADDRESS: Shape = {"type": "string", "format": "uri"}


def ref(name: str) -> Shape:
    return {"$ref": f"#/components/schemas/{name}"}


def said(shape: Shape, words: str) -> Shape:
    return {**shape, "description": words}


def maybe(name: str) -> Shape:
    return {"oneOf": [ref(name), {"type": "null"}]}


def listed(shape: Shape) -> Shape:
    return {"type": "array", "items": shape}


def thing(words: str, **fields: Shape) -> Shape:
    return {
        "type": "object",
        "description": words,
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def extended(base: Shape, words: str, **fields: Shape) -> Shape:
    return thing(words, **base["properties"], **fields)


def paged(name: str) -> Shape:
    return thing(
        "一页结果",
        count=said(COUNT, "一共几条"),
        page={"type": "integer", "minimum": 1},
        pages={"type": "integer", "minimum": 1},
        next={**MAYBE, "format": "uri"},
        previous={**MAYBE, "format": "uri"},
        results=listed(ref(name)),
    )


NAMED = thing("代号和名称", code=TEXT, name=TEXT)
PLACE = extended(NAMED, "受理的地方", phone=MAYBE, address=MAYBE)
ITEM = thing(
    "事项",
    code=said(TEXT, "本系统编码，长期不变"),
    name=TEXT,
    short_name=MAYBE,
    aliases=said(listed(TEXT), "群众的说法"),
    kind=said(ref("Coded"), "事项类型，GB/T 39046 表 A.1"),
    level=said(ref("Coded"), "行使层级，表 A.2"),
    theme=ref("Coded"),
    presence=said(ref("Coded"), "代办、直办或咨询"),
    situation=said(ref("Coded"), "办理情形：决定书照它写"),
    local_kind=said(maybe("Coded"), "镇村目录类别"),
    audiences=said(listed(ref("Coded")), "服务对象，表 A.4"),
    agency=said(ref("Named"), "实施主体"),
    section=said(ref("Named"), "承办科室"),
    supervisor=said(maybe("Named"), "监管科室；null 是承办科室自己监管"),
    basic_code=said(MAYBE, "基本编码；null 是没有公布，绝不自编"),
    implementation_code=said(MAYBE, "实施编码；null 同上"),
    handling_code=said(MAYBE, "业务办理项编码；null 同上"),
    guidance_only=said(FLAG, "由别处办理，只告诉去哪里办"),
    parent=said(MAYBE, "主项的编码"),
    suspensions=said(listed(ref("Suspension")), "正停办的、将要停办的"),
    links=thing("网址", self=ADDRESS, guide=ADDRESS),
)
VERSION = thing(
    "指南的一个版本",
    item=TEXT,
    version={"type": "integer", "minimum": 1},
    name=TEXT,
    effective_from=DAY,
    effective_to=said(MAYBE_DAY, "到这一天为止（不含）；null 是一直有效"),
    published_at={"type": "string", "format": "date-time"},
    digest=said(TEXT, "内容的摘要（SM3）：内容相同，摘要就相同"),
    links=thing("网址", self=ADDRESS, page=ADDRESS),
)
GUIDE = extended(
    VERSION,
    "办事指南",
    content=TEXT,
    handling=said(ref("Coded"), "办件类型，表 A.6"),
    statutory=said(maybe("Limit"), "法定时限"),
    promised=said(maybe("Limit"), "承诺时限"),
    supplement=said(maybe("Limit"), "补正期限"),
    agency=ref("Named"),
    section=ref("Named"),
    window=maybe("Place"),
    desks=said(listed(ref("Place")), "同时受理的镇街、村居窗口"),
    conditions=listed(thing("受理条件", text=TEXT, basis=TEXT)),
    process=listed(thing("一步", stage=ref("Coded"), name=TEXT, who=TEXT, time=TEXT, does=TEXT)),
    ways=listed(thing("一种办理形式", way=ref("Coded"), how=TEXT)),
    place=TEXT,
    hours=TEXT,
    consult_phone=TEXT,
    complaint=TEXT,
    fee=ref("Fee"),
    result_name=MAYBE,
    delivery=listed(ref("Delivery")),
    special_procedures=listed(ref("Procedure")),
    review_steps=said(listed(ref("ReviewStep")), "分级审查；空的是承办科室审一次。同一级的同时审"),
    decider=said(ref("Coded"), "由哪一级决定：chief 承办科室负责人、deputy 分管副局长、director 局长"),
    renewal=said(maybe("Renewal"), "证照到期怎么办；null 是没有写"),
    public_safety=said(MAYBE, "直接关系公共安全、人身健康、生命财产安全的依据；弄虚作假的几年内不得再次申请"),
    quota=said(maybe("Quota"), "数量限制；null 是没有"),
    visits=said(COUNT, "要到现场几次"),
    visits_reason=MAYBE,
    online_depth=ref("Coded"),
    informed_commitment=said(FLAG, "可以告知承诺"),
    faq=listed(thing("一问一答", question=TEXT, answer=TEXT)),
    materials=listed(ref("Material")),
    bases=listed(ref("Basis")),
    remedies=thing("不服决定的救济", reconsideration=TEXT, court=TEXT),
    has_form=said(FLAG, "有没有申请表，见 form"),
    suspensions=said(listed(ref("Suspension")), "正停办的、将要停办的"),
    being_checked=said(maybe("BeingChecked"), "正在核实的栏不能当作确定的"),
)
SCHEMAS: Shape = {
    "Named": NAMED,
    "Coded": thing("代码和说法", code=TEXT, label=TEXT),
    "Place": PLACE,
    "Item": ITEM,
    "ItemWithChildren": extended(ITEM, "事项和它的子项", children=listed(ref("Item"))),
    "ItemPage": paged("Item"),
    "Suspension": thing(
        "停办",
        **{"from": DAY},
        until=said(MAYBE_DAY, "这一天起恢复；null 是还说不准"),
        message=said(TEXT, "为什么停、急着办怎么办"),
        replacement=said(MAYBE, "可以改办的事项"),
    ),
    "Limit": thing(
        "期限",
        value={"type": ["integer", "null"], "minimum": 1},
        unit=said(maybe("Coded"), "wd 工作日，d 自然日，h 小时"),
        basis=TEXT,
        text=said(TEXT, "一句话，例如“20个工作日”“当场办结”“法律法规未规定”"),
    ),
    "Quota": thing(
        "数量限制（行政许可法第五十七条）",
        limit=said(COUNT, "最多几个"),
        basis=said(TEXT, "哪份文件定的、在哪里公布"),
        order=said(MAYBE, "法律、行政法规另有规定的先后；null 是按受理的先后"),
    ),
    "Renewal": thing(
        "证照到期怎么办",
        item=said(TEXT, "到期以前办哪个事项"),
        apply_before=said(maybe("Limit"), "最迟在有效期届满多少日以前申请；null 是没有要求"),
        remind_days=said(listed(COUNT), "提前几天提醒持证人"),
        basis=TEXT,
    ),
    "Delivery": thing(
        "结果怎么给申请人",
        way=said(ref("Coded"), "window 窗口领取，express 邮寄送达，electronic 电子送达"),
        how=TEXT,
        days=said({"type": ["integer", "null"], "minimum": 1}, "作出决定之日起几个工作日内；null 是按法律规定的"),
        postage=said(maybe("Coded"), "邮费谁付：agency 本机关，applicant 收件人；null 是不用邮寄，或者还没有核定"),
    ),
    "Fee": thing(
        "收费",
        free=FLAG,
        basis=TEXT,
        lines=listed(thing("一项收费", name=TEXT, amount=TEXT, basis=TEXT)),
        exemptions=TEXT,
    ),
    "Procedure": thing(
        "特别程序",
        key=TEXT,
        name=TEXT,
        kind=ref("Coded"),
        limit=ref("Limit"),
        counted=said(FLAG, "计不计入办理时限"),
        set_by=said({"enum": ["law", "agency"]}, "期限是法定的，还是本机关定的"),
    ),
    "ReviewStep": thing(
        "分级审查的一级",
        name=TEXT,
        level=said({"type": "integer", "minimum": 1}, "第几级"),
        examiner=said(ref("Coded"), "收件地的镇 town、承办科室 section，或者点名的单位的代号"),
        limit=said(maybe("Limit"), "这一级自己的期限；对外只承诺办件的期限"),
        procedures=said(listed(TEXT), "归这一级办的特别程序的键"),
    ),
    "Material": thing(
        "申请材料：没有列出的不得要求",
        key=TEXT,
        name=TEXT,
        requirement=ref("Coded"),
        when=said(MAYBE, "什么情形下需要"),
        condition=said({"type": ["object", "null"]}, "按申请表里填的判断要不要交"),
        medium=ref("Coded"),
        originals=COUNT,
        copies=COUNT,
        source=ref("Coded"),
        issuer=MAYBE,
        standard=said(TEXT, "怎样算合格"),
        basis=TEXT,
        remedy=said(TEXT, "不合格怎样补"),
        form=said(maybe("Sheet"), "空白表和填写样例；null 是没有，或者这一版还没有施行"),
    ),
    "Sheet": thing(
        "一份材料的表（PDF）",
        is_application=said(FLAG, "就是本事项的申请表，定义见 form"),
        blank=said(ADDRESS, "空白表"),
        sample=said(ADDRESS, "填写样例"),
    ),
    "Basis": thing(
        "设定依据",
        key=TEXT,
        statute=TEXT,
        doc_no=MAYBE,
        article=TEXT,
        text=said(TEXT, "大意，不代替原文"),
        in_force_from=MAYBE_DAY,
    ),
    "BeingChecked": thing("正在核实", note=TEXT, fields=said(listed(TEXT), "哪几栏")),
    "Version": VERSION,
    "Versions": thing("发布过的各版，新的在前", item=TEXT, results=listed(ref("Version"))),
    "Guide": GUIDE,
    "Materials": thing(
        "要交的材料", item=TEXT, version=COUNT, results=listed(ref("Material")), being_checked=maybe("BeingChecked")
    ),
    "Form": thing(
        "申请表",
        item=TEXT,
        version=COUNT,
        definition={"type": "object"},
        schema=said({"type": "object"}, "答案的 JSON Schema（2020-12），带条件"),
    ),
    "Unit": extended(
        PLACE,
        "窗口、科室、镇村受理点",
        kind=ref("Coded"),
        level=ref("Coded"),
        agency=ref("Named"),
        parent=MAYBE,
        hosted_by=said(MAYBE, "设在哪个单位"),
        hours=said(listed(TEXT), "这里办的事项，指南上写的办理时间"),
    ),
    "UnitPage": paged("Unit"),
    "Agency": extended(PLACE, "机关", short_name=TEXT, level=ref("Coded"), region_code=TEXT, uscc=MAYBE, parent=MAYBE),
    "Agencies": thing("全部机关", results=listed(ref("Agency"))),
    "Disclosure": thing(
        "准予行政许可的决定",
        code=said(TEXT, "代号，长期不变"),
        party=thing(
            "行政相对人",
            kind=said(ref("Coded"), "legal 法人及非法人组织，person 自然人，sole 个体工商户"),
            name=said(TEXT, "自然人的是遮住的"),
            uscc=said(MAYBE, "统一社会信用代码"),
            number=said(MAYBE, "自然人的证件号码，遮住的"),
            representative=said(MAYBE, "法定代表人"),
        ),
        document=thing("决定文书", name=TEXT, number=TEXT),
        licence_kind=said(ref("Coded"), "许可类别"),
        certificate=thing("许可证书", name=MAYBE, number=MAYBE),
        content=TEXT,
        decided_on=DAY,
        valid_from=DAY,
        valid_until=said(MAYBE_DAY, "最后一天（含）；null 是长期有效"),
        authority=extended(NAMED, "许可机关", uscc=MAYBE),
        ended=said(maybe("Coded"), "撤销、撤回、注销、吊销；null 是有效"),
        ended_on=said(MAYBE_DAY, "从这一天起失效"),
        published_at={**MAYBE, "format": "date-time"},
        corrected_at={**MAYBE, "format": "date-time"},
        correction=said(MAYBE, "更正了什么、为什么"),
        remark=MAYBE,
        links=thing("网址", page=ADDRESS),
    ),
    "DisclosurePage": paged("Disclosure"),
    "Hall": thing(
        "大厅",
        name=TEXT,
        hall=MAYBE,
        phone=MAYBE,
        complaint_phone=MAYBE,
        hours=said(MAYBE, "大厅的办公时间"),
        address=MAYBE,
        licence=said(TEXT, "数据可以怎样用"),
        links={"type": "object", "additionalProperties": ADDRESS},
    ),
    "Catalogue": thing(
        "整份目录",
        date=said(DAY, "数据日期"),
        source=TEXT,
        licence=TEXT,
        count=COUNT,
        items=listed(extended(ITEM, "事项和在用的指南", guide=maybe("Guide"))),
    ),
    "Problem": {
        **thing(
            "出错的说法，RFC 9457",
            type=TEXT,
            title=TEXT,
            status={"type": "integer"},
            detail=TEXT,
            instance=TEXT,
            errors=listed(thing("哪个参数不对", parameter=TEXT, message=TEXT)),
        ),
        "required": ["type", "title", "status"],
    },
}
