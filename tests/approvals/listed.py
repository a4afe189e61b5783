"""指南里列的特别程序：各种各样都有一个，名字和依据都是编的。"""

BASE = {"kind": "2", "unit": "wd", "set_by": "law", "basis": "示例条例第九条"}
EXPERTS = {**BASE, "key": "experts", "name": "专家评审", "value": 15, "counted": False}
CONSULT = {**BASE, "key": "consult", "name": "征求有关部门意见", "value": 10, "counted": False}
ADVICE = {**BASE, "key": "advice", "name": "征求社会意见", "value": 3, "counted": True}
NOTICE = {**BASE, "key": "notice", "name": "公告查找生父母", "value": 60, "unit": "d", "counted": False}
LONGER = {**BASE, "key": "longer", "kind": "1", "name": "延长办理期限", "value": 15, "counted": True}
PUBLICITY = {**BASE, "key": "publicity", "name": "审核结果公示", "value": 7, "unit": "d", "counted": False}
HEARING = {**BASE, "key": "hearing", "name": "听证", "value": 40, "counted": False}
VISIT = {**BASE, "key": "visit", "name": "现场核查", "value": 5, "counted": True}
