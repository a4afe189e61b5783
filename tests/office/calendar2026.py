"""2026 年的日历,直接取自 chinesecalendar:纯函数的测试不碰数据库。"""

from datetime import date

from chinese_calendar import constants

SPECIAL: dict[date, bool] = {
    **dict.fromkeys(constants.holidays, False),
    **dict.fromkeys(constants.workdays, True),
    date(2027, 1, 1): False,
}
