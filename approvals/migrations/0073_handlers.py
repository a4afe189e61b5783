"""承办人：写明由谁承办；换人先有日志，决定以后不再换，回避的人不能是。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION approvals_case_handler() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.state NOT IN ('received', 'correcting', 'accepted', 'reviewing', 'reviewed') THEN
    RAISE EXCEPTION 'approvals_case: case % is past changing its handler', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.handler_id = ANY (NEW.recused) THEN
    RAISE EXCEPTION 'approvals_case: the handler of case % is recused', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM office_entry e
     WHERE e.subject_type = 'approvals.case' AND e.subject_key = NEW.id::text
       AND e.verb IN ('approvals.case.assign_handler', 'approvals.case.change_handler')
       AND e.xid = pg_current_xact_id()::text::bigint) THEN
    RAISE EXCEPTION 'approvals_case: the handler of case % changed without an entry', NEW.id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $guard$;
CREATE TRIGGER approvals_case_handler AFTER UPDATE OF handler_id ON approvals_case
  FOR EACH ROW WHEN (OLD.handler_id IS DISTINCT FROM NEW.handler_id) EXECUTE FUNCTION approvals_case_handler();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0072_withdrawn_as_one"),
        ("office", "0010_hand_offs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="handler",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="承办科室里由谁承办；还没有定的是空的。别的审查人照样可以办，谁办的谁署名。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases_handled",
                to=settings.AUTH_USER_MODEL,
                verbose_name="承办人",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("handler__isnull", False)),
                fields=["handler", "state"],
                name="case_of_handler",
            ),
        ),
        migrations.RunSQL(GUARD, "DROP FUNCTION approvals_case_handler() CASCADE;"),
    ]
