"""办事指南的编辑表：一节一节地填，清单一行一行地填，不写 JSON。"""

from dataclasses import replace
from typing import Any

from django import forms
from django.forms.models import model_to_dict

from agencies.models import Unit
from catalog.admin.opened import OpenedForm
from catalog.admin.rows import Column, RowsField
from catalog.models import Guide
from catalog.rules.doubts import doubtful
from catalog.states import DeliveryWay, FeeStage, Postage, ProcedureKind, ReviewedBy, Stage, TimeUnit, Way

EXAMINERS = list(ReviewedBy.choices)
SET_BY = [("law", "法律、法规规定"), ("agency", "本机关自定(要报营商环境部门备案)")]
ROWS = {
    "conditions": ("条", [Column("text", "条件", "long", wide=True), Column("basis", "依据", wide=True)]),
    "process": (
        "步",
        [
            Column("stage", "阶段", choices=Stage.choices), Column("name", "做什么事"), Column("who", "谁办"),
            Column("time", "多久"), Column("does", "怎么做", "long", wide=True),
        ],
    ),
    "ways": ("种", [Column("way", "方式", choices=Way.choices), Column("how", "怎么申请", "long", wide=True)]),
    "delivery": (
        "种",
        [
            Column("way", "方式", choices=DeliveryWay.choices),
            Column("days", "几个工作日内(最多10)", "number"),
            Column("postage", "邮费谁付(邮寄的)", choices=Postage.choices),
            Column("how", "怎么拿到", "long", wide=True),
        ],
    ),
    "special_procedures": (
        "项",
        [
            Column("key", "键(英文，定了不改)"), Column("name", "名称"),
            Column("kind", "种类", choices=ProcedureKind.choices), Column("value", "期限", "number"),
            Column("unit", "单位", choices=TimeUnit.choices), Column("set_by", "期限由谁定", choices=SET_BY),
            Column("basis", "依据", wide=True), Column("counted", "计入办理时限", "tick"),
        ],
    ),
    "review_steps": (
        "级",
        [
            Column("key", "键(英文，定了不改)"), Column("name", "做什么"),
            Column("unit", "哪个单位", choices=EXAMINERS),
            Column("level", "第几级(同级的同时审)", "number"), Column("value", "本级期限(可不写)", "number"),
            Column("time_unit", "单位", choices=TimeUnit.choices), Column("basis", "期限的依据", wide=True),
            Column("procedures", "归这一级办的特别程序(写键，顿号隔开)", wide=True),
        ],
    ),
    "renewal": (
        "行",
        [
            Column("item", "到期以前办哪个事项(编码)"), Column("apply_days", "最迟提前几天申请(自然日)", "number"),
            Column("remind", "提前几天提醒(顿号隔开)"), Column("basis", "依据", wide=True),
        ],
    ),
    "faq": ("问", [Column("q", "问", wide=True), Column("a", "答", "long", wide=True)]),
}  # fmt: skip
FEE_LINES = [Column("name", "项目"), Column("amount", "标准"), Column("basis", "依据", wide=True)]
FEE = ("fee_free", "fee_basis", "fee_lines", "fee_exemptions", "fee_due", "fee_holds", "fee_refund")
SECTIONS = (
    ("办什么", ("name", "content", "conditions")),
    ("多久办好", (
        "handling", ("promised_value", "promised_unit", "promised_basis"),
        ("statutory_value", "statutory_unit", "statutory_basis"),
        ("supplement_value", "supplement_unit", "supplement_basis"),
    )),
    ("怎么办", ("process", "special_procedures", "review_steps", "decider")),
    ("在哪里办", ("ways", "window", "desks", "place", "hours", "consult_phone", "complaint")),
    ("收费与结果", (*FEE, "result_name", "delivery", "renewal", "public_safety")),
    ("数量限制", ("quota", "quota_basis", "quota_order")),
    ("跑几次、网上办到哪一步", ("visits", "visits_reason", "online_depth", "informed_commitment")),
    ("常见问题", ("faq",)),
    ("申请表", ("form_words",)),
    ("待核实(只给编辑看)", ("needs_check",)),
)  # fmt: skip


def rows(name: str) -> RowsField:
    noun, columns = ROWS[name]
    return RowsField(columns=columns, noun=noun, label=Guide._meta.get_field(name).verbose_name)


def doubts(guide: Guide) -> RowsField:
    """待核实的几处：哪一栏从这份指南有的栏、材料、依据里选；已经没有了的也列着，好改选、好删去。"""
    parts = (guide.materials.all(), guide.bases.all()) if guide.pk else ((), ())
    known = doubtful(*parts)
    gone = {key: f"{key}(已经没有这一栏)" for key in guide.needs_check or () if key not in known}
    columns = [
        Column("field", "哪一栏", choices=list({**known, **gone}.items())),
        Column("text", "核实什么、向谁核实", "long", wide=True),
    ]
    return RowsField(columns=columns, noun="处", label="待核实")


def examiners(guide: Guide) -> RowsField:
    """分级审查：哪个单位，除了收件地的镇、承办科室，还可以点名本机关的一个单位；点名过、已经没有的也列着，好改选。"""
    noun, columns = ROWS["review_steps"]
    named = {unit.code: unit.name for unit in Unit.objects.filter(agency=guide.item.agency_id).order_by("path")}
    asked = [step.get("unit", "") for step in guide.review_steps or ()]
    gone = {code: f"{code}(已经没有这个单位)" for code in asked if code and code not in (*dict(EXAMINERS), *named)}
    chosen = [*EXAMINERS, ("点名的单位", list({**named, **gone}.items()))]
    columns = [replace(one, choices=chosen) if one.key == "unit" else one for one in columns]
    return RowsField(columns=columns, noun=noun, label=Guide._meta.get_field("review_steps").verbose_name)


class GuideForm(OpenedForm):
    conditions = rows("conditions")
    process = rows("process")
    ways = rows("ways")
    delivery = rows("delivery")
    special_procedures = rows("special_procedures")
    review_steps = rows("review_steps")
    renewal = rows("renewal")
    faq = rows("faq")
    needs_check = doubts(Guide())
    fee_free = forms.BooleanField(label="不收费", required=False)
    fee_basis = forms.CharField(label="收费(不收费)的依据", required=False, max_length=500)
    fee_lines = RowsField(columns=FEE_LINES, noun="项", label="收费项目")
    fee_exemptions = forms.CharField(
        label="减免", required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="一行一条；窗口只能照这里公布的减免。",
    )  # fmt: skip
    fee_due = forms.ChoiceField(
        label="何时应缴", required=False, choices=[("", "不收费，或作出准予的决定时"), *FeeStage.choices]
    )
    fee_holds = forms.BooleanField(label="缴费以后才能领取结果", required=False)
    fee_refund = forms.BooleanField(label="申请人撤回的，退还已缴的费用", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs_check"] = doubts(self.instance)
        self.fields["review_steps"] = examiners(self.instance)
        fee, doubted = self.instance.fee or {}, self.instance.needs_check or {}
        for name in FEE:
            self.initial.setdefault(name, fee.get(name.removeprefix("fee_")))
        self.initial["needs_check"] = [{"field": name, "text": text} for name, text in doubted.items()]

    def part(self) -> dict[str, Any]:
        """连同材料、依据；申请表、材料的条件和空白表在别的页上改。"""
        guide = self.instance
        materials = [model_to_dict(one, exclude=["condition", "form"]) for one in guide.materials.all()]
        return {
            **super().part(),
            "fee": guide.fee,
            "materials": materials,
            "bases": [model_to_dict(one) for one in guide.bases.all()],
        }

    def clean(self) -> dict[str, Any]:
        """没有动过的清单照原样，动过的才换；收费的几格合成一样。"""
        cleaned = super().clean()
        for name in ROWS:
            if name not in self.changed_data:
                cleaned[name] = getattr(self.instance, name)
        if "needs_check" in self.changed_data:
            told = [row for row in cleaned["needs_check"] if "field" in row]
            cleaned["needs_check"] = {row["field"]: row.get("text", "") for row in told}
        else:
            cleaned["needs_check"] = self.instance.needs_check
        if set(FEE) & set(self.changed_data):
            self.instance.fee = {name.removeprefix("fee_"): cleaned.get(name) for name in FEE}
        return cleaned
