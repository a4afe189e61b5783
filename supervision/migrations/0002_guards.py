"""数据库守卫:评价只增不改;差评必有整改任务;任务的状态只走声明过的步。"""

from django.db import migrations

from office.stateful import append_only_sql, guard_sql, open_up_sql, unguard_sql

PAIRS = [
    ("contacted", "excluded"),
    ("contacted", "settled"),
    ("open", "contacted"),
    ("open", "excluded"),
    ("open", "settled"),
]

# 推迟到提交时核对:评价和任务在同一个事务里先后写下。
FOLLOWED_UP = """
CREATE FUNCTION supervision_rating_followed_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM supervision_task WHERE rating_id = NEW.id) THEN
    RAISE EXCEPTION '差评没有交办整改' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER supervision_rating_followed_up AFTER INSERT ON supervision_rating
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.score IN ('bad', 'very_bad'))
  EXECUTE FUNCTION supervision_rating_followed_up();
CREATE FUNCTION supervision_task_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '整改任务不能删除，误评由负责人剔除' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER supervision_task_kept BEFORE DELETE ON supervision_task
  FOR EACH ROW EXECUTE FUNCTION supervision_task_kept();
"""
DROP = "DROP FUNCTION supervision_rating_followed_up() CASCADE; DROP FUNCTION supervision_task_kept() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial"), ("office", "0002_guards")]

    operations = [
        migrations.RunSQL(append_only_sql("supervision_rating"), open_up_sql("supervision_rating")),
        migrations.RunSQL(guard_sql("supervision_task", "open", PAIRS), unguard_sql("supervision_task")),
        migrations.RunSQL(FOLLOWED_UP, DROP),
    ]
