"""不予受理写明是哪一种(行政许可法第三十二条第一款)；不归本机关的，写明归谁。"""

from django.db import migrations, models

from office.migrating import Together

KINDS = [
    ("not_needed", "依法不需要办（不需要取得许可）"),
    ("not_ours", "依法不属于本机关职权范围"),
    ("statutory", "法律、法规、规章明文规定不予受理的其他情形"),
]


def added(model: str) -> list[migrations.AddField]:
    """依据、报告都有的几栏；先前的空着。"""
    told = {"blank": True, "db_default": ""}
    return [
        migrations.AddField(
            model, "not_accepting", models.CharField("不予受理的种类", max_length=10, choices=KINDS, **told)
        ),
        migrations.AddField(model, "competent", models.CharField("应当去哪个机关", max_length=120, **told)),
        migrations.AddField(model, "competent_address", models.CharField("那个机关的地址", max_length=120, **told)),
        migrations.AddField(model, "competent_phone", models.CharField("那个机关的电话", max_length=60, **told)),
    ]


def named(model: str) -> migrations.AddConstraint:
    where = models.Q(("competent", ""), ("competent_address", ""), ("competent_phone", ""), _connector="OR")
    other = models.Q(("not_accepting", "not_ours"), _negated=True)
    condition = models.Q(other, models.Q(where, _negated=True), _connector="OR")
    name = f"{model}_not_ours_names_the_competent"
    return migrations.AddConstraint(model, models.CheckConstraint(condition=condition, name=name))


class Migration(migrations.Migration):
    dependencies = [("approvals", "0041_withdrawn_by_the_applicant")]
    operations = [Together([*added("ground"), named("ground")])]
