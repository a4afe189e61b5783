"""权责清单的戏：照目录里真的事项、真的依据编一份，从真的导入走；市局的两头各留一处对不上，都写明是示范。"""

import csv
import io
from collections.abc import Callable, Iterator
from functools import partial

from django.db.models import F, Q

from agencies.models import Agency
from catalog.actions import powers
from catalog.models import Guide, Item, PowerFile
from catalog.states import ItemKind, PowerKind
from portal.demonstration.filing import editor
from portal.demonstration.stage import Days, Script

NAME = "示范权责清单(照事项目录编，不是公布的清单).csv"
HEADER = ("权力编码", "权力名称", "权力类型", "设定依据")
LEFT_OUT = "orgs-rating"  # 目录里有，清单里故意不列：对照里“没有权力的事项”
EXTRA = (
    "示范-多列的一项", "对维护老年人合法权益成绩显著的表彰、奖励", str(PowerKind.REWARD.label),
    "《中华人民共和国老年人权益保障法》第十条(条号待核实)。示范：故意没有对应的事项，对照里列在“没有事项的权力”",
)  # fmt: skip


def begins(days: Days) -> Iterator[Callable[[], Script]]:
    """还没有清单的，各机关演一出。"""
    if not PowerFile.objects.exists():
        yield partial(listed, days)


def listed(days: Days) -> Script:
    """各机关的目录管理员交一份全部清单，试导没有毛病，确认导入。"""
    at = yield days.at(30, "09:20")
    whole = Agency.objects.filter(items__isnull=False).distinct().order_by("path")
    for number, agency in enumerate(whole):
        rows = [row for item in _listed(agency) if item.code != LEFT_OUT and (row := _row(item))]
        content = _sheet([*rows, *([] if number else [EXTRA])])
        by = editor(agency, at)
        file = powers.receive(agency=agency, name=NAME, content=content, whole=True, by=by, at=at)
        powers.apply(file=file, by=by, at=at)


def _listed(agency: Agency) -> Iterator[Item]:
    """清单列到主项；公共服务不是权力，只作指引的由别处行使。"""
    found = Item.objects.filter(agency=agency, guidance_only=False).exclude(kind=ItemKind.SERVICE)
    yield from found.filter(Q(parent=None) | ~Q(parent__agency=F("agency"))).order_by("code")


def _row(item: Item) -> tuple[str, ...] | None:
    """依据取自它自己的、没有就取自第一个子项的指南；都没有依据的(不对外的)不列。"""
    guides = Guide.objects.published().filter(Q(item=item) | Q(item__parent=item)).order_by("item__code", "version")
    guide = guides.filter(item__guidance_only=False).prefetch_related("bases").first()
    if guide is None:
        return None
    basis = "、".join(str(one) for one in guide.bases.all())
    return (f"示范-{item.code}", item.name, str(item.get_kind_display()), basis)


def _sheet(rows: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue().encode()
