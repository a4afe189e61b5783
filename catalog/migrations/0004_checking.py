"""核对：草稿 → 待核对 → 已核对 → 已发布。核对的人是第二个人；提交之后内容改不动，要改先回到草稿。"""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from office.migrating import Together
from office.stateful import guard_sql, unguard_sql

BEFORE = [("draft", "published"), ("published", "superseded"), ("published", "retired")]
PAIRS = [
    *BEFORE,
    ("draft", "submitted"),
    ("submitted", "checked"),
    ("submitted", "draft"),
    ("checked", "draft"),
    ("checked", "published"),
]

# 提交之后只有经手的记录可动，而且只在相应的那一步动；发布之后与 0002 相同。新加的列自动在冻结之内。
FROZEN_GUIDE = """
CREATE OR REPLACE FUNCTION catalog_guide_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '%', CASE WHEN OLD.state IN ('submitted', 'checked') THEN '提交核对的办事指南不能删除，请先退回草稿'
      ELSE '发布过的办事指南不能删除' END USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.state IN ('submitted', 'checked') THEN
    free := CASE
      WHEN NEW.state = OLD.state THEN ARRAY[]::text[]
      WHEN NEW.state = 'draft' THEN
        ARRAY['state', 'digest', 'submitted_by_id', 'submitted_at', 'checked_by_id', 'checked_at']
      WHEN NEW.state = 'checked' THEN ARRAY['state', 'digest', 'checked_by_id', 'checked_at']
      ELSE ARRAY['state', 'effective_from', 'published_at'] END;
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
      RAISE EXCEPTION '提交核对的办事指南不能直接改动，请先退回草稿' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF to_jsonb(NEW) - ARRAY['state', 'effective_to'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['state', 'effective_to']
     OR (OLD.state <> 'published' AND NEW.effective_to IS DISTINCT FROM OLD.effective_to) THEN
    RAISE EXCEPTION '发布过的办事指南不能改动，请另出新版' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""

FROZEN_PARTS = """
CREATE OR REPLACE FUNCTION catalog_part_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
  FOR found IN SELECT state FROM catalog_guide WHERE id IN (
    CASE WHEN TG_OP <> 'INSERT' THEN OLD.guide_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.guide_id END) FOR SHARE
  LOOP
    IF found IN ('submitted', 'checked') THEN
      RAISE EXCEPTION '提交核对的办事指南不能直接改动，请先退回草稿' USING ERRCODE = 'check_violation';
    ELSIF found <> 'draft' THEN
      RAISE EXCEPTION '发布过的办事指南不能改动，请另出新版' USING ERRCODE = 'check_violation';
    END IF;
  END LOOP;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
"""

# 没有核对就发布，只有系统照目录文件做得到：日志里这一步的署名是系统。
UNCHECKED = """
CREATE FUNCTION catalog_guide_checked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM office_entry e JOIN agencies_user u ON u.id = e.by_id
    WHERE e.subject_type = 'catalog.guide' AND e.subject_key = NEW.id::text AND e.before = 'draft'
      AND e.after = 'published' AND e.xid = pg_current_xact_id()::text::bigint AND u.kind = 'system') THEN
    RAISE EXCEPTION '没有经过第二个人核对的办事指南不能发布' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER catalog_guide_checked AFTER UPDATE OF state ON catalog_guide DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state = 'published') EXECUTE FUNCTION catalog_guide_checked();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("catalog", "0003_material_condition"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="guide",
            name="published_guide_says_from_when",
        ),
        migrations.RemoveConstraint(
            model_name="guide",
            name="one_draft_per_item",
        ),
        migrations.RemoveConstraint(
            model_name="guide",
            name="one_guide_in_force_per_day",
        ),
        Together(
            [
                migrations.AddField(
                    model_name="guide",
                    name="checked_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="核对时间"),
                ),
                migrations.AddField(
                    model_name="guide",
                    name="checked_by",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核对人",
                    ),
                ),
                migrations.AddField(
                    model_name="guide",
                    name="edited_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="最后修改时间"),
                ),
                migrations.AddField(
                    model_name="guide",
                    name="edited_by",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="最后修改人",
                    ),
                ),
                migrations.AddField(
                    model_name="guide",
                    name="submitted_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="提交核对时间"),
                ),
                migrations.AddField(
                    model_name="guide",
                    name="submitted_by",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交核对的人",
                    ),
                ),
            ]
        ),
        migrations.AlterField(
            model_name="guide",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "草稿"),
                    ("submitted", "待核对"),
                    ("checked", "已核对"),
                    ("published", "已发布"),
                    ("superseded", "已被新版取代"),
                    ("retired", "已停用"),
                ],
                default="draft",
                max_length=12,
                verbose_name="状态",
            ),
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="guide",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("draft", "submitted", "checked")),
                            models.Q(
                                ("effective_from__isnull", False),
                                ("published_at__isnull", False),
                                models.Q(("digest", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="published_guide_says_from_when",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="guide",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["submitted", "checked"]), _negated=True),
                            models.Q(
                                ("edited_by__isnull", False),
                                ("submitted_at__isnull", False),
                                ("submitted_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="submitted_guide_says_who_edited_and_who_submitted",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="guide",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "checked"), _negated=True),
                            models.Q(("checked_at__isnull", False), models.Q(("digest", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="checked_guide_says_who_checked_what",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="guide",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at", None), ("checked_by", None)),
                            models.Q(
                                ("checked_at__isnull", False),
                                ("checked_by__isnull", False),
                                ("edited_by__isnull", False),
                                ("submitted_by__isnull", False),
                                models.Q(("checked_by", models.F("submitted_by")), _negated=True),
                                models.Q(("checked_by", models.F("edited_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="checker_is_a_second_person",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="guide",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["draft", "submitted"]), _negated=True),
                            models.Q(("checked_by", None), ("digest", "")),
                            _connector="OR",
                        ),
                        name="guide_in_preparation_has_no_check_yet",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="guide",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ("draft", "submitted", "checked"))),
                        fields=("item",),
                        name="one_draft_per_item",
                        violation_error_message="这个事项已有一份草稿。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="guide",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("state__in", ("published", "superseded", "retired"))),
                        expressions=[
                            ("item", "="),
                            (models.Func("effective_from", "effective_to", function="daterange"), "&&"),
                        ],
                        name="one_guide_in_force_per_day",
                    ),
                ),
            ]
        ),
        migrations.RunSQL(
            unguard_sql("catalog_guide") + guard_sql("catalog_guide", "draft", PAIRS),
            unguard_sql("catalog_guide") + guard_sql("catalog_guide", "draft", BEFORE),
        ),
        migrations.RunSQL(
            FROZEN_GUIDE + FROZEN_PARTS + UNCHECKED,  # 退回去时冻结的写法不必改回：多认两个状态，不碍事
            "DROP FUNCTION catalog_guide_checked() CASCADE;",
        ),
    ]
