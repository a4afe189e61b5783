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
