"""首问责任人收了件就不改（首问负责制）：回避了的，另记由谁接着负责；数据库拦着改首问的。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEPT = """
CREATE FUNCTION approvals_case_first_contact_kept() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'the first contact of a case is kept' USING ERRCODE = 'integrity_constraint_violation';
END $guard$;
CREATE TRIGGER approvals_case_first_contact_kept BEFORE UPDATE OF first_contact_id ON approvals_case
  FOR EACH ROW WHEN (OLD.first_contact_id IS DISTINCT FROM NEW.first_contact_id)
  EXECUTE FUNCTION approvals_case_first_contact_kept();
"""
NOT_KEPT = "DROP FUNCTION approvals_case_first_contact_kept() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("approvals", "0077_attendances"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            model_name="case",
            name="followed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="首问责任人回避了的才有；首问是谁，收了件就不改。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="接着首问负责的人",
            ),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
