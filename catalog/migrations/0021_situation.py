"""办理情形写在事项上；已有的事项照原来认名称的办法填一遍，以后只看这一栏。"""

import re

from django.db import migrations, models

LICENCES = (("cancellation", "注销"), ("renewal", "延续|有效期届满|到期换"), ("change", "变更"))
RELIEFS = (("subsistence", "最低生活保障"), ("destitute", "特困人员"))


def recognised(kind: str, theme: str, name: str, result: str) -> str:
    """原来是怎样认的：事项类型、主题，指南的名称、结果名称。"""
    if kind == "01":
        return next((found for found, words in LICENCES if re.search(words, name)), "ordinary")
    if theme == "relief" and kind in ("05", "07"):
        if kind == "05" and "调整" in result:
            return "adjustment"
        return next((found for found, words in RELIEFS if name.startswith(words)), "relief")
    return "filing" if kind == "10" and "备案" in name else "ordinary"


def fill(apps, schema_editor):
    guides = apps.get_model("catalog", "Guide").objects.filter(state__in=["published", "superseded", "retired"])
    latest = {row[0]: row[1:] for row in guides.order_by("version").values_list("item", "name", "result_name")}
    items = apps.get_model("catalog", "Item").objects
    for key, kind, theme, called in items.values_list("pk", "kind", "theme", "name"):
        name, result = latest.get(key, ("", ""))
        found = recognised(kind, theme, name or called, result)
        if found != "ordinary":
            items.filter(pk=key).update(situation=found)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0020_question_draft")]

    operations = [
        migrations.AddField(
            model_name="item",
            name="situation",
            field=models.CharField(
                choices=[
                    ("ordinary", "一般(成立、设立、认定等)"),
                    ("change", "许可变更"),
                    ("renewal", "许可延续"),
                    ("cancellation", "许可注销"),
                    ("filing", "备案"),
                    ("subsistence", "最低生活保障(含边缘家庭)的确认"),
                    ("destitute", "特困人员的认定"),
                    ("relief", "其他社会救助的确认"),
                    ("adjustment", "在领的低保增发、减发、停发"),
                ],
                default="ordinary",
                help_text="决定书的标题、引用的条文照它写；变更、延续、注销是许可的，备案是其他行政权力的，救助是给付、确认的。",
                max_length=12,
                verbose_name="办理情形",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("situation", "ordinary"),
                    models.Q(("kind", "01"), ("situation__in", ("change", "renewal", "cancellation"))),
                    models.Q(("kind", "05"), ("situation__in", ("subsistence", "destitute", "relief", "adjustment"))),
                    models.Q(("kind", "07"), ("situation__in", ("subsistence", "destitute", "relief"))),
                    models.Q(("kind", "10"), ("situation__in", ("filing",))),
                    _connector="OR",
                ),
                name="item_situation_fits_its_kind",
                violation_error_message="办理情形与事项类型对不上：变更、延续、注销只用于行政许可，备案只用于其他行政权力，"
                "救助只用于行政给付、行政确认(增发、减发、停发只用于行政给付)。",
            ),
        ),
    ]
