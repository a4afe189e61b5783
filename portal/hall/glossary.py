"""领域里用到、群众看得见的词和句子:领域只说中文,译文在页面上才换(portal.language.said)。"""

from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

import approvals.rules
import approvals.rules.disclosures
import approvals.states
import catalog.states
import office.identity
import supervision.states
from catalog.rules.forms import standing_words
from office.notices.kinds import CITIZEN, kinds_for
from office.papers.kinds import KINDS
from office.papers.states import PaperState
from portal.hall.story import PAPERS

CHOICES = (
    approvals.states.CaseState,
    approvals.states.Channel,
    approvals.states.JointState,
    approvals.states.Outcome,
    approvals.states.Stage,
    approvals.states.GroundKind,
    approvals.states.ContactState,
    approvals.states.EnquiryKind,
    approvals.states.EnquiryState,
    approvals.states.FeeState,
    approvals.states.PayMethod,
    approvals.states.MandateKind,
    approvals.states.MandateScope,
    approvals.states.MandateState,
    approvals.states.ConsentHow,
    approvals.states.CertificateEnd,
    approvals.states.RetractionKind,
    office.identity.IdentityKind,
    approvals.states.PartyKind,
    approvals.states.LicenceKind,
    catalog.states.ItemKind,
    catalog.states.Audience,
    catalog.states.Way,
    catalog.states.Handling,
    catalog.states.Theme,
    catalog.states.Requirement,
    catalog.states.Level,
    catalog.states.Presence,
    catalog.states.LocalKind,
    catalog.states.Medium,
    catalog.states.OnlineDepth,
    catalog.states.Source,
    catalog.states.Stage,
    supervision.states.Score,
    supervision.states.Tag,
    supervision.states.TaskState,
    PaperState,
)

# 办件正走着、群众动作被拒绝时会看到的原因。
REASONS = (
    approvals.rules.not_held,
    approvals.rules.is_open,
)

SENTENCES = (
    _("已经作出决定，不能撤回。"),
    _("现在没有要您陈述、申辩的事。"),
    _("这件申请现在不在补正中。"),
    _("请写几个字再发。"),
    _("一条消息最多 1000 字，请分开发，或写成文件附上。"),
    _("一条消息最多附 3 个文件。"),
    _("这件申请办结已经一个月了，有事请重新来问。"),
    _("今天发得太多了，请明天再发；着急的话，请打电话。"),
    _("前面几条还没有人读，已经提醒经办人；着急的话，请打电话。"),
    _("这个问题您已经问过，正在答复，请看进度页。"),
    _("这件申请已经办结或终止，不用再委托。"),
    _("这件已经有一份委托：先收回或等到期，再委托别人。"),
    _("委托的最后一天要在今天以后、一年以内。"),
    _("委托的期限已经过了，请重新登记。"),
    _("这份委托已经收回、到期或者没有生效，不能再代办。"),
    _("已经有五件在路上，到了再登记下一件。"),
    _("这个单号已经登记过。"),
    _("请勾选不满意的方面，或写明原因，我们才知道改什么。"),
)


def words() -> Iterable[str]:
    """所有要译的词句;改了领域里的词,译文就缺,测试会说。"""
    for choices in CHOICES:
        yield from map(str, choices.labels)
    for code in sorted(PAPERS):
        yield from (KINDS[code].title, *KINDS[code].titles.values())
    yield from (rule.reason for rule in REASONS)
    yield from approvals.rules.disclosures.LABELS
    yield from (*approvals.rules.NOW.values(), approvals.rules.HELD)
    yield from (*office.identity.WRONG.values(), office.identity.NOT_RESIDENT)
    yield from (kind.label for kind in kinds_for(CITIZEN))
    yield from standing_words()
    yield from SENTENCES
