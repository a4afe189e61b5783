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
    ],
    "denials": ladder.ClockKind,
    "supervision": ratings.ClockKind,
}
HEAD = "# 步与时钟\n\n由 `python manage.py list_steps > docs/steps.md` 生成，不要手改。\n"


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
    words = clock_words(model)
    found = [f"{words.get(kind, kind)} {EFFECT[effect]}" for kind, effect in move.custom["clocks"].items()]
    return "、".join(found) or "—"


def clock_words(model: type[Model]) -> dict[str, str]:
    """这个对象的时钟种类的中文名。"""
    found: Any = KINDS.get(model._meta.app_label)
    return {clocks.ALL: "全部", **({kind.value: str(kind.label) for kind in found} if found else {})}
