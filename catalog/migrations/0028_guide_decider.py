"""由哪一级决定：空着是承办科室负责人，原有的指南一律空着。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0027_exception_filings")]

    operations = [
        migrations.AddField(
            model_name="guide",
            name="decider",
            field=models.CharField(
                blank=True,
                choices=[("deputy", "分管副局长"), ("director", "局长")],
                help_text="空着由承办科室负责人决定；写了的，科室负责人先审核，再报他决定。",
                max_length=8,
                verbose_name="由哪一级决定",
            ),
        ),
    ]
