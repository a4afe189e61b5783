"""每种文书一份像样的示例内容;人名、电话、编号一望而知是编的。"""

from typing import Any

AGENCY = "湛江市民政局"
LETTER = {
    "agency": AGENCY,
    "applicant": "湛江市示范志愿服务促进会(筹)",
    "item": "社会团体成立登记",
    "case_number": "ZJMZ-2026-000128",
}
CONTACT = {"contact": "行政服务中心民政窗口，0759-0000001，湛江市示范路1号一楼"}
BASIS = {"basis": ["《中华人民共和国行政许可法》第三十二条第一款第五项", "《社会团体登记管理条例》第十条"]}
REMEDIES = {"reconsideration_body": "湛江市人民政府", "court": "有管辖权的人民法院"}
REGISTER = {
    "agency": AGENCY,
    "unit": "社会组织管理科",
    "applicant": "湛江市示范志愿服务促进会(筹)",
    "applicant_contact": "张示例，13800000001",
    "item": "社会团体成立登记",
    "received": "2026年11月20日",
    "case_number": "ZJMZ-2026-000128",
    "progress": "申请人拟以“线上虚拟办公室”作为住所。现行规定要求社会团体有固定的住所，但没有明确托管地址、虚拟地址是否"
    "符合要求。已向申请人说明正在研究，承诺于2026年11月22日10时前答复，并留存联系方式。",
    "clerk": "李演示",
    "clerk_contact": "0759-0000012",
    "reasons": "托管地址不具备独立、固定的使用条件，日常办公和档案保管难以落实，拟不予登记。\n"
    "如审定为可以登记，建议要求申请人补充一年以上的使用权证明。",
    "basis": [
        {
            "title": "《社会团体登记管理条例》第十条第一款第三项",
            "text": "成立社会团体，应当具备下列条件:……(三)有固定的住所;……",
        }
    ],
}
ROW = {
    "unit": "社会组织管理科",
    "applicant": "湛江市示范志愿服务促进会(筹)",
    "applicant_contact": "13800000001",
    "item": "社会团体成立登记",
    "received": "2026年11月20日",
    "case_number": "ZJMZ-2026-000128",
    "progress": "已说明正在研究，承诺11月22日10时前答复",
    "clerk": "李演示",
    "clerk_contact": "0759-0000012",
    "reasons": "住所为托管地址，现行规定不明确。《社会团体登记管理条例》第十条",
}
SHEET = {
    "agency": AGENCY,
    "unit": "社会组织管理科",
    "day": "2026年11月20日",
    "cutoff": "16时30分",
    "prepared_by": "李演示",
    "rows": [
        ROW,
        ROW
        | {
            "applicant": "王样本",
            "item": "特困人员认定",
            "unit": "社会救助科",
            "case_number": "ZJMZ-2026-000131",
            "progress": "已上门核实一次，待补充赡养情况",
            "reasons": "法定义务人无履行义务能力的认定标准不明确",
        },
        ROW
        | {
            "applicant": "赵虚构",
            "item": "建设农村公益性安葬设施审批",
            "unit": "社会事务科",
            "case_number": "ZJMZ-2026-000133",
            "progress": "已现场踏勘，用地手续正在征求意见",
            "reasons": "新修订《殡葬管理条例》施行后，配套办法尚未出台",
        },
    ],
}
ASKED = {"asked": "应利害关系人的要求"}
SITTING = {
    "sits": "2026年12月15日9时30分",
    "place": "湛江市民政局三楼会议室",
    "chair": "陈试用",
    "basis": ["《中华人民共和国行政许可法》第四十八条"],
}

SAMPLES: dict[str, dict[str, Any]] = {
    "receipt": LETTER
    | CONTACT
    | {
        "received": "2026年11月20日",
        "materials": [
            {"name": "社会团体成立登记申请书", "copies": "原件1份"},
            {"name": "章程草案(经会员大会表决通过)", "copies": "原件2份", "note": "另附电子件"},
            {"name": "住所使用权证明", "copies": "复印件1份", "note": "与原件核对一致"},
            {"name": "发起人和拟任负责人基本情况、身份证明", "copies": "复印件5份"},
        ],
        "received_by": "李演示",
        "query_code": "7K3M9Q",
    },
    "acceptance": LETTER
    | CONTACT
    | BASIS
    | {
        "accepted": "2026年11月20日",
        "due": "2027年1月19日",
        "promised_due": "2026年12月11日",
        "track": "凭办件编号和查询码，在民政服务大厅网站“查进度”栏目或者拨打0759-0000001查询",
        "deferred": [{"name": "验资报告", "until": "2026年12月4日"}],
        "received_by": "李演示",
    },
    "correction": LETTER
    | CONTACT
    | {
        "received": "2026年11月20日",
        "lines": [
            {
                "material": "章程草案",
                "defect": "缺少财产终止后的处理条款",
                "standard": "按《社会团体章程示范文本》写明剩余财产用于公益目的",
                "basis": "《社会团体登记管理条例》第十四条",
                "remedy": "可直接参照所附样本第四十八条填写",
            },
            {
                "material": "住所使用权证明",
                "defect": "租赁合同期限不足一年",
                "standard": "自申请之日起使用期限不少于一年",
                "basis": "《社会团体登记管理条例》第十条",
            },
            {
                "material": "拟任法定代表人身份证明",
                "defect": "复印件模糊，无法辨认",
                "standard": "正反面清晰、边框完整",
                "basis": "《社会团体登记管理条例》第十一条",
                "remedy": "可以用手机拍照上传",
            },
        ],
        "deadline": "2026年12月18日",
        "how": "窗口提交、邮寄或者登录民政服务大厅网站上传",
        "consequence": "逾期未补正的，本机关将终止办理并退回材料；你(单位)可以随时重新提出申请。",
        "attachments": [
            {"name": name, "path": f"/items/found/{path}?version=2"}
            for name, path in (
                ("社会团体成立登记办事指南（第2版）", "guide.pdf"),
                ("社会团体成立登记申请表（空白表）", "form/blank.pdf"),
                ("社会团体成立登记申请表（填写样例）", "form/sample.pdf"),
                ("社会团体法定代表人登记表（空白表）", "materials/person/blank.pdf"),
                ("社会团体法定代表人登记表（填写样例）", "materials/person/sample.pdf"),
            )
        ],
    },
    "deferred_receipt": LETTER
    | CONTACT
    | {
        "received": "2026年11月27日10时05分",
        "lines": [
            {"material": "住所使用权证明", "result": "已收到（复印件1份）", "note": "2026年11月27日10时05分"},
            {"material": "会员名册", "result": "尚缺", "note": "2026年12月4日以前补交"},
        ],
        "received_by": "李演示（民政窗口）",
    },
    "correction_receipt": LETTER
    | CONTACT
    | {
        "received": "2026年11月27日",
        "notice_number": "湛民许补〔2026〕12号",
        "lines": [
            {"material": "章程草案", "result": "已补正"},
            {"material": "住所使用权证明", "result": "已补正", "note": "租赁期至2028年12月"},
            {"material": "拟任法定代表人身份证明", "result": "已补正", "note": "电子件"},
        ],
        "accepted": "2026年11月27日",
        "received_by": "李演示",
    },
    "not_accepted": LETTER
    | REMEDIES
    | {
        "why": "not_ours",
        "competent": "广东省民政厅",
        "competent_address": "广州市示范路1号",
        "competent_phone": "020-00000001",
        "applied": "2026年11月20日",
        "reasons": "你(单位)申请登记的活动地域为广东省全省，依法应当由省级民政部门登记管理，不属于本机关职权范围。",
        "basis": ["《中华人民共和国行政许可法》第三十二条第一款第二项", "《社会团体登记管理条例》第七条"],
        "remedy_hint": "将活动地域调整为湛江市行政区域的，可以向本机关提出申请；不调整的，请向上述机关提出。",
        "reconsideration_url": "https://fuyi.example.invalid/",
    },
    "grant": LETTER
    | {
        "accepted": "2026年11月20日",
        "item_kind": "01",
        "content": "准予湛江市示范志愿服务促进会成立登记。法定代表人：张示例；业务范围：志愿服务组织、培训、交流；"
        "活动地域：湛江市。",
        "certificate_number": "社会团体法人登记证书(示范编号0001)",
        "validity": "2026年12月4日至2030年12月3日",
        "conditions": "请自收到登记证书之日起依法刻制印章、开立银行账户，并报本机关备案。",
        "basis": ["《中华人民共和国行政许可法》第三十八条第一款", "《社会团体登记管理条例》第十二条"],
    },
    "refusal": LETTER
    | REMEDIES
    | {
        "accepted": "2026年11月20日",
        "item_kind": "01",
        "facts": "经书面审查并由两名工作人员实地核查，你(单位)提交的会员名册共列个人会员三十二名、单位会员无，"
        "未达到五十个以上个人会员的数量要求；2026年12月1日本机关已书面告知可以补充会员，你(单位)于12月8日书面表示不再补充。",
        "reasons": "《社会团体登记管理条例》第十条规定，成立社会团体应当有五十个以上的个人会员"
        "或者三十个以上的单位会员；"
        "个人会员、单位会员混合组成的，会员总数不得少于五十个。你(单位)的会员数量不符合上述法定条件。",
        "decision": "不予许可湛江市示范志愿服务促进会成立登记。",
        "remedy_hint": "会员达到法定数量后，可以随时重新申请，已提交的章程、住所等合格材料可以继续使用，不必重复提交。",
        "basis": ["《中华人民共和国行政许可法》第三十八条第二款", "《社会团体登记管理条例》第十三条"],
        "reconsideration_url": "https://fuyi.example.invalid/",
    },
    "approval_form": LETTER
    | {
        "received": "2026年11月20日",
        "accepted": "2026年11月20日",
        "limit": "60日、20个工作日",
        "result": "准予",
        "basis": ["《中华人民共和国行政许可法》第三十八条第一款", "《社会团体登记管理条例》第十二条"],
        "rows": [
            {"stage": "承办", "unit": "民政窗口", "opinion": "材料齐全、符合法定形式，予以受理。", "name": "李演示"}
            | {"at": "2026年11月20日9时30分"},
            {
                "stage": "审核",
                "unit": "社会组织管理科",
                "opinion": "符合条件。会员五十二名，住所实地核查属实，章程草案符合示范文本。",
                "name": "吴示例（B岗代A岗陈样板）",
                "at": "2026年12月2日16时05分",
            },
            {"stage": "批准", "unit": "社会组织管理科", "opinion": "准予。准予湛江市示范志愿服务促进会成立登记。"}
            | {"name": "周模拟", "at": "2026年12月4日10时00分"},
        ],
    },
    "extension_form": LETTER
    | {
        "accepted": "2026年11月20日",
        "original_due": "2026年12月18日",
        "length": "10个工作日",
        "new_due": "2027年1月4日",
        "basis": ["《中华人民共和国行政许可法》第四十二条第一款"],
        "rows": [
            {"stage": "承办", "unit": "社会组织管理科", "opinion": "一个部门还没有答复意见，拟延长10个工作日。"}
            | {"name": "吴示例", "at": "2026年12月15日9时00分"},
            {"stage": "批准", "unit": "局长", "opinion": "已批准。同意，抓紧催办。", "name": "郑演示"}
            | {"at": "2026年12月15日15时40分"},
        ],
    },
    "extension": LETTER
    | CONTACT
    | {
        "accepted": "2026年11月20日",
        "original_due": "2026年12月18日",
        "extended": "10个工作日",
        "new_due": "2027年1月4日",
        "reasons": "你(单位)的业务范围涉及多个行业，需要征求有关部门意见，目前尚有一个部门未答复。",
        "basis": ["《中华人民共和国行政许可法》第四十二条第一款"],
    },
    "special": LETTER
    | CONTACT
    | {
        "accepted": "2026年11月20日",
        "procedure": "专家评审",
        "duration": "15个工作日",
        "starts": "2026年11月25日",
        "until": "2026年12月16日",
        "reasons": "申请事项涉及专业技术标准，需要由专家组对可行性报告进行评审。",
        "basis": ["《中华人民共和国行政许可法》第四十五条"],
    },
    "publicity": CONTACT
    | {
        "agency": AGENCY,
        "item": "最低生活保障审核确认",
        "lines": [
            {"label": "申请人", "value": "王样本"},
            {"label": "家庭成员数", "value": "3人"},
            {"label": "拟保障金额", "value": "每月1200.00元"},
        ],
        "from": "2026年11月23日",
        "until": "2026年11月30日",
        "basis": ["《最低生活保障审核确认办法》第二十四条"],
    },
    "hearing_right": LETTER
    | CONTACT
    | {
        "accepted": "2026年11月20日",
        "reasons": "你(单位)的申请与他人有重大利益关系。",
        "until": "2026年12月2日",
        "basis": ["《中华人民共和国行政许可法》第四十七条"],
    },
    "hearing_notice": LETTER | CONTACT | SITTING | ASKED,
    "hearing_announcement": CONTACT
    | SITTING
    | {"agency": AGENCY, "applicant": "湛江市示范志愿服务促进会(筹)", "item": "社会团体成立登记"},
    "hearing_record": LETTER
    | SITTING
    | ASKED
    | {
        "clerk": "李演示",
        "present": "申请人代表张示例；利害关系人王样本；审查人吴示例。",
        "record": "主持人核对到场人员身份。\n审查人提出审查意见的证据、理由；申请人申辩，利害关系人质证。",
        "signers": "张示例、王样本、吴示例、陈试用",
    },
    "inspection_record": LETTER
    | {
        "visited": "2026年12月8日9时30分",
        "place": "湛江市示范路1号二楼",
        "officers": [
            {"name": "李演示", "signed": "2026年12月8日11时00分"},
            {"name": "吴示例", "signed": "2026年12月8日15时20分"},
        ],
        "found": "住所为两间办公室，约四十平方米，有桌椅和档案柜。\n租赁合同原件与提交的复印件一致。",
        "conclusion": "住所符合登记要求。",
        "present": "申请人代表张示例在场，对核查情况没有异议",
    },
    "pledge": LETTER
    | BASIS
    | {
        "material": "住所使用权证明",
        "material_basis": "《社会团体登记管理条例》第十条",
        "told": "住所应当产权清楚或者租期在一年以上，可以作为办公场所使用。",
        "promised": [
            "所填住所真实存在，可以使用。",
            "租赁期限自申请之日起不少于一年。",
            "承诺内容是本单位真实意思表示。",
        ],
        "consequences": "核查发现不实的，责令限期整改；逾期没有整改的，撤销已经作出的决定，并记入信用记录。",
        "check_days": "20个工作日",
        "signer": "张示例",
        "signed": "2026年11月20日",
    },
    "pledge_mend": LETTER
    | BASIS
    | CONTACT
    | {
        "material": "住所使用权证明",
        "signed": "2026年11月20日",
        "found": "2026年12月8日实地查看，所填地址没有办公场所。",
        "standard": "自申请之日起使用期限不少于一年的住所使用权证明。",
        "deadline": "2026年12月29日",
    },
    "revocation": LETTER
    | BASIS
    | REMEDIES
    | {
        "item_kind": "01",
        "decided": "2026年11月25日",
        "grant_number": "湛民许准〔2026〕12号",
        "material": "住所使用权证明",
        "facts": "2026年12月8日实地查看，所填地址没有办公场所；责令整改的期限已过，没有整改。",
        "reasons": "以不实承诺取得决定，逾期没有整改。",
        "reconsideration_url": "https://fuyi.example.invalid/",
        "decision": "已领取的登记证书自本决定书送达之日起十日内交回。",
    },
    "retraction_notice": LETTER
    | CONTACT
    | {"basis": ["《中华人民共和国行政许可法》第八条第二款"]}
    | {
        "item_kind": "01",
        "situation": "withdrawn",
        "retraction": 1,
        "decided": "2026年3月2日",
        "grant_number": "湛民许准〔2026〕12号",
        "certificate_number": "社会团体法人登记证书（示范证字第0001号）",
        "ground": "所依据的客观情况发生重大变化",
        "facts": "2026年10月湛江市国土空间规划调整，原住所划入饮用水水源一级保护区。",
        "reasons": "水源一级保护区内不得从事与保护水源无关的活动，原住所不能继续使用。",
        "public_interest": "保护饮用水水源。",
        "redress": "装修、搬迁的实际损失凭票据评估补偿，另行签订补偿协议；三十日内付清。",
        "redress_word": "补偿",
        "verb": "撤回",
        "days": "自收到本告知书的次日起五个工作日",
        "where": "可以到窗口当面说、书面交来，也可以在网上大厅“查进度”里写；没有在期限内提出的，视为没有意见。",
    },
    "retraction": LETTER
    | {"basis": ["《中华人民共和国行政许可法》第八条第二款"]}
    | REMEDIES
    | {
        "item_kind": "01",
        "retraction": 1,
        "decided": "2026年3月2日",
        "grant_number": "湛民许准〔2026〕12号",
        "certificate_number": "社会团体法人登记证书（示范证字第0001号）",
        "ground": "所依据的客观情况发生重大变化",
        "facts": "2026年10月湛江市国土空间规划调整，原住所划入饮用水水源一级保护区。",
        "reasons": "水源一级保护区内不得从事与保护水源无关的活动，原住所不能继续使用。",
        "public_interest": "保护饮用水水源。",
        "redress": "装修、搬迁的实际损失凭票据评估补偿，另行签订补偿协议；三十日内付清。",
        "redress_word": "补偿",
        "verb": "撤回",
        "heard": "2026年11月20日提出搬迁需要三个月，请延后。采纳：交回证书的期限延至三个月。",
        "decision": "登记证书自本决定书送达之日起三个月内交回。",
        "reconsideration_url": "https://fuyi.example.invalid/",
    },
    "cancellation": LETTER
    | {"basis": ["《中华人民共和国行政许可法》第七十条第（三）项"]}
    | REMEDIES
    | {
        "item_kind": "01",
        "certificate_number": "社会团体法人登记证书（示范证字第0001号）",
        "validity": "2026年3月2日至2030年3月1日",
        "ground": "法人或者其他组织依法终止",
        "facts": "清算完毕，2026年11月20日办结法人注销登记。",
        "since": "2026年11月20日",
    },
    "set_aside": LETTER
    | CONTACT
    | BASIS
    | REMEDIES
    | {
        "applied": "2026年11月20日",
        "decision": "《不予受理决定书》（湛民许不受〔2026〕12号）",
        "decided": "2026年11月25日",
        "reasons": "原决定把会员名册的人数算少了三人，申请人的会员实为五十二人，符合规定。",
        "steps": [
            "您的申请已经按原来交的申请表和材料重新收件，不必再交，也不必再来。",
            "新的办件编号是440800202611260001，查询码是8K3MQ7ZP，五个工作日内答复是否受理。",
            "原办件440800202611200001不再重开，仍可凭原来的查询码查看。",
        ],
        "reconsideration_url": "https://fuyi.example.invalid/",
    },
    "confirmation": LETTER
    | CONTACT
    | {
        "matter": "容缺受理承诺",
        "lines": ["验资报告，2026年12月4日以前补交。", "住所使用权证明，2026年12月8日以前补交。"],
    },
    "withdrawal_request": LETTER
    | CONTACT
    | {
        "received": "2026年11月20日",
        "reasons": "改为向县民政局申请。",
        "consequence": "撤回以后，本机关终止办理，不再作出决定；撤回不影响今后就同一事项再次申请。",
    },
    "withdrawal": LETTER
    | CONTACT
    | {"withdrawn": "2026年11月26日", "returned": "你(单位)提交的原件，请凭本通知书到窗口领回。"},
    "termination": LETTER
    | CONTACT
    | REMEDIES
    | {
        "received": "2026年11月20日",
        "accepted": "2026年11月20日",
        "ground": "经书面催告，申请人仍不参加必经的环节",
        "facts": "本机关约定于2026年11月27日到场所核查，你(单位)没有到场；2026年11月30日书面催告，"
        "定于2026年12月8日再次核查，你(单位)仍没有到场，也没有说明理由。",
        "basis": "《示例条例》第十条",
        "again": "以后可以随时就同一事项重新申请。",
    },
    "participation_reminder": LETTER
    | CONTACT
    | {
        "received": "2026年11月20日",
        "what": "现场核查",
        "text": "2026年12月8日上午9时，在你(单位)的住所，请法定代表人或者委托的人到场，带上场所使用的证明。",
        "until": "2026年12月8日",
    },
    "electronic_consent": LETTER
    | CONTACT
    | {
        "system": "政务服务大厅网上“查进度”页，凭办件编号和查询码（或者登录）查看、下载",
        "reminder": "到达时向登记的手机（尾号0001）发短信提醒；提醒不是送达",
        "documents": ["本件的决定书（准予、不予许可或者不予受理）", "决定以后另行送达的撤销、撤回等文书"],
        "arrival": "文书到达上述系统的日期为送达日期，与纸质送达的效力相同；复议、诉讼的期限从这一日起算。",
        "take_back": "送达以前随时可以收回：在网上“查进度”页点“改要纸质的”，或者到收件窗口说；收回以后用纸质送达。",
        "paper_copy": "要纸质文书的，随时提出，本机关免费提供。",
        "how": "在窗口签电子送达确认书",
        "agreed": "2026年11月20日",
    },
    "delivery": {
        "agency": AGENCY,
        "recipient": "湛江市示范志愿服务促进会(筹)",
        "item": "社会团体成立登记",
        "documents": [
            {"name": "准予行政许可决定书", "number": "湛民许准〔2026〕3号"},
            {"name": "社会团体法人登记证书", "number": "示范编号0001"},
        ],
        "way": "留置送达",
        "place": "湛江市示范路1号二楼",
        "delivered": "2026年12月10日10时20分",
        "refusal_reason": "负责收件的人看过决定书以后不肯签字，说要等负责人回来。",
        "witness": "示范社区居民委员会王样本（已拍照、录像记录送达过程）",
        "servers": ["李演示", "陈样板"],
    },
    "service_notice": CONTACT
    | {
        "agency": AGENCY,
        "applicant": "湛江市示范志愿服务促进会(筹)",
        "reason": "采用其他方式无法送达",
        "documents": [{"name": "撤销决定书", "number": "湛民许撤〔2026〕1号"}],
        "posted": "本机关公告栏和门户网站",
        "where": "行政服务中心民政窗口",
        "until": "2027年1月9日",
        "basis": ["《中华人民共和国民事诉讼法》第九十五条"],
    },
    "mandate": {
        **LETTER,
        "agent": "李演示",
        "agent_kind": "委托代理人",
        "agent_id": "110*************2X",
        "agent_id_kind": "居民身份证",
        "relation": "侄子",
        "scope": "补交材料、留言、询问、领取结果",
        "since": "2026年11月21日",
        "until": "2026年12月31日",
        "how": "签了授权委托书",
        "checked_by": "张示例",
    },
    "denial_report": REGISTER
    | {
        "opinions": [
            {"role": "审批科负责人意见", "opinion": "属规定不明确情形，建议报分管副局长审定。", "name": "周模拟"}
            | {"at": "2026年11月20日17时"},
            {"role": "业务科室负责人意见", "opinion": "拟同意经办意见。", "name": "吴假定", "at": "2026年11月21日9时"},
            {"role": "分管副局长意见"},
            {"role": "局长意见"},
        ]
    },
    "denial_sheet": SHEET,
    "register_entry": REGISTER
    | {
        "reasons": "会员数量未达到法定条件，已书面告知补充办法，申请人表示不再补充，决定不予许可。",
        "progress": "已送达不予行政许可决定书(湛民许不〔2026〕2号)。",
        "opinions": [
            {"role": "科室负责人阅知", "name": "吴假定", "at": "2026年12月9日17时"},
            {"role": "分管副局长阅知"},
            {"role": "局长阅知"},
        ],
    },
    "register_sheet": SHEET,
    "party_notice": {
        **LETTER,
        "party": "湛江市示范小区业主委员会",
        "interest": "申请人拟设立的养老服务设施与该小区共用出入口和消防通道，日常出入、停车和消防安全"
        "与全体业主直接相关。",
        "until": "2026年11月30日",
        "hearing": "在作出决定之前，你（单位）还有要求听证的权利，同样在上述日期以前提出；"
        "逾期没有提出的，视为放弃这一权利。",
        "basis": "《中华人民共和国行政许可法》第三十六条、第四十七条",
        "code": "7K3M9Q2W",
    }
    | CONTACT,
    "party_hearing": {
        **LETTER,
        "party": "湛江市示范小区业主委员会",
        "sits": "2026年12月15日9时30分",
        "place": "市民政局三楼会议室",
        "chair": "周示范",
        "asked": "应你（单位）的要求",
        "basis": "《中华人民共和国行政许可法》第四十八条",
    }
    | CONTACT,
    "hearing_denied": {
        **LETTER,
        "who": "钱虚构",
        "asked_at": "2026年12月8日",
        "ground": "提出要求的时间超过了法律规定的五日（到2026年11月30日为止）。",
        "reasons": "本机关于2026年11月23日送达《利害关系人告知书》，告知可以在五个工作日内要求听证；"
        "您于2026年12月8日提出，已经超过期限。",
        "complaint": "湛江市民政局机关纪委，0759-0000009；政务服务便民热线12345",
        "basis": "《中华人民共和国行政许可法》第四十七条第一款",
    }
    | CONTACT,
    "statement": {
        **LETTER,
        "who": "湛江市示范小区业主委员会",
        "standing": "利害关系人",
        "stated": "2026年11月26日10时",
        "place": "行政服务中心民政窗口",
        "text": "一、共用的消防通道宽度不足四米，救护车进出会堵住小区唯一的出口。\n"
        "二、希望申请人另开出入口，或者与小区签订通行协议。",
        "evidence": "出入口照片三张、小区平面图一份。",
        "signer": "吴假定（业主委员会主任）",
        "clerk": "李演示",
        "basis": "《中华人民共和国行政许可法》第三十六条",
    },
    "fee_notice": {
        **LETTER,
        "stage": "作出准予的决定",
        "lines": [
            {
                "name": "示例证书工本费",
                "standard": "每证 10 元",
                "quantity": "2证",
                "amount": "20.00元",
                "basis": "《示例收费管理办法》第三条",
            },
            {
                "name": "示例测绘费",
                "standard": "按面积，见价目表",
                "quantity": "",
                "amount": "1,180.50元",
                "basis": "《示例收费管理办法》第五条、附表二",
            },
        ],
        "working": "测绘面积 786.98 平方米，照第二档每平方米 1.50 元。",
        "amount": "1,200.50元",
        "capital": "壹仟贰佰元伍角整",
        "grounds": ["持有残疾人证的免收证书工本费", "最低生活保障家庭减半"],
        "holds": "缴费以后领取办理结果。",
        "refund": "决定以前撤回申请的，退还已经缴纳的费用。",
        "wrongly": "违法收取的费用，应当退还（行政许可法第七十五条）。",
        "complaint": "湛江市民政局机关纪委，0759-0000009；政务服务便民热线12345",
    }
    | BASIS
    | CONTACT,
    "how_to": {
        "agency": AGENCY,
        "applicant": "王样本",
        "item": "特困人员认定",
        "situation": "您目前与已成年的儿子同住。按规定，有法定赡养义务人且其有履行能力的，暂不属于特困供养范围。",
        "steps": [
            "先由街道为您申请最低生活保障，材料可以与本次提交的共用；",
            "儿子确因重病、重残没有赡养能力的，请提供残疾证或者诊断证明，我们随即转入特困认定；",
            "急需用钱的，今天就可以申请临时救助，街道备用金二十四小时内发放。",
        ],
        "materials": ["身份证", "儿子的残疾证或者诊断证明"],
        "attachments": ["特困人员认定办事指南", "申请样表"],
    }
    | CONTACT,
    "promise": {
        "agency": AGENCY,
        "applicant": "赵虚构",
        "item": "建设农村公益性安葬设施审批",
        "asked": "2026年11月20日16时10分",
        "reasons": "新修订的《殡葬管理条例》施行后，配套办法尚未出台，您所提情形没有明确规定，需要报请局领导研究确定。",
        "due": "2026年11月22日16时10分",
        "clerk": "李演示",
    }
    | CONTACT,
    "referral": {
        "agency": AGENCY,
        "request": "公司名称变更登记",
        "destination": "湛江市市场监督管理局(行政服务中心二楼示范窗口)",
        "address": "湛江市示范路1号二楼",
        "phone": "0759-0000099",
        "hours": "工作日8时30分至12时、14时30分至17时30分",
        "steps": ["从民政窗口右侧电梯上二楼，出电梯左转第三个窗口。", "在自助机取“企业登记”号，凭本单可以优先咨询。"],
        "bring": ["营业执照", "法定代表人身份证"],
        "issued_by": "李演示",
        "contact": "0759-0000001",
    },
    "archive_list": {
        "agency": AGENCY,
        "to_office": "湛江市档案馆(示范)",
        "batch_number": "DA2026112000003",
        "prepared_by": "曹演示",
        "total": "2件",
        "size": "1.3 MB",
        "digest": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        "rows": [
            {"case_number": "44082320261119000128", "item": "社会团体成立登记", "period": "永久", "files": "23"}
            | {"size": "812,345", "digest": "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"},
            {"case_number": "44082320261119000131", "item": "社会团体变更登记", "period": "30年", "files": "17"}
            | {"size": "523,004", "digest": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
        ],
    },
    "handover_list": {
        "agency": AGENCY,
        "unit": "示范一镇便民服务中心(示范)",
        "to_unit": "县政务服务中心民政窗口",
        "day": "2026年11月20日",
        "due": "2026年11月24日",
        "batch_number": "YJ2026112000012",
        "prepared_by": "李演示",
        "rows": [
            {"case_number": "44082320261119000128", "item": "最低生活保障对象认定", "applicant": "赵**"}
            | {"leg": "转办", "materials": "4份"},
            {"case_number": "44082320261119000131", "item": "临时救助", "applicant": "钱*"}
            | {"leg": "回复", "materials": "2份"},
        ],
        "codes": ["YJ2026112000012", "44082320261119000128", "44082320261119000131"],
    },
}
