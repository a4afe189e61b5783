"""工作台的表单。"""

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from agencies.models import User
from approvals.actions.files import Files
from approvals.actions.intake import Check
from approvals.models import CaseMaterial, CorrectionLine
from approvals.rules.materials import Brought
from approvals.rules.not_accepting import COMPETENT, Why
from approvals.states import Adjustment, MaterialWay, NotAccepting, Opinion, Verdict
from catalog.models import LegalBasis
from catalog.states import DeliveryWay, Requirement, Source
from denials.models import Precedent
from office.papers.words import full_width
from portal.desk.received_forms import add_numbers, brought, numbers_of
from portal.desk.scan_forms import add_scans, scan_name, scans_of
from portal.forms import fields
from portal.forms.fields import choices_of


def long_text(label: Any, help_text: Any = "", rows: int = 4, most: int = 4000, **options: Any) -> forms.CharField:
    told = {"required": _("请填写“%s”。") % label, **options.pop("error_messages", {})}
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=help_text, max_length=most, widget=widget, error_messages=told, **options
    )


# 核对材料 -------------------------------------------------------------


def verdicts_for(row: CaseMaterial) -> list[tuple[str, Any]]:
    """这份材料可以有哪几种核对结果：容缺只给指南允许的，不需要只给不是一律必要的。"""
    material = row.material
    optional = material.requirement != Requirement.REQUIRED or bool(material.when)
    if material.source == Source.SHARED:
        found = [(Verdict.OK.value, _("已由部门共享核验"))]
        return [*found, (Verdict.NOT_NEEDED.value, Verdict.NOT_NEEDED.label)] if optional else found
    verdicts = [Verdict.OK, Verdict.MISSING, Verdict.DEFECTIVE]
    if material.requirement == Requirement.DEFERRABLE:
        verdicts.append(Verdict.DEFERRED)
    if optional:
        verdicts.append(Verdict.NOT_NEEDED)
    return [(verdict.value, verdict.label) for verdict in verdicts]


def is_wrong(line: dict[str, Any]) -> bool:
    """收着的几格里有没有错：有就打开。"""
    return any(box.errors for box in (line["scan"], *line["numbers"]) if box is not None)


class CheckForm(forms.Form):
    """逐件核对，可以存扫描件；没有选的这次不动。"""

    def __init__(self, rows: Iterable[CaseMaterial], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.rows = list(rows)
        add_scans(self, self._paper_rows())
        add_numbers(self, [row.material for row in self._paper_rows() if not row.provided])
        for row in self.rows:
            self._add(row)

    def _add(self, row: CaseMaterial) -> None:
        key, material = row.material.key, row.material
        absent = row.verdict == Verdict.UNCHECKED and not row.provided and material.source != Source.SHARED
        given = Verdict.MISSING.value if absent else "" if row.verdict == Verdict.UNCHECKED else row.verdict
        if absent and material.requirement == Requirement.OPTIONAL:
            given = Verdict.NOT_NEEDED.value
        self.fields[f"verdict-{key}"] = forms.ChoiceField(
            label=material.name, choices=verdicts_for(row), widget=forms.RadioSelect, required=False, initial=given
        )
        missing = given == Verdict.MISSING and not row.comment
        self.fields[f"comment-{key}"] = forms.CharField(
            label=_("说明：%s") % material.name,
            max_length=300,
            required=False,
            initial=_("没有提交%s") % material.name if missing else row.comment,
        )
        if material.requirement == Requirement.DEFERRABLE:
            label = _("容缺补交日期：%s") % material.name
            self.fields[f"due-{key}"] = fields.date_field(label=label, required=False, initial=row.due_date)

    def _paper_rows(self) -> list[CaseMaterial]:
        """申请人交纸质的；部门共享的没有纸。"""
        return [row for row in self.rows if row.material.source != Source.SHARED]

    def scans(self) -> dict[str, Files]:
        """份数填错了的那一份先不存。"""
        wrong = {row.material.key for row in self.rows if any(box.errors for box in numbers_of(self, row.material))}
        return {key: given for key, given in scans_of(self, self._paper_rows()).items() if key not in wrong}

    def brought(self) -> dict[str, Brought]:
        return brought(self, [row.material for row in self.rows])

    def lines(self) -> list[dict[str, Any]]:
        """画表用：每份材料一行，几格；有错的行带着错。"""
        found: list[dict[str, Any]] = [
            {
                "row": row,
                "verdict": choices_of(self[f"verdict-{row.material.key}"]),
                "comment": self[f"comment-{row.material.key}"],
                "due": self[f"due-{row.material.key}"] if f"due-{row.material.key}" in self.fields else None,
                "scan": self[scan_name(row)] if scan_name(row) in self.fields else None,
                "numbers": numbers_of(self, row.material),
            }
            for row in self.rows
        ]
        return [{**line, "wrong": is_wrong(line)} for line in found]

    def unchecked(self) -> list[forms.BoundField]:
        """还没有核对的各行的结果那一格。"""
        return [self[f"verdict-{row.material.key}"] for row in self.rows if row.verdict == Verdict.UNCHECKED]

    def has_rest(self) -> bool:
        """有没有交来而还没有核对的。"""
        return any(row.provided and row.verdict == Verdict.UNCHECKED for row in self.rows)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for row in self.rows:
            key, name = row.material.key, row.material.name
            verdict = cleaned.get(f"verdict-{key}")
            if verdict in (Verdict.MISSING, Verdict.DEFECTIVE) and not cleaned.get(f"comment-{key}"):
                self.add_error(f"comment-{key}", _("请写明“%s”缺什么、哪里不符合。") % name)
            if cleaned.get(scan_name(row)) and verdict in (Verdict.MISSING, Verdict.DEFERRED, Verdict.NOT_NEEDED):
                self.add_error(scan_name(row), _("“%s”选了扫描件，就是交来了：请改核对结果，或者不选文件。") % name)
            if verdict == Verdict.DEFERRED and not cleaned.get(f"due-{key}") and f"due-{key}" not in self.errors:
                self.add_error(f"due-{key}", _("请写明“%s”的补交日期。") % name)
        return cleaned

    def checks(self, *, rest_ok: bool) -> dict[str, Check]:
        """交给动作的核对结果；rest_ok：没有选而已经交来的，都算符合。"""
        found, numbers = {}, self.brought()
        for row in self.rows:
            key = row.material.key
            verdict = self.cleaned_data.get(f"verdict-{key}", "")
            if not verdict and rest_ok and row.provided:
                verdict = Verdict.OK.value
            if verdict:
                said = verdict not in (Verdict.OK, Verdict.NOT_NEEDED)
                due: datetime.date | None = self.cleaned_data.get(f"due-{key}")
                comment = self.cleaned_data.get(f"comment-{key}", "") if said else ""
                found[key] = Check(verdict, comment, due if verdict == Verdict.DEFERRED else None, numbers[key])
        return found


class AnswerForm(forms.Form):
    """窗口收补正材料：补来哪份勾哪份，可以存扫描件；选了扫描件的，就是补来了。"""

    keys = forms.MultipleChoiceField(
        label=lazy("今天补交了哪几份"), widget=forms.CheckboxSelectMultiple, required=False
    )

    way = forms.ChoiceField(
        label=lazy("怎样交来的"), choices=[(one.value, one.label) for one in (MaterialWay.WINDOW, MaterialWay.POST)],
        widget=forms.RadioSelect, initial=MaterialWay.WINDOW, required=False,
    )  # fmt: skip

    def __init__(
        self, told: Iterable[CorrectionLine], data: Any = None, files: Any = None, *, by_post: bool = False
    ) -> None:
        """by_post 是有寄来的邮件：可以选是寄来的。"""
        super().__init__(data, files)
        self.told = list(told)
        self.rows = [line.case_material for line in self.told]
        choices = [(row.material.key, f"{row}：{line.defect}") for row, line in zip(self.rows, self.told, strict=True)]
        self.fields["keys"].choices = choices  # type: ignore[attr-defined]
        add_numbers(self, [row.material for row in self.rows])
        add_scans(self, self.rows)
        if not by_post:
            del self.fields["way"]

    def lines(self) -> list[dict[str, Any]]:
        """画表用：每份一行，勾选、份数和扫描件。"""
        boxes = choices_of(self["keys"])
        found: list[dict[str, Any]] = [
            {"choice": box, "row": row, "scan": self[scan_name(row)], "numbers": numbers_of(self, row.material)}
            for box, row in zip(boxes, self.rows, strict=True)
        ]
        return [{**line, "wrong": is_wrong(line)} for line in found]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        brought = {*cleaned.get("keys", ()), *self.scans()}
        cleaned["keys"] = [row.material.key for row in self.rows if row.material.key in brought]
        if not brought and not self.errors:
            self.add_error("keys", _("请勾选补交的材料。"))
        return cleaned

    def scans(self) -> dict[str, Files]:
        return scans_of(self, self.rows)

    def brought(self) -> dict[str, Brought]:
        way = self.cleaned_data.get("way") or MaterialWay.WINDOW
        return brought(self, [row.material for row in self.rows], way)


# 审查、决定、送达、撤回 -----------------------------------------------


class OpinionForm(forms.Form):
    opinion = forms.ChoiceField(
        label=lazy("审查意见"),
        choices=Opinion.choices,
        widget=forms.RadioSelect,
        error_messages={"required": lazy("请选择审查意见。")},
    )
    text = long_text(lazy("意见内容"), lazy("写明对照了哪些条件；有疑问的，写明疑在哪里。"))


class SendBackForm(forms.Form):
    reason = long_text(
        lazy("退回重审的要求"), lazy("写明哪里要再看、要补什么；原来的意见留着、不再算数，审查人照这个重新提。"),
        rows=4, most=500,
    )  # fmt: skip


class AskAgainForm(forms.Form):
    """网上补来的容缺材料不能用。"""

    reason = long_text(lazy("哪里要改"), lazy("写给申请人看：哪里看不清、缺什么，怎样才能用。"), rows=3, most=300)
    due_date = fields.date_field(label=lazy("哪天以前再补"))


class EndorseForm(forms.Form):
    text = long_text(
        lazy("审核意见"), lazy("写进审批表。不同意的不在这里写：退回重审，或者提出拟否定报告。"), rows=4, most=500
    )


class DecisionForm(forms.Form):
    certificate: Any = None  # 结果是证照的，另见 portal.desk.certificates
    adjustment = forms.ChoiceField(
        label=lazy("这次怎样调整"),
        choices=Adjustment.choices,
        widget=forms.RadioSelect,
        help_text=lazy("照选定的写进决定书。减发、停发以前要先听取本人的意见，记《陈述申辩笔录》。"),
        error_messages={"required": lazy("请选定这次调整是增发、不变、减发还是停发。")},
    )
    decision = long_text(lazy("决定的内容"), lazy("原样写进决定书。"), rows=6)

    def __init__(self, *args: Any, adjusts: bool = False, **kwargs: Any) -> None:
        """adjusts：在领的救助调整，要选定增减。"""
        super().__init__(*args, **kwargs)
        if not adjusts:
            del self.fields["adjustment"]

    @property
    def chosen(self) -> str:
        return str(self.cleaned_data.get("adjustment", ""))


def only(way: str) -> dict[str, str]:
    """选了这种方式才填。"""
    return {"field": "way", "op": "equals", "value": way}


def among(field: str, values: Iterable[str]) -> dict[str, Any]:
    """那一栏选了其中一种才填。"""
    return {"field": field, "op": "in", "value": [str(one) for one in values]}


class DeliverForm(forms.Form):
    """送达：三种方式，各填各的。"""

    NEEDED = {
        DeliveryWay.WINDOW: ("collector", "collector_id"),
        DeliveryWay.EXPRESS: ("carrier", "tracking_number", "address"),
        DeliveryWay.ELECTRONIC: (),
    }

    way = forms.ChoiceField(
        label=lazy("怎样送达"),
        choices=DeliveryWay.choices,
        widget=forms.RadioSelect,
        initial=DeliveryWay.WINDOW,
        error_messages={"required": lazy("请选择送达方式。")},
    )
    collector = forms.CharField(label=lazy("领取人姓名"), max_length=60, required=False)
    collector_id = fields.CodeField(
        label=lazy("领取人证件号码"), max_length=30, required=False, help_text=lazy("当面核对证件原件。")
    )
    collector_id_kind = fields.IdentityKindField(label=lazy("领取人证件类型"))
    relation = forms.CharField(
        label=lazy("与申请人的关系"),
        max_length=40,
        required=False,
        help_text=lazy("本人领取的空着；代领的要有委托书，单位的写“经办人”等。"),
    )
    second = forms.ModelChoiceField(
        User.objects.none(), label=lazy("另一名送达人"), empty_label=lazy("只有我一人"), required=False,
        help_text=lazy("两个人一起送达的选上，两人的名字都印在送达回证上。"),
    )  # fmt: skip
    carrier = forms.CharField(label=lazy("承运单位"), max_length=40, required=False, initial="中国邮政")
    tracking_number = forms.CharField(label=lazy("邮寄单号"), max_length=40, required=False)
    receiver = forms.CharField(label=lazy("收件人"), max_length=60, required=False)
    phone = fields.phone_field(label=lazy("收件电话"), required=False)
    address = forms.CharField(label=lazy("收件地址"), max_length=200, required=False)
    agreed = forms.BooleanField(
        label=lazy("申请人当面签了电子送达确认书"),
        required=False,
        help_text=lazy("在网上已经同意的，不必再签。没有同意的，不能电子送达。"),
    )

    def __init__(
        self, *args: Any, ways: Collection[str], servers: Collection[User] = (), consented: bool = False,
        decided: bool = False, chosen: Mapping[str, str] | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        """ways 是这一件许可的几种；chosen 是申请人选的、登记的，先填好。

        decided 是结果已经送达以后再送撤销决定书：没有同意过电子送达的，就没有这一种。
        """
        super().__init__(*args, **kwargs)
        offered = set(ways) - ({DeliveryWay.ELECTRONIC} if decided and not consented else set())
        told = [(way, label) for way, label in DeliveryWay.choices if way in offered]
        self.fields["way"].choices = told  # type: ignore[attr-defined]
        self.fields["way"].initial = told[0][0]
        for name, value in (chosen or {}).items():
            if value and (name != "way" or value in dict(told)):
                self.fields[name].initial = value
        for way, names in self.NEEDED.items():
            for name in names:
                self.fields[name].when = only(way)  # type: ignore[attr-defined]
                self.fields[name].needed = True  # type: ignore[attr-defined]
        for name in ("receiver", "phone"):  # 申请人选了邮寄的，先填好；没有选过、照旧例寄的可以空着
            self.fields[name].when = only(DeliveryWay.EXPRESS)  # type: ignore[attr-defined]
        people = User.objects.filter(pk__in=[one.pk for one in servers]).order_by("full_name", "pk")
        self.fields["second"].queryset = people  # type: ignore[attr-defined]
        for name in ("collector_id_kind", "relation", "second"):
            self.fields[name].when = only(DeliveryWay.WINDOW)  # type: ignore[attr-defined]
        self.fields["agreed"].when = only(DeliveryWay.ELECTRONIC)  # type: ignore[attr-defined]
        if consented or decided:
            del self.fields["agreed"]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        for name in self.NEEDED.get(told.get("way", ""), ()):
            if not told.get(name):
                self.add_error(name, _("请填写“%s”。") % self.fields[name].label)
        if told.get("way") == DeliveryWay.WINDOW:
            fields.check_identity(self, "collector_id_kind", "collector_id")
        return told


class ArrivalForm(forms.Form):
    """寄出以后：签收了，还是退回来了；公告的只能撤下，期满由系统登记。"""

    ARRIVED, RETURNED = "arrived", "returned"

    way = forms.ChoiceField(
        label=lazy("邮件怎样了"),
        choices=[(ARRIVED, lazy("已签收")), (RETURNED, lazy("退回来了"))],
        widget=forms.RadioSelect,
        initial=ARRIVED,
    )
    collector = forms.CharField(label=lazy("签收人"), max_length=60, required=False)
    reason = forms.CharField(label=lazy("退回的原因"), max_length=200, required=False)

    def __init__(self, *args: Any, notice: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if notice:
            told = [(self.RETURNED, _("撤下公告，另用别的方式送"))]
            self.fields["way"].choices, self.fields["way"].initial = told, self.RETURNED  # type: ignore[attr-defined]
            self.fields["reason"].label = _("为什么撤下")
        for name, way in (("collector", self.ARRIVED), ("reason", self.RETURNED)):
            self.fields[name].when = only(way)  # type: ignore[attr-defined]
            self.fields[name].needed = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        name = "collector" if told.get("way") == self.ARRIVED else "reason"
        if told.get("way") and not told.get(name):
            self.add_error(name, _("请填写“%s”。") % self.fields[name].label)
        return told


class ReceiptForm(forms.Form):
    receiver = forms.CharField(
        label=lazy("签收的人"), max_length=40, help_text=lazy("代理人签收的，写姓名和与申请人的关系。"),
        error_messages={"required": lazy("请填写谁签收的。")},
    )  # fmt: skip


class ConsentForm(forms.Form):
    """电子送达确认：同意，或者收回。"""

    AGREE, REFUSE = "agree", "refuse"

    doing = forms.ChoiceField(choices=[(AGREE, AGREE), (REFUSE, REFUSE)])


class CollectForm(forms.Form):
    """公告期满以后来领的。"""

    collector = forms.CharField(
        label=lazy("领取人姓名"), max_length=60, error_messages={"required": lazy("请填写领取人姓名。")}
    )
    id_kind = fields.IdentityKindField(label=lazy("领取人证件类型"))
    id_number = forms.CharField(
        label=lazy("领取人证件号码"), max_length=30, help_text=lazy("当面核对证件原件。"),
        error_messages={"required": lazy("请填写领取人证件号码。")},
    )  # fmt: skip
    relation = forms.CharField(
        label=lazy("与申请人的关系"), max_length=40, required=False,
        help_text=lazy("本人领取的空着；代领的要有委托书，单位的写“经办人”等。"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        fields.check_identity(self)
        return told


class OverdueForm(forms.Form):
    text = long_text(
        lazy("为什么超期"), lazy("例如：核查要等另一个县的回函，已经催办，三个工作日内办完。"), rows=3, most=300
    )


class WithdrawForm(forms.Form):
    reason = long_text(lazy("申请人说的撤回原因"), lazy("申请人没有说的，写“未说明”。"), rows=3)


# 说“不” ---------------------------------------------------------------


def basis_label(basis: LegalBasis) -> str:
    return f"{basis}：{full_width(basis.text)}"


class WhyForm(forms.Form):
    """受理以前说“不”，先写明是哪一种；不归本机关的，写明归谁。受理以后没有这几格。"""

    not_accepting = forms.ChoiceField(
        label=lazy("为什么不予受理"),
        choices=NotAccepting.choices,
        widget=forms.RadioSelect,
        help_text=lazy("材料不齐的一次性告知补正，不符合条件的受理以后再作决定，都不在这里说。"),
        error_messages={"required": lazy("请选择是哪一种不予受理。")},
    )
    competent = forms.CharField(
        label=lazy("应当去哪个机关"), max_length=120, required=False, help_text=lazy("写全称，决定书上告诉申请人。")
    )
    competent_address = forms.CharField(label=lazy("那个机关的地址"), max_length=120, required=False)
    competent_phone = forms.CharField(label=lazy("那个机关的电话"), max_length=60, required=False)

    early = True

    def __init__(self, *args: Any, early: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.early = early
        for name in ("not_accepting", *COMPETENT):
            if not early:
                del self.fields[name]
            elif name in COMPETENT:
                self.fields[name].when = {"field": "not_accepting", "op": "equals", "value": NotAccepting.NOT_OURS}  # type: ignore[attr-defined]
                self.fields[name].needed = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("not_accepting") == NotAccepting.NOT_OURS:
            for name in COMPETENT:
                if not told.get(name) and name not in self.errors:
                    self.add_error(name, _("请填写“%s”。") % self.fields[name].label)
        return told

    @property
    def why(self) -> Why:
        told = self.cleaned_data
        return Why(told["not_accepting"], *(told[name] for name in COMPETENT)) if self.early else Why()


class ReportForm(WhyForm):
    """《拟否定报告登记表》里由经办人写的各栏；其余各栏由办件带出。"""

    question = forms.CharField(
        label=lazy("拿不准的问题"),
        max_length=300,
        help_text=lazy("一句话，将来作为先例的题目。"),
        error_messages={"required": lazy("请写明拿不准的是什么问题。")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reasons = long_text(lazy("拟否定理由"))
    bases = forms.MultipleChoiceField(
        label=lazy("引用的条文"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=lazy("勾选的条文连同大意作为政策附在报告后面。"),
    )
    basis_text = long_text(
        lazy("拟否定依据"), lazy("写明依据是什么；没有明文的，写明没有查到，以及最接近的规定。"), rows=3
    )
    progress = long_text(lazy("办理答复情况"), lazy("已经怎样答复申请人、做过哪些事。"), rows=3)
    clerk_contact = forms.CharField(
        label=lazy("经办人联系方式"), max_length=60, error_messages={"required": lazy("请填写经办人联系方式。")}
    )

    field_order = ("question", "reasons", "not_accepting", *COMPETENT)

    def __init__(self, bases: Iterable[LegalBasis], data: Any = None, initial: Any = None, *, early: bool) -> None:
        super().__init__(data, initial=initial, early=early)
        self.known = {basis.key: basis for basis in bases}
        pairs = [(key, basis_label(basis)) for key, basis in self.known.items()]
        self.fields["bases"].choices = pairs  # type: ignore[attr-defined]

    def chosen(self) -> list[LegalBasis]:
        return [self.known[key] for key in self.cleaned_data["bases"]]


class ResubmitForm(WhyForm):
    field_order = ("reply", "reasons", "not_accepting", *COMPETENT)

    reply = long_text(lazy("补充了什么"), lazy("逐条回应退回时提的问题。"))
    reasons = long_text(lazy("拟否定理由"))
    basis_text = long_text(lazy("拟否定依据"), rows=3)


class RefusalForm(WhyForm):
    """依规定或先例说“不”：没有引出依据，这张表交不上去。"""

    authority = forms.ChoiceField(widget=forms.RadioSelect)
    facts = long_text(lazy("查明的事实"))
    reasons = long_text(lazy("理由"), lazy("写给申请人看：哪一条没有达到，为什么。"))
    possible = long_text(lazy("怎样才能办"), lazy("写给申请人看：补足什么就可以再来。"), rows=3, required=False)
    elsewhere = long_text(lazy("还可以去哪里"), rows=2, required=False)
    progress = long_text(lazy("办理答复情况"), lazy("写进否定报备登记表。"), rows=3)
    clerk_contact = forms.CharField(
        label=lazy("经办人联系方式"), max_length=60, error_messages={"required": lazy("请填写经办人联系方式。")}
    )

    field_order = ("authority", "not_accepting", *COMPETENT)

    def __init__(
        self, label: Any, choices: list[tuple[str, str]], data: Any = None, initial: Any = None, *, early: bool
    ) -> None:
        super().__init__(data, initial=initial, early=early)
        field = self.fields["authority"]
        field.label, field.choices = label, choices  # type: ignore[attr-defined]
        field.error_messages["required"] = _("没有引出依据，不能说“不”。请选择一条，或改提拟否定报告。")

    def words(self) -> dict[str, Any]:
        given = ("facts", "reasons", "possible", "elsewhere", "progress", "clerk_contact")
        return {name: self.cleaned_data[name] for name in given} | {"why": self.why}


def precedent_label(one: Precedent) -> str:
    return f"{one.code}：{one.question}（{one.reasons}）"


class PersonSearchForm(forms.Form):
    """按证件号码或手机号查；用 POST，号码不进网址。"""

    number = fields.CodeField(
        label=lazy("证件号码或手机号"),
        max_length=30,
        error_messages={"required": lazy("请填写证件号码或手机号。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
