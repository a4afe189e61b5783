"""告知承诺的做法：有文本，签一份，准予。"""

from approvals.actions import decision, intake, pledges, review
from approvals.models import PledgeTerms
from tests import casework

TOLD = {
    "told": "证明住所可以使用：产权清楚或者租期一年以上。",
    "promised": "住所真实存在。\n租期在一年以上。",
    "consequences": "核查不实的，限期整改；逾期不改的，撤销决定，并记入信用记录。",
    "basis": "国办发〔2020〕42号",
}


def terms(b, **fields) -> PledgeTerms:
    """“示例证明”可以用承诺代替。"""
    told = {"item": b.item, "material_key": "proof", "valid_from": b.at.date(), **TOLD}
    return PledgeTerms.objects.create(**{**told, **fields})


def signed(b, at=None):
    """缺一份示例证明的件，签了告知承诺书。"""
    at = at or b.at
    case = casework.received(b, at, provided={"application"})
    return pledges.sign(case, key="proof", signer="赵申请", by=b.clerk_a, at=at)


def granted(b, at=None):
    """凭承诺受理、审查、准予了的。"""
    at = at or b.at
    case = signed(b, at).case
    intake.check_materials(case, checks={"application": casework.OK}, by=b.clerk_a, at=at)
    intake.accept(case, by=b.clerk_a, at=at)
    review.begin(case, by=b.reviewer, at=at)
    review.give_opinion(case, opinion="pass", text="符合条件。", by=b.reviewer, at=at)
    decision.grant(case, decision="准予登记。", by=b.chief, at=at)
    return case.pledges.get()
