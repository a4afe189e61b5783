"""档案员这个角色。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_representatives"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="agency",
            options={
                "default_permissions": (),
                "permissions": [
                    ("direct_denials", "局长审定否定"),
                    ("keep_catalogue", "维护事项目录"),
                    ("keep_posts", "维护机构与岗位"),
                    ("keep_archives", "移交档案"),
                    ("audit", "审计"),
                ],
                "verbose_name": "机关",
                "verbose_name_plural": "机关",
            },
        ),
        migrations.RemoveConstraint(
            model_name="post",
            name="post_has_a_known_role",
        ),
        migrations.AlterField(
            model_name="post",
            name="role",
            field=models.CharField(
                choices=[
                    ("clerk", "经办人"),
                    ("reviewer", "审查人"),
                    ("chief", "科室负责人"),
                    ("deputy", "分管副局长"),
                    ("director", "局长"),
                    ("editor", "目录维护"),
                    ("auditor", "审计"),
                    ("personnel", "机构与人事维护"),
                    ("archivist", "档案员"),
                ],
                max_length=12,
                verbose_name="角色",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "clerk",
                            "reviewer",
                            "chief",
                            "deputy",
                            "director",
                            "editor",
                            "auditor",
                            "personnel",
                            "archivist",
                        ],
                    )
                ),
                name="post_has_a_known_role",
            ),
        ),
    ]
