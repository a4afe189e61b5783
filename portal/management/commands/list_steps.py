"""步与时钟的总表:从代码里生成 docs/steps.md,文档和代码不会两样。"""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db.models import Model

from approvals import states as cases
from denials import states as ladder
from office import clocks
from office.stateful import Stateful, moves_of
from supervision import states as ratings

EFFECT = {
    clocks.START: "起", clocks.KEEP: "不变", clocks.PAUSE: "暂停", clocks.RESUME: "恢复", clocks.STOP: "停",
}  # fmt: skip
KINDS = {
    "approvals": [
        *cases.ClockKind,
        *cases.ContactClockKind,
        *cases.EnquiryClockKind,
        *cases.JointClockKind,
        *cases.SlipClockKind,
        *cases.DecisionNoticeClockKind,
        *cases.DisclosureClockKind,
        *cases.HandOffClockKind,
    ],
    "denials": ladder.ClockKind,
    "supervision": ratings.ClockKind,
}
# 步本身不带时钟、由同一个事务里的动作去动别的对象的时钟的：照实写在这里，tests/portal/test_steps_document.py 逐条核对
LIMITS = "法定时限、承诺时限"
PLEDGE, SERVING, OWN = "承诺的核查、整改、审定", "送达撤销决定书", "这个程序自己的时钟"
LETTERS = "送达撤回、撤销的文书"
BEYOND: dict[tuple[str, str], str] = {
    ("approvals.Extension", "sanction"): f"办件的{LIMITS} 顺延（已经过了、亮过牌的承诺时限不动）",
    ("approvals.Extension", "decline"): f"办件的{LIMITS} 不变",
    ("approvals.Extension", "lapse"): f"办件的{LIMITS} 不变",
    ("approvals.Procedure", "end"): f"{OWN} 停；最后一个不计入时限的，办件的{LIMITS} 恢复，别的不变",
    ("approvals.Procedure", "stop"): f"{OWN}随办件 停",
    ("approvals.Pledge", "begin_check"): f"{PLEDGE} 起（核查）",
    ("approvals.Pledge", "find_true"): f"{PLEDGE} 停",
    ("approvals.Pledge", "find_unverified"): f"{PLEDGE} 停",
    ("approvals.Pledge", "find_false"): f"{PLEDGE} 停，再起（整改）",
    ("approvals.Pledge", "mend"): f"{PLEDGE} 停",
    ("approvals.Pledge", "ask_to_revoke"): f"{PLEDGE} 停，再起（审定）",
    ("approvals.Pledge", "revoke"): f"{PLEDGE} 停、{SERVING} 起",
    ("approvals.Pledge", "keep"): f"{PLEDGE} 停",
    ("approvals.Pledge", "serve"): f"{SERVING} 停",
    ("approvals.Pledge", "take_back"): "受理以后撤回的，那份材料的容缺补交 起；受理以前 不变",
    ("approvals.Retraction", "tell"): f"{LETTERS} 停、陈述申辩 起",
    ("approvals.Retraction", "ask"): "陈述申辩（已经期满）、补充以后重新报请 停、审定撤回、撤销 起",
    ("approvals.Retraction", "ask_to_confirm"): "审定撤回、撤销 起",
    ("approvals.Retraction", "drop"): f"{LETTERS}、陈述申辩、补充以后重新报请 停",
    ("approvals.Retraction", "sanction"): f"审定撤回、撤销 停、{LETTERS} 起",
    ("approvals.Retraction", "confirm"): "审定撤回、撤销 停",
    ("approvals.Retraction", "keep"): "审定撤回、撤销 停",
    ("approvals.Retraction", "send_back"): "审定撤回、撤销 停、补充以后重新报请 起",
    ("approvals.Retraction", "serve"): f"{LETTERS} 停",
    ("approvals.Contact", "climb"): "到期的 停，上一级的协调 起",
    ("approvals.Enquiry", "climb"): "到期的 停，上一级的答复询问 起",
    ("approvals.ProjectIssue", "climb"): "到期的 停，上一级的协调（一个工作日） 起",
    ("approvals.Hearing", "wait_for_party"): "要求听证 顺延到利害关系人的五日",
    ("approvals.Joint", "extend"): "联办时限 顺延",
    ("denials.Recall", "answer"): "研究答复 停、定维持还是改正 起（已经起了的不重起）",
    ("denials.Recall", "run_late"): "研究答复 到期、定维持还是改正 起",
    ("denials.Recall", "run_over"): "全部 不变（逾期记下，仍要定）",
}
HEAD = """# 步与时钟

由 `python manage.py list_steps > docs/steps.md` 生成，不要手改。

## 怎样读

- 一步对时钟的作用：起、不变、暂停、恢复、停、顺延。“—”是这个对象没有时钟、这一步也不动别的对象的时钟。步自己声明\
的，由 `office.steps.take` 执行；
  同一个事务里的动作去动别的对象的（延期、特别程序、承诺），写在 `BEYOND`，有测试逐条核对。
- 不是一步、也起时钟的：收件起“一次性告知”；受理、视为受理时每份容缺的材料起“容缺补交”和到期前三天的提醒，补来就\
停；启动特别程序起它自己的时钟
  （`procedure:` 加指南里的键）；分级审查里有期限的一级起它自己的时钟（`review:` 加键），提了意见就停；\
告知听证权利起“要求听证”；撤销“不”的告知书要另行送达的，起它的送达；提出拟否定报告起\
“科室负责人审核”和“48小时答复”；提出撤回、撤销，起告知书的\
送达；
  作出决定（准予、不予、撤销、撤回、注销，撤销原来的不予）起“监管科室签收”；准予许可的另起“双公示”；
  登记首问、提出询问、转来项目的问题、叫回重新研究，各起头一个；评了差评，联系、整改、最长期限三个一起起。

## 与约定的时钟对照

“约定”是建系统时与机关说好的算法。一样的不列；不一样的、说得更细的，依据是右边写的法律条文：

| 时钟 | 约定 | 这里 |
|---|---|---|
| 一次性告知 | 收件起 | 收件起；补正齐了的，从补齐那天再起五个工作日 |
| 补正 | 告知起 | 告知起；再次告知的重新起 |
| 法定时限、承诺时限 | 受理起 | 受理起，起算日照材料到齐的那天（行政许可法第三十二条，自收到之日即为受理） |
| 暂停 | 特别程序 | 指南写着不计入时限的特别程序，分级审查的这一级一起停；\
几个重叠的，最后一个结束才恢复。计入的、征求意见、提请审定都不停 |
| 延期 | 一次，至多十个工作日 | 行政许可法第四十二条的照此；别的法律另定的照指南抄下的那部法律；联办时限另按十五\
个工作日 |
| 承诺时限到期 | 亮黄牌 | 亮牌以外，同法定时限一样督办科室负责人和分管副局长 |
| 特别程序到期 | 亮牌 | 须满的期间、异议都答复了的公示，期满自行结束，不亮牌；别的亮牌 |
| 听证 | 五日、二十日、七日 | 一律工作日（行政许可法第八十二条）；利害关系人后告知的，要求听证顺延到他的五日；\
五日没有要求的视为放弃，程序随之结束 |
| 容缺补交 | 逾期亮牌 | 另在到期前三天提醒；视为受理的，期限不晚于办结期限；受理以后撤回承诺的，到办结期限 |
| 拟否定 | 没有写研究、没有写不设分管副局长的 | 科室负责人提的研究，48小时照走；副局长、局长定的，以所承诺\
的时间为准；不设的，当时就到局长 |
| 联办时限 | 没有写 | 第一件受理起；在办的都停着才停；都有结果就停；延长一次 |
| 送达 | 十个工作日 | 照此；低保、特困说“不”的三个工作日；撤销决定书、撤销告知书、撤回撤销的文书\
各有自己的十个工作日 |
| 视为受理时没有确认的代为录入 | 没有写 | 不影响视为受理，时钟照起；确认以前不能准予，期限不停（docs/counter.md） |
| 告知监管科室 | 一个工作日 | 决定的当时由系统交给监管科室，一个工作日算到有人签收为止；\
逾期亮牌，记在监管科室名下 |
| 双公示 | 七个工作日 | 准予行政许可的（变更、延续、注销在内）照此，算到有人核对公开或者两个人定了不公开为止；\
不予的、不是许可的不公开；逾期亮牌，记在承办科室名下 |
| 委托月报 | 每月五日 | 还没有这样时钟 |
"""


class Command(BaseCommand):
    help = "列出每个对象的每一步：从哪到哪、谁可以、什么条件、对各时钟的作用"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(document(), ending="")


def document() -> str:
    models = [model for model in apps.get_models() if issubclass(model, Stateful)]
    return HEAD + "".join(section(model) for model in sorted(models, key=lambda m: m._meta.label))


def section(model: type[Model]) -> str:
    field: Any = model._meta.get_field("state")
    words = dict(field.flatchoices)
    rows = [
        f"| {move.custom['label']} `{move.name}` | {words[move.source]} | {words.get(move.target, '不变')} "
        f"| `{move.permission.__name__}` | {conditions(move)} | {effects(model, move)} |"
        for move in moves_of(model)
    ]
    head = "| 步 | 从 | 到 | 谁可以 | 条件 | 时钟 |\n|---|---|---|---|---|---|\n"
    return f"\n## {model._meta.verbose_name}\n\n{head}" + "\n".join(rows) + "\n"


def conditions(move: Any) -> str:
    return ";".join(str(getattr(c, "reason", c.__name__)) for c in move.conditions) or "—"


def effects(model: type[Model], move: Any) -> str:
    if said := BEYOND.get((model._meta.label, move.name)):
        return said
    words = clock_words(model)
    found = [f"{words.get(kind, kind)} {EFFECT[effect]}" for kind, effect in move.custom["clocks"].items()]
    return "、".join(found) or "—"


def clock_words(model: type[Model]) -> dict[str, str]:
    """这个对象的时钟种类的中文名。"""
    found: Any = KINDS.get(model._meta.app_label)
    return {clocks.ALL: "全部", **({kind.value: str(kind.label) for kind in found} if found else {})}
