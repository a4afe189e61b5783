"""办件的问题与算术:纯函数,按属性取用。"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import crc32

from agencies.states import UnitKind
from approvals.states import (
    BEFORE_ACCEPTANCE,
    DECIDED,
    ON_PAPER,
    UNDER_WAY,
    WAITING,
    ApplicantKind,
    Approver,
    CaseState,
    ClockKind,
    ExtensionState,
    HearingState,
    ProcedureKind,
    ProcedureState,
    Stage,
    Verdict,
)
from catalog.rules.finding import tidy
from catalog.states import Handling, ItemKind, Theme
from catalog.states import ProcedureKind as GuideProcedure
from office import identity
from office.stateful import because

MOBILE = re.compile(r"1[3-9][0-9]{9}")

MAX_UPLOAD = 10 * 1024 * 1024
SIGNATURES = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def media_type(head: bytes) -> str:
    """按文件头认出 PDF、PNG、JPEG;认不出为空串(扩展名不算数)。"""
    return next((kind for magic, kind in SIGNATURES.items() if head.startswith(magic)), "")


def mask_name(name: str) -> str:
    """公开场合的姓名:留首字。"""
    return name[:1] + "*" * max(len(name) - 1, 1)


def mask_number(number: str) -> str:
    """电话、单位代码:留前三后二。证件号另见 office.identity.mask。"""
    return number[:3] + "*" * max(len(number) - 5, 3) + number[-2:] if number else ""


CODE = re.compile(r"((?:查询码|验证码)(?:是|：|为)?\s*)[0-9A-Za-z]{6,}")


def hide_codes(text: str) -> str:
    """话里的查询码、验证码遮住：凭它看得到申请人的页面、替他确认，工作人员不该看到。"""
    return CODE.sub(r"\1******", text)


def grams(*texts: str) -> list[int]:
    """检索词：汉字两个一节，字母数字一串一节，各折成一个数；供数据库按交集找。"""
    found = set()
    for text in texts:
        for word in tidy(text).split():
            pieces = [word] if word.isascii() else ["".join(pair) for pair in pairwise(word)]
            found |= {crc32(piece.encode()) >> 1 for piece in pieces}
    return sorted(found)


def stage_of(state: str) -> Stage:
    if state in BEFORE_ACCEPTANCE:
        return Stage.ACCEPTANCE
    return Stage.REVIEW if state in UNDER_WAY else Stage.CLOSING


# 谁可以 ---------------------------------------------------------------


FUNCTIONS = ("take_in", "review_case", "decide_case")


def stays_out(case: Any, user: Any) -> bool:
    """该回避的：记下了回避的人，和申请人自己（公务员法第七十六条）。"""
    return user.pk in getattr(case, "recused", ()) or is_applicant(case, user)


def functions(case: Any, user: Any) -> list[tuple[str, Any]]:
    """这个人在这一件上的职责：哪样权限，在哪个单位。"""
    places = {unit.pk: unit for unit in places_of(case)}.values()
    return [(perm, unit) for perm in FUNCTIONS for unit in places if user.may(perm, unit)]


def places_of(case: Any) -> list[Any]:
    """办这一件的单位：收件的、承办的、此刻审查的。"""
    return [case.intake_unit, case.section, *(examining(case) if case.examiner_id else ())]


def handles(case: Any, user: Any) -> bool:
    return user.pk not in case.recused and bool(functions(case, user))


def may_order_recusal(case: Any, user: Any) -> bool:
    """决定别人回避的：承办科室负责人、分管副局长、局长；自己已经回避的不能。"""
    leads = user.may("decide_case", case.section) or user.may("direct_denials", case.agency)
    return bool(leads) and not stays_out(case, user)


def may_reassign(case: Any, user: Any) -> bool:
    """改派：现在的承办科室的负责人、分管副局长、局长；自己回避的不能。"""
    return may_order_recusal(case, user)


@because("办件已经有了结果，这次听证不再举行。")
def case_goes_on(hearing: Any) -> bool:
    return hearing.case.state in UNDER_WAY


def may_redirect(case: Any, user: Any) -> bool:
    """改送受理点：收件的窗口；承办科室的负责人、局领导。"""
    return may_take_in(case, user) or may_order_recusal(case, user)


def may_name_handler(case: Any, user: Any) -> bool:
    """定承办人：负责人指定、更换；还没有人承办的，承办科室里审查的人可以自己领办。"""
    return may_assign_handler(case, user) or (case.handler_id is None and may_be_handler(case, user))


def may_assign_handler(case: Any, user: Any) -> bool:
    """指定、更换承办人：承办科室的负责人、分管副局长、局长；自己回避的不能。"""
    return may_order_recusal(case, user)


def may_be_handler(case: Any, user: Any) -> bool:
    """承办科室里审查的人，自己不用回避。"""
    return bool(user.may("review_case", case.section)) and not stays_out(case, user)


def may_take_in(case: Any, user: Any) -> bool:
    return bool(user.may("take_in", case.intake_unit)) and not stays_out(case, user)


def may_deliver(case: Any, user: Any) -> bool:
    """收件的窗口；公告期满的，由系统登记。"""
    return by_system(case, user) or may_take_in(case, user)


def may_handle_materials(case: Any, user: Any) -> bool:
    """补正的答复可以由申请人自己交,也可以由窗口代收。

    没有账号的申请人凭编号和查询码证明自己,由系统代为登记。
    """
    return stands_for_applicant(case, user) or may_take_in(case, user)


def is_applicant(case: Any, user: Any) -> bool:
    return case.user_id is not None and case.user_id == user.pk


def acts_for(case: Any, user: Any) -> bool:
    """是不是正在替这件的申请人办(见 approvals.actions.mandates.act_as：委托在期限和范围里，才会带着它来)。"""
    acting = getattr(user, "acting", None)
    return acting is not None and acting.case == case.pk


def stands_for_applicant(case: Any, user: Any) -> bool:
    """申请人这一边的：本人、凭编号和查询码来由系统登记的、在委托范围里代办的。"""
    return is_applicant(case, user) or by_system(case, user) or acts_for(case, user)


def examining(case: Any) -> list[Any]:
    """此刻审查的单位：分级审查的，是轮到的那一级里还没有提意见的；其余就是承办科室。"""
    if case.examiner_id is None or case.state not in (CaseState.ACCEPTED, CaseState.REVIEWING):
        return [case.section]
    return [review.unit for review in case.reviews.all() if not review.opinion] or [case.examiner]


def may_review(case: Any, user: Any) -> bool:
    return any(user.may("review_case", unit) for unit in examining(case)) and not stays_out(case, user)


def was_asked(case: Any, user: Any) -> bool:
    """审查完毕由提出最后一个意见的人带到。"""
    return any(user.may("review_case", review.unit) for review in case.reviews.all()) and not stays_out(case, user)


def may_decide(case: Any, user: Any) -> bool:
    return bool(user.may("decide_case", case.section)) and not stays_out(case, user)


def may_run_procedures(case: Any, user: Any) -> bool:
    """特别程序由此刻审查的单位启动和主办；在承办科室的，决定的人也可以。"""
    return may_review(case, user) or (case.section in examining(case) and may_decide(case, user))


def may_end_procedures(case: Any, user: Any) -> bool:
    """到期自行结束的（公示期满、公告期满），由系统署名。"""
    return by_system(case, user) or may_run_procedures(case, user)


def may_end_this(procedure: Any, user: Any) -> bool:
    return may_end_procedures(procedure.case, user)


def follows_the_case(procedure: Any, user: Any) -> bool:
    """办件已经有了结果（撤回、不予），还开着的随之终止：谁有权了结办件，在办件那一步已经问过。"""
    return procedure.case.state not in UNDER_WAY


def by_system(case: Any, user: Any) -> bool:
    return bool(user.kind == "system")


def may_hold(case: Any, user: Any) -> bool:
    """拟否定报告只能由收件单位或承办科室的人提出。"""
    able = any(user.may("file_denial", unit) for unit in (case.intake_unit, case.section))
    return able and not stays_out(case, user)


def may_release(case: Any, user: Any) -> bool:
    """审定的人、提出的人和系统都会结束一份报告。"""
    return by_system(case, user) or may_say_no(case, user) or may_hold(case, user) or is_applicant(case, user)


def may_say_no(case: Any, user: Any) -> bool:
    """说“不”的人:有明确规定时是决定的人或收件的人,其余是分管副局长和局长。依据另由数据库核实。"""
    if stays_out(case, user):
        return False
    return any(
        user.may(perm, unit)
        for perm in ("decide_case", "sanction_denial", "file_denial")
        for unit in (case.section, case.intake_unit)
    ) or bool(user.may("direct_denials", case.agency))


def hands_over_at(user: Any, unit: Any) -> bool:
    """能不能替这个单位交出、签收：收件的人和审查的人。"""
    return any(user.may(perm, unit) for perm in ("take_in", "review_case"))


def may_send(passage: Any, user: Any) -> bool:
    return hands_over_at(user, passage.from_unit)


def may_sign_in(passage: Any, user: Any) -> bool:
    return hands_over_at(user, passage.to_unit)


def may_settle(difference: Any, user: Any) -> bool:
    """两边单位的人；邮件的，收件窗口的人，回避的除外。"""
    if difference.parcel_id:
        return may_take_in(difference.case, user)
    return may_send(difference, user) or may_sign_in(difference, user)


def may_finish(batch: Any, user: Any) -> bool:
    """接收的人结束签收；在途的都撤回了，由系统结束。"""
    return by_system(batch, user) or may_sign_in(batch, user)


def follows_the_step(transfer: Any, user: Any) -> bool:
    """件随事走：受理、决定、撤回的人走了那一步，件就跟着走；权限在那一步上问过了。"""
    return True


# 现在能不能 -----------------------------------------------------------


@because("正在逐级审定拟否定报告，审定之前不能往下走。")
def not_held(case: Any) -> bool:
    return case.held_at is None


@because("已经转给外面的系统办理：要在这里办，先转回来。")
def not_elsewhere(case: Any) -> bool:
    return not case.elsewhere


@because("没有转给外面的系统。")
def is_elsewhere(case: Any) -> bool:
    return bool(case.elsewhere)


def may_bring_back(case: Any, user: Any) -> bool:
    """转回：有权决定的人；对方不接、办结了的，由系统。"""
    return by_system(case, user) or may_decide(case, user)


@because("一次性告知只能发一次。")
def not_yet_told(case: Any) -> bool:
    return not case.told_once


@because("还没有告知过：先一次性告知。")
def told_already(case: Any) -> bool:
    return bool(case.told_once)


@because("已经告知过两次，不能再告知；请受理，或提出拟否定报告。")
def not_told_again(case: Any) -> bool:
    return not case.told_once or bool(case.correction.round == 1)


@because("还要申请人确认（代为录入、当场更正、容缺承诺、更正登记的信息），确认以前不能受理。")
def confirmed(case: Any) -> bool:
    return bool(case.unconfirmed == 0)


@because("申请人还没有确认（视为受理时的代为录入、当场更正，或者登记信息的更正）：确认以前不能准予，办理期限照走。")
def confirmed_since(case: Any) -> bool:
    return bool(case.unconfirmed == 0)


@because("撤回只能由申请人提出：要他用验证码、签名或者在网上确认了才能撤回。")
def withdrawal_confirmed(case: Any) -> bool:
    return bool(case.confirmations.of_withdrawal().exists())


def takes_confirmation(case: Any) -> bool:
    """还可以请申请人确认：受理以前；依法视为受理的，决定以前都可以补；登记的证件更正的，送达以前。

    受理以后还有等确认的(unconfirmed)：不是视为受理的，只会是登记信息的更正。
    """
    if case.state in BEFORE_ACCEPTANCE or (case.deemed and case.state in UNDER_WAY):
        return True
    return bool(case.unconfirmed and (case.state in UNDER_WAY or (case.state in DECIDED and not case.deemed)))


@because("还有材料没有核对，或必要的材料没有齐备。")
def materials_settled(case: Any) -> bool:
    settled = (Verdict.OK, Verdict.DEFERRED, Verdict.NOT_NEEDED, Verdict.PLEDGED)
    return all(m.verdict in settled for m in case.materials.all())


@because("容缺的材料还没有补齐，不能准予。")
def nothing_deferred(case: Any) -> bool:
    return not any(m.verdict == Verdict.DEFERRED for m in case.materials.all())


@because("审查意见还没有交齐。")
def reviews_complete(case: Any) -> bool:
    reviews = list(case.reviews.all())
    return bool(reviews) and all(r.opinion for r in reviews)


@because("审查意见里有“不符合或有疑问”：不能准予；要说“不”请提出拟否定报告。")
def reviews_agree(case: Any) -> bool:
    """看最后一级的：前一级的意见供后一级复核，摆在决定的人面前，不代替他决定。"""
    reviews = list(case.reviews.all())
    last = max((r.order for r in reviews), default=0)
    return all(r.opinion == "pass" for r in reviews if r.order == last)


@because("只有即办件可以当场办结。")
def is_instant(case: Any) -> bool:
    return bool(case.guide.handling == Handling.INSTANT)


@because("件还没有交到承办单位手里：先移交、签收。")
def in_the_sections_hands(case: Any) -> bool:
    return bool(case.unit_id == case.section_id)


@because("件还没有交到审查的单位手里：先移交、签收。")
def in_the_examiners_hands(case: Any) -> bool:
    return bool(case.unit_id == due_in(case).pk)


@because("结果还没有回到受理的窗口：先移交、签收。")
def in_the_desks_hands(case: Any) -> bool:
    return bool(case.unit_id == case.intake_unit_id)


@because("受理点只受理不办理，当场办结只在承办单位同级的窗口。")
def at_the_sections_level(case: Any) -> bool:
    return bool(case.intake_unit.level == case.section.level)


def due_in(case: Any) -> Any:
    """件此刻该在哪个单位：受理以后到决定之前在承办单位(分级审查的，轮到谁在谁手里)，其余在收件的窗口。"""
    if case.state not in UNDER_WAY:
        return case.intake_unit
    levelled = case.examiner_id is not None and case.state != CaseState.REVIEWED
    return case.examiner if levelled else case.section


def goes_at_once(case: Any, giver: Any, taker: Any) -> bool:
    """不必签出签收、随手就到：网上、电子邮件来的没有纸，同一处地方的不用送。"""
    return bool(case.channel not in ON_PAPER or giver.place == taker.place)


def is_sibling(giver: Any, taker: Any) -> bool:
    """同一机关同一级的两个科室：件直接交过去，不再绕回窗口。"""
    sections = (UnitKind.SECTION, UnitKind.APPROVAL)
    same = giver.agency_id == taker.agency_id and giver.level == taker.level
    return same and giver.kind in sections and taker.kind in sections


def next_hand(case: Any, way: Any) -> Any:
    """下一手是谁：沿着路（受理点……审查、承办的单位）往该在的一头走一站；同一处地方的几站一步走到。不用走为 None。

    科室之间改派、接着审查的，直接交过去。件不在路上（单位改过上级）的，去的时候交给承办单位前面的那个受理点，回来直接送回收件的窗口。
    """
    here, end = case.unit, due_in(case)
    if here == end:
        return None
    forward = case.state in UNDER_WAY
    way = list(way) if forward else list(way)[::-1]
    if case.channel not in ON_PAPER:
        return end
    if here not in way and forward and is_sibling(here, end):
        return end
    if here not in way:
        return way[-2] if forward and len(way) > 1 else end
    ahead = way[way.index(here) + 1 :]
    near = [unit for unit in ahead if unit.place == here.place]
    return near[-1] if near else ahead[0]


@because("案件已经办结或终止。")
def is_open(case: Any) -> bool:
    return case.state in WAITING


# 特别程序 -------------------------------------------------------------


def listed_procedures(guide: Any) -> list[Any]:
    """指南列出的特别程序；延长审批另有自己的手续，不在其中。"""
    return [row for row in guide.special_procedures if row.get("kind") == GuideProcedure.SPECIAL]


def is_testing(name: str) -> bool:
    """检验、检测、检疫：受理之日起五日内指派两名以上工作人员(行政许可法第五十五条第二款)。"""
    return any(word in name for word in ("检验", "检测", "检疫"))


def needs_testers(guide: Any) -> bool:
    """这一版指南列了检验、检测、检疫的：受理时起指派的五日。现场核查不在里面，第三十四条没有定几日内指派。"""
    return any(is_testing(row["name"]) for row in listed_procedures(guide))


def procedure_kind(name: str) -> ProcedureKind:
    """从指南写的名称认出手续。名称里同时有几种办法的（征求意见、论证会、听证会），不算听证。"""
    if name.startswith("听证"):
        return ProcedureKind.HEARING
    if "公示" in name:
        return ProcedureKind.PUBLICITY
    if is_testing(name) or any(word in name for word in ("核查", "踏勘", "勘验", "实地", "现场", "入户")):
        return ProcedureKind.INSPECTION
    if any(word in name for word in ("公告", "冷静期", "融合期", "领证的期限")):
        return ProcedureKind.PERIOD
    return ProcedureKind.OTHER


@because("这一版办事指南没有列出特别程序，不能另加（规范行政审批流程）。")
def guide_lists_procedures(case: Any) -> bool:
    return bool(listed_procedures(case.guide))


@because("特别程序还没有结束，不能作出决定。")
def no_procedure_running(case: Any) -> bool:
    return bool(case.procedures_running == 0)


@because("特别程序还没有结束：结束了再改派。")
def procedures_over(case: Any) -> bool:
    return no_procedure_running(case)


@because("听证还没有结束：决定要根据听证笔录作出（行政许可法第四十八条第二款）。")
def no_hearing_running(case: Any) -> bool:
    if no_procedure_running(case):
        return True
    return not any(p.kind == ProcedureKind.HEARING and p.state == ProcedureState.RUNNING for p in case.procedures.all())


# 公示 -----------------------------------------------------------------

DIGITS = re.compile(r"[0-9]{7,}")
ADULT = 18


def is_minor(applicant: Any, on: datetime.date) -> bool:
    """申请人是不是未成年人：按 18 位号码里的出生日期；通行证、护照上没有，看不出来，要人核对(age_unseen)。"""
    born = identity.born(applicant.id_number) if applicant.kind == ApplicantKind.PERSON else None
    return born is not None and on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < ADULT


def age_unseen(applicant: Any) -> bool:
    """是个人，而证件号码里看不出出生日期。"""
    return bool(applicant.kind == ApplicantKind.PERSON and identity.born(applicant.id_number) is None)


def why_not_publish(case: Any, on: datetime.date) -> str:
    """为什么不能公示；能就是空串。儿童的事项一律不公示（民发〔2019〕62号），未成年人的姓名也不公示。"""
    if case.item.theme == Theme.CHILDREN or is_minor(case.applicant, on):
        return "儿童、未成年人的申请不公示（民发〔2019〕62号）。"
    return ""


def publishes_family(item: Any) -> bool:
    """社会救助只公示申请人姓名、家庭成员数、保障金额三样（民发〔2021〕57号第二十四条）。"""
    return bool(item.theme == Theme.RELIEF)


def publication_lines(publication: Any) -> list[tuple[str, str]]:
    """公示出来的就是这几行：一行一样，没有地方写别的。"""
    lines = [("申请人", publication.applicant_name)]
    if publication.members is not None:
        return [*lines, ("家庭成员数", f"{publication.members}人"), ("拟保障金额", f"每月{publication.amount}元")]
    return [*lines, ("拟公示的结果", publication.matter)]


@because("还有异议没有答复，公示不能结束。")
def objections_answered(procedure: Any) -> bool:
    publication = getattr(procedure, "publication", None)
    return publication is None or all(one.answered_at for one in publication.objections.all())


# 听证（行政许可法第四十六条至第四十八条） -------------------------------


def may_run_hearing(hearing: Any, user: Any) -> bool:
    return may_run_procedures(hearing.case, user)


def may_request_hearing(hearing: Any, user: Any) -> bool:
    """要求听证：申请人自己提（没有账号的由系统登记），窗口、科室也可以代为登记。"""
    return may_handle_materials(hearing.case, user) or may_run_hearing(hearing, user)


def may_waive_hearing(hearing: Any, user: Any) -> bool:
    """放弃听证：到期由系统记下，申请人说了不要的由科室记下。"""
    return by_system(hearing.case, user) or may_run_hearing(hearing, user)


def has_reviewed(case: Any, user: Any) -> bool:
    """审查过这一件，意见作废了的也算：看过的人不作决定、不主持听证。"""
    return bool(case.reviews(manager="every").filter(reviewer=user.pk).exists())


def is_neutral(chair: Any, case: Any) -> bool:
    """主持人不能是这件申请的审查人、申请人，也不能在回避之列（行政许可法第四十八条第一款第三项）。"""
    return not stays_out(case, chair) and not has_reviewed(case, chair)


def chairs(case: Any, user: Any) -> bool:
    """是不是这件申请的听证主持人：主持的人不审查、不决定。"""
    return any(hearing.chair_id == user.pk for hearing in case.hearings.all())


@because("听证的笔录还没有完成。")
def hearing_over(procedure: Any) -> bool:
    hearing = getattr(procedure, "hearing", None)
    return hearing is None or hearing.state in (HearingState.RECORDED, HearingState.WAIVED)


# 现场核查（行政许可法第三十四条第三款、第五十五条） ------------------------


def may_inspect(case: Any, user: Any) -> bool:
    """可以指派去核查的：此刻审查的单位的工作人员，不在回避之列。"""
    return any(user.may("view_cases", unit) for unit in examining(case)) and not stays_out(case, user)


def is_appointed(inspection: Any, user: Any) -> bool:
    return user.pk in (inspection.officer_1_id, inspection.officer_2_id)


def is_inspector(inspection: Any, user: Any) -> bool:
    """写和签笔录的：指派的两人；指派以后回避了的不能。"""
    return is_appointed(inspection, user) and not stays_out(inspection.procedure.case, user)


def both_signed(inspection: Any) -> bool:
    return inspection.signed_1_at is not None and inspection.signed_2_at is not None


@because("核查笔录还没有由两名核查人员都签名。")
def inspection_signed(procedure: Any) -> bool:
    inspection = getattr(procedure, "inspection", None)
    return inspection is None or both_signed(inspection)


# 延期 -----------------------------------------------------------------


@dataclass(frozen=True)
class ExtensionLimit:
    """法律许可延长多久、由谁批准。"""

    value: int
    unit: str
    basis: str
    approver: Approver


LICENCE_TERM = (20, "wd")  # 行政许可法第四十二条第一款的二十日
LICENCE = ExtensionLimit(10, "wd", "行政许可法第四十二条第一款", Approver.DIRECTOR)


def extension_limit(item: Any, guide: Any) -> ExtensionLimit | None:
    """这件事依法可以延长多久；没有规定可以延长的是 None。

    指南列了“延长审批”的，照指南抄下的那部法律；没有列的，只有适用行政许可法二十个工作日的许可事项可以延十个工作日：
    别的法律、法规另定期限的（例如社会团体登记六十日），第四十二条的延长不当然适用，要指南写明才行。
    """
    row = next((row for row in guide.special_procedures if row.get("kind") == GuideProcedure.EXTENSION), None)
    if row is not None:
        # 条文自己写着“报经……批准”的，不是本机关负责人一个人能定的
        superior = "报经" in row["basis"]
        approver = Approver.SUPERIOR if superior else Approver.DIRECTOR
        return ExtensionLimit(row["value"], row["unit"], row["basis"], approver)
    if item.kind != ItemKind.LICENCE:
        return None
    return LICENCE if (guide.statutory_value, guide.statutory_unit) == LICENCE_TERM else None


def limit_clock(clocks: Iterable[Any]) -> Any:
    """延期延的是哪一个：法定时限；法律没有规定时限的，是承诺时限。"""
    running = {clock.kind: clock for clock in clocks if clock.ended_at is None}
    return running.get(ClockKind.STATUTORY) or running.get(ClockKind.PROMISED)


def why_not_extend(case: Any, clock: Any, limit: ExtensionLimit | None, at: datetime.datetime) -> str:
    """现在为什么不能延期；能就是空串。一件只延一次，到期以前才行。"""
    if case.state not in UNDER_WAY or clock is None:
        return "受理以后、作出决定以前才能延期。"
    if limit is None:
        return "法律、法规没有规定这个事项可以延长期限。"
    if clock.paused_at is not None:
        return "办理期限正停着（特别程序），恢复计算以后再提。"
    if clock.due_at <= at:
        return "期限已经届满，不能再延期（行政许可法第四十二条）。"
    taken = [one.state for one in case.extensions.all()]
    if ExtensionState.SANCTIONED in taken:
        return "已经延过一次，不能再延。"
    if ExtensionState.ASKED in taken:
        return "延期已经报请批准，等待批准。"
    return ""


def may_ask_extension(case: Any, user: Any) -> bool:
    """报请延期的：承办科室的审查人、负责人；分级审查的，轮到谁审都由承办科室报。"""
    able = any(user.may(perm, case.section) for perm in ("review_case", "decide_case"))
    return able and not stays_out(case, user)


def may_sanction_extension(extension: Any, user: Any) -> bool:
    """本机关负责人，自己不在回避之列；此刻是不是轮到他（A、B 岗），动作另问。"""
    return bool(user.may("direct_denials", extension.case.agency)) and not stays_out(extension.case, user)


def missing_materials(case: Any) -> list[Any]:
    """一次性告知要列的:缺少的和不符合的。"""
    return [m for m in case.materials.all() if m.verdict in (Verdict.MISSING, Verdict.DEFECTIVE)]


NOW = {
    CaseState.RECEIVED: "材料已经收到，窗口正在核对。",
    CaseState.CORRECTING: "还缺一些材料，请按一次性告知书补齐。",
    CaseState.ACCEPTED: "已经受理，正在安排审查。",
    CaseState.REVIEWING: "承办科室正在审查。",
    CaseState.REVIEWED: "审查已经完成，等待作出决定。",
    CaseState.GRANTED: "已经准予，正在送达结果。",
    CaseState.REFUSED: "已经作出不予许可的决定，请看理由和救济途径。",
    CaseState.NOT_ACCEPTED: "已经作出不予受理的决定，请看理由和救济途径。",
    CaseState.WITHDRAWN: "您已撤回这项申请。",
    CaseState.LAPSED: "超过补正期限没有补齐，这次申请已经终止，请看通知书里的救济途径；可以重新申请。",
    CaseState.TERMINATED: "这次申请已经终止办理，请看终止办理决定书里的理由和救济途径。",
    CaseState.VOIDED: "这一件是窗口录错的，已经作废；不算您申请过，也不影响您申请。",
    CaseState.DELIVERED: "结果已经送达。",
    CaseState.CLOSED: "已经办结。",
}
HELD = "窗口对能否办理拿不准，没有直接说不行，已经报请领导审定。"


def what_happens_now(case: Any) -> str:
    """一句大白话,给群众看。"""
    if case.held_at is not None and case.state in WAITING:
        return HELD
    if case.examiner_id and case.state == CaseState.REVIEWING:
        here = case.unit_id == case.examiner_id
        return f"{case.examiner}正在审查。" if here else f"前一级已经审过，正转给{case.examiner}接着审查。"
    return NOW[CaseState(case.state)]
