"""评价与整改的用词。"""

from django.db.models import IntegerChoices, TextChoices


class Score(TextChoices):
    """好差评五级(国办发〔2019〕51号);对外代码有两套相反的,只在边上换算(supervision.rules)。"""

    VERY_GOOD = "very_good", "非常满意"
    GOOD = "good", "满意"
    FAIR = "fair", "基本满意"
    BAD = "bad", "不满意"
    VERY_BAD = "very_bad", "非常不满意"


BAD_SCORES = (Score.BAD, Score.VERY_BAD)


class Tag(TextChoices):
    """评价的是哪一方面(51号文的线上、线下评价指标)。"""

    SPEED = "speed", "办事效率"
    SKILL = "skill", "业务水平"
    ATTITUDE = "attitude", "服务态度"
    GUIDE = "guide", "办事指南准不准"
    EASE = "ease", "办事方便不方便"
    PLATFORM = "platform", "网上好不好用"


class TaskState(TextChoices):
    OPEN = "open", "待联系"
    CONTACTED = "contacted", "已联系"
    SETTLED = "settled", "已整改"
    EXCLUDED = "excluded", "误评剔除"


UNDER_WAY = (TaskState.OPEN, TaskState.CONTACTED)


class Rung(IntegerChoices):
    """整改到了哪一级。"""

    OWNER = 1, "责任人"
    CHIEF = 2, "科室负责人"
    DEPUTY = 3, "分管副局长"


class ClockKind(TextChoices):
    CONTACT = "contact", "联系评价人"
    SETTLE = "settle", "整改"
    LIMIT = "limit", "最长期限"


class ConductKind(TextChoices):
    """调政办发〔2020〕9号三（二）2 的服务纪律、三（六）4 的严格责任追究。"""

    DISCIPLINE = "discipline", "服务纪律"
    ACCOUNTABILITY = "accountability", "责任追究"


class ConductRule(TextChoices):
    """违反的是哪一条。服务纪律在前，后面是行政许可法第七十二条、第七十四条列的和文件点名的。"""

    ATTITUDE = "attitude", "态度生硬、使用服务忌语"
    ABSENCE = "absence", "擅自离岗、空岗"
    CLOCKING = "clocking", "迟到早退、上班时间做无关的事"
    APPEARANCE = "appearance", "不挂牌、不着装上岗"
    PUSHING = "pushing", "推诿、不履行首问责任"
    HELPING = "helping", "不遵守代办帮办工作纪律"
    NOT_TOLD = "not_told", "不一次告知必须补正的全部内容"
    NOT_TAKEN = "not_taken", "符合法定条件的不予受理"
    NO_REASONS = "no_reasons", "不受理、不许可不说明理由"
    EXTRA = "extra", "违法增加条件、材料、环节"
    LATE = "late", "不在法定、承诺的期限内办理"
    AVOIDING = "avoiding", "明进暗不进、体外循环、不执行网上办理"
    GIFTS = "gifts", "索取、收受财物或者谋取其他利益"
    OTHER = "other", "其他"


class ConductSource(TextChoices):
    COMPLAINT = "complaint", "投诉举报"
    FLAG = "flag", "超期亮牌、电子监察"
    RATING = "rating", "差评"
    INSPECTION = "inspection", "明察暗访"
    AUDIT = "audit", "内部监督检查"


class ConductOutcome(TextChoices):
    """本机关自己能作的处理；处分由任免机关、监察机关依法作出，这里只记移送。"""

    TALK = "talk", "批评教育、谈话提醒"
    CRITICISM = "criticism", "通报批评"
    POST = "post", "调离窗口（代办）岗位"
    REFERRED = "referred", "移送任免机关、监察机关处理"


class ConductState(TextChoices):
    RAISED = "raised", "听取本人陈述"
    DECIDED = "decided", "已处理"
    DISMISSED = "dismissed", "不成立"
    APPEALED = "appealed", "本人申诉"
    UPHELD = "upheld", "申诉后维持"
    OVERTURNED = "overturned", "申诉后撤销"


CONDUCT_OPEN = (ConductState.RAISED, ConductState.APPEALED)
CONDUCT_STANDS = (ConductState.DECIDED, ConductState.APPEALED, ConductState.UPHELD)


# 代办考核 -------------------------------------------------------------


class AssessmentGrade(TextChoices):
    """年度考核的等次；件数太少、定不出来的不定等次。"""

    EXCELLENT = "excellent", "优秀"
    QUALIFIED = "qualified", "合格"
    BASIC = "basic", "基本合格"
    UNQUALIFIED = "unqualified", "不合格"
    NONE = "none", "不定等次"


class AssessmentOutcome(TextChoices):
    """凭考核奖惩。"""

    NOTHING = "nothing", "不奖不惩"
    COMMENDED = "commended", "通报表扬"
    REWARDED = "rewarded", "奖励"
    REMINDED = "reminded", "提醒谈话"
    SUSPENDED = "suspended", "暂停代办"
    CANCELLED = "cancelled", "取消代办资格"


REWARDS = (AssessmentOutcome.COMMENDED, AssessmentOutcome.REWARDED)
STOPS = (AssessmentOutcome.SUSPENDED, AssessmentOutcome.CANCELLED)
# 各等次可以怎样奖惩：表扬、奖励只给优秀；停办只因不合格
OUTCOMES_OF = {
    AssessmentGrade.EXCELLENT: (AssessmentOutcome.NOTHING, *REWARDS),
    AssessmentGrade.QUALIFIED: (AssessmentOutcome.NOTHING,),
    AssessmentGrade.BASIC: (AssessmentOutcome.NOTHING, AssessmentOutcome.REMINDED),
    AssessmentGrade.UNQUALIFIED: (AssessmentOutcome.REMINDED, *STOPS),
    AssessmentGrade.NONE: (AssessmentOutcome.NOTHING,),
}


class AssessmentState(TextChoices):
    PROPOSED = "proposed", "等审定"
    RETURNED = "returned", "退回"
    DECIDED = "decided", "已审定"
    APPEALED = "appealed", "本人有异议"
    UPHELD = "upheld", "复核后维持"
    OVERTURNED = "overturned", "复核后撤销"


ASSESSMENT_OPEN = (AssessmentState.PROPOSED, AssessmentState.APPEALED)
ASSESSMENT_VOID = (AssessmentState.RETURNED, AssessmentState.OVERTURNED)
