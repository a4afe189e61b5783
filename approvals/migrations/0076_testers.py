"""亮牌的种类：没有按期指派检验、检测、检疫人员。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0075_duplicates"),
    ]

    operations = [
        migrations.AlterField(
            model_name="flag",
            name="kind",
            field=models.CharField(
                choices=[
                    ("deemed", "未按时一次性告知，视为受理"),
                    ("statutory", "超过法定时限(红牌)"),
                    ("promised", "超过承诺时限(黄牌)"),
                    ("delivery", "超期未送达"),
                    ("deferred", "容缺材料逾期未补"),
                    ("transit", "移交逾期未签收"),
                    ("procedure", "特别程序超过期限"),
                    ("hearing", "没有按期组织听证"),
                    ("pledge", "承诺的事后核查逾期"),
                    ("retraction", "撤回、撤销逾期没有审定"),
                    ("second", "第二次告知，我们的差错"),
                    ("review", "这一级审查超过期限"),
                    ("renewal", "届满以前没有决定，视为准予延续"),
                    ("supervision", "监管科室逾期未签收决定"),
                    ("disclosure", "双公示逾期未公开"),
                    ("decider", "报上一级超过一个工作日没有决定"),
                    ("assign", "没有按期指派检验、检测、检疫人员"),
                ],
                max_length=12,
                verbose_name="种类",
            ),
        ),
    ]
