"""戏：联办。一件事一份申请，几个单位分头办；一份都办完了，一份先出了一个结果，一份前一步办成、后一步刚收件。"""

import datetime
from collections.abc import Callable, Iterator
from functools import partial

from django.core.files.base import ContentFile

from agencies.models import User
from approvals.actions import correction, decision, drafts, intake, joints, receiving_desks
from approvals.models import Case, Draft, Joint
from catalog.models import JointMatter
from catalog.states import Requirement, Source
from portal.demonstration import examining, handing, people
from portal.demonstration.people import Crowd
from portal.demonstration.scripts import HOUR, MINUTE, Play, grant_at_section
from portal.demonstration.stage import Days, Script

CARE_HOME, DISABLED = "care-home-open", "disabled-family"
OBJECTS = (
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    "<</Length 52>>stream\nBT /F 24 Tf 150 420 Td (SAMPLE - NOT GENUINE) Tj ET \nendstream",
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
)


def sheet() -> bytes:
    """交上来的一页，一看就是样本。"""
    made, places = "%PDF-1.4\n", []
    for number, told in enumerate(OBJECTS, 1):
        places.append(len(made))
        made += f"{number} 0 obj{told}\nendobj\n"
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(OBJECTS) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{rows}trailer<</Size {size}/Root 1 0 R>>\n"
    return f"{made}{table}startxref\n{len(made)}\n%%EOF\n".encode()


def begins(days: Days, crowd: Crowd) -> Iterator[Callable[[], Script]]:
    """还没有演过的一件事。"""
    plays = {DISABLED: (partial(finished, ago=13), partial(half_way, ago=5)), CARE_HOME: (partial(in_turn, ago=7),)}
    known = set(Joint.objects.values_list("matter__code", flat=True))
    for matter in JointMatter.objects.exclude(code__in=known).filter(withdrawn=False).order_by("code"):
        for play in plays.get(matter.code, ()):
            yield partial(play, Stand(days, crowd, matter))


class Stand:
    """一份联办申请的舞台：日子、申请人、一件事。"""

    def __init__(self, days: Days, crowd: Crowd, matter: JointMatter) -> None:
        self.days, self.crowd, self.matter = days, crowd, matter

    def submit(self, at: datetime.datetime) -> Joint:
        """网上填好、传好、交了。"""
        user = User.objects.get(username="citizen.1")
        made = joints.start(
            matter=self.matter, chosen=self.matter.items.values_list("item__code", flat=True), by=user, at=at, user=user
        )
        rows = list(joints.branches_of(made))
        person = self.crowd.next_for(rows[-1].guide)
        towns = receiving_desks.towns(self.matter.window, [row.guide for row in rows])
        lives = towns[0].code if towns else None  # 有先由镇街调查的，住在第一个镇
        for row in rows:
            page, told = row.guide.form["pages"][0]["key"], people.filled(row.guide, person)
            drafts.save(row, page=page, values=told, done=True, desk=lives, by=user, at=at)
        for shared in joints.shared_materials(rows):
            first = shared.first
            if first.source != Source.SHARED and first.requirement != Requirement.OPTIONAL:
                own = next(row for row in rows if row.guide_id == first.guide_id)
                _attach(own, first.key, first.name, by=user, at=at)
        return joints.submit(made, person=person, by=user, at=at)

    def play_of(self, case: Case) -> Play:
        return Play(self.days, self.crowd, case.guide, "")

    def branches(self, joint: Joint) -> list[Case]:
        return list(joint.branches.select_related("item", "guide", "section", "unit", "intake_unit").order_by("pk"))

    def grant(self, case: Case, at: datetime.datetime) -> None:
        grant_at_section(self.play_of(case), case, at)


def _attach(draft: Draft, key: str, name: str, *, by: User, at: datetime.datetime) -> None:
    drafts.attach(draft, key=key, name=f"{name[:40]}.pdf", content=ContentFile(sheet()), by=by, at=at)


def finished(stand: Stand, ago: int) -> Script:
    """三样先后准予，一次领齐。"""
    at = yield stand.days.at(ago, "09:12")
    joint = stand.submit(at)
    at = yield stand.days.at(ago, "10:20")
    for case in stand.branches(joint):
        stand.play_of(case).accept(case, at)
    first, *others = stand.branches(joint)
    at = yield stand.days.at(ago - 3, "09:30")
    for case in others:
        stand.grant(case, at)
    at = yield stand.days.at(ago - 6, "14:35")
    stand.grant(first, at)
    at = yield stand.days.at(ago - 7, "10:15")
    clerk = handing.hand_out_together(joint, at)
    for case in stand.branches(joint):
        decision.close(case, by=clerk, at=at + 5 * MINUTE)


def half_way(stand: Stand, ago: int) -> Script:
    """一样准予了，一样在审查，一样等补正：各走各的期限。"""
    at = yield stand.days.at(ago, "14:25")
    joint = stand.submit(at)
    at = yield stand.days.at(ago, "15:30")
    first, second, third = stand.branches(joint)
    for case in (first, second):
        stand.play_of(case).accept(case, at)
    lacking = stand.play_of(third).key_of()
    clerk = stand.play_of(third).check(third, at, **{lacking: intake.Check("defective", "没有签名。")})
    correction.notify(third, by=clerk, at=at + 10 * MINUTE)
    at = yield stand.days.at(ago - 2, "10:40")
    stand.grant(second, at)
    examining.begun(first, at + HOUR)


def in_turn(stand: Stand, ago: int) -> Script:
    """登记办成了，备案刚收件，补贴等备案。"""
    at = yield stand.days.at(ago, "09:40")
    joint = stand.submit(at)
    at = yield stand.days.at(ago, "11:05")
    (first,) = stand.branches(joint)
    stand.play_of(first).accept(first, at)
    at = yield stand.days.at(ago - 5, "15:10")
    stand.grant(first, at)
    joints.begin_next(at=at + 2 * HOUR)
