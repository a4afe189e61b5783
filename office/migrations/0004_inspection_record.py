"""文种多了核查笔录。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0003_more_paper_kinds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="paper",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "申请材料接收凭证"),
                    ("acceptance", "受理通知书"),
                    ("correction", "补正材料告知书"),
                    ("correction_receipt", "补正材料接收凭证"),
                    ("not_accepted", "不予受理决定书"),
                    ("grant", "准予决定书"),
                    ("refusal", "不予决定书"),
                    ("extension", "延期通知书"),
                    ("special", "特别程序告知书"),
                    ("publicity", "公示"),
                    ("hearing_right", "听证告知书"),
                    ("hearing_notice", "听证通知书"),
                    ("hearing_announcement", "听证公告"),
                    ("hearing_record", "听证笔录"),
                    ("inspection_record", "核查笔录"),
                    ("withdrawal", "终止办理通知书"),
                    ("delivery", "送达回证"),
                    ("denial_report", "拟否定报告登记表"),
                    ("denial_sheet", "拟否定报告日汇总表"),
                    ("register_entry", "否定报备登记表"),
                    ("register_sheet", "否定报备日汇总表"),
                    ("how_to", "可以办告知书"),
                    ("promise", "延迟答复告知书"),
                    ("referral", "引导单"),
                ],
                max_length=30,
                verbose_name="文种",
            ),
        ),
    ]
