"""对照：一版与上一版差在哪里。编辑和核对的人发布前看，发布时记下来。"""

from dataclasses import dataclass

from catalog.models import Guide, GuideChange, LegalBasis, Material
from catalog.rules.differences import Change, Content, Figures, difference, figures, reductions
from catalog.rules.differences.reductions import days_between


@dataclass(frozen=True)
class Comparison:
    """与上一版的不同：逐句的改动、四减、两版各自的数。"""

    previous: Guide
    changes: list[Change]
    reductions: list[str]
    before: Figures
    after: Figures


def content_of(guide: Guide) -> Content:
    return Content(
        guide,
        sorted(guide.materials.all(), key=in_order),
        sorted(guide.bases.all(), key=in_order),
        guide.window.name if guide.window else "",
        [unit.name for unit in sorted(guide.desks.all(), key=lambda unit: unit.path)],
    )


def in_order(part: Material | LegalBasis) -> tuple[int, int]:
    return part.position, part.pk


def previous_of(guide: Guide) -> Guide | None:
    """上一版：版本号在前、真的施行过或将要施行的最近一版；没到日子就撤回的不算。"""
    earlier = Guide.objects.ever_effective().filter(item=guide.item_id, version__lt=guide.version)
    found: Guide | None = earlier.select_related("window").order_by("-version").first()
    return found


def compare(guide: Guide) -> Comparison | None:
    """对照：与上一版逐项比；第一版没有可比的，是 None。"""
    previous = previous_of(guide)
    if previous is None:
        return None
    old, new = content_of(previous), content_of(guide)
    before, after = figures(previous, old.materials), figures(guide, new.materials)
    return Comparison(previous, difference(old, new), reductions(before, after), before, after)


def note_change(guide: Guide) -> GuideChange | None:
    """记下变动：发布时与上一版的不同，此后不改。第一版没有。"""
    found = compare(guide)
    if found is None:
        return None
    cut = days_between(found.before, found.after)
    return GuideChange.objects.create(
        guide=guide,
        previous=found.previous,
        sentences=[{"section": one.section, "text": one.text} for one in found.changes],
        steps_before=found.before.steps,
        steps_after=found.after.steps,
        materials_before=found.before.materials,
        materials_after=found.after.materials,
        visits_before=found.before.visits,
        visits_after=found.after.visits,
        days_cut=cut[0] if cut else None,
        days_unit=cut[1] if cut else "",
        to_instant=found.after.instant and not found.before.instant,
    )
