"""空格不算字：发布的那道门、材料和依据的约束，都要看到一个看得见的字。"""

from importlib import import_module

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

WRITTEN = r"[^\s\u0085\u00a0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\u3164\ufeff]"

COMPLETE = r"""
CREATE OR REPLACE FUNCTION catalog_guide_complete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  missing text := '';
  written constant text := 'WRITTEN';
  ways jsonb := CASE WHEN jsonb_typeof(NEW.ways) = 'array' THEN NEW.ways ELSE '[]' END;
  process jsonb := CASE WHEN jsonb_typeof(NEW.process) = 'array' THEN NEW.process ELSE '[]' END;
BEGIN
  IF NEW.name !~ written THEN missing := missing || '、事项名称'; END IF;
  IF NEW.content !~ written THEN missing := missing || '、办理内容'; END IF;
  IF NOT EXISTS (SELECT 1 FROM catalog_legalbasis WHERE guide_id = NEW.id)
     OR EXISTS (SELECT 1 FROM catalog_legalbasis WHERE guide_id = NEW.id
       AND NOT (statute ~ written AND article ~ written AND text ~ written)) THEN
    missing := missing || '、设定依据'; END IF;
  IF NEW.handling <> '1' AND NEW.promised_value IS NULL
     OR NEW.promised_value IS NOT NULL AND NEW.promised_basis !~ written
     OR NEW.statutory_value IS NOT NULL AND NEW.statutory_basis !~ written THEN
    missing := missing || '、办结时限'; END IF;
  IF NEW.window_id IS NULL THEN missing := missing || '、办理主体(受理窗口)'; END IF;
  IF ways = '[]' OR EXISTS (SELECT 1 FROM jsonb_array_elements(ways) one
      WHERE coalesce(one ->> 'how', '') !~ written) THEN
    missing := missing || '、受理方式'; END IF;
  IF NEW.complaint !~ written THEN missing := missing || '、投诉渠道'; END IF;
  IF process = '[]' OR EXISTS (SELECT 1 FROM jsonb_array_elements(process) one
      WHERE coalesce(one ->> 'name', '') !~ written OR coalesce(one ->> 'who', '') !~ written
         OR coalesce(one ->> 'time', '') !~ written) THEN
    missing := missing || '、办理流程'; END IF;
  IF NOT EXISTS (SELECT 1 FROM catalog_material WHERE guide_id = NEW.id)
     OR EXISTS (SELECT 1 FROM catalog_material WHERE guide_id = NEW.id
       AND NOT (name ~ written AND standard ~ written AND basis ~ written AND remedy ~ written)) THEN
    missing := missing || '、申请材料'; END IF;
  IF missing <> '' THEN
    RAISE EXCEPTION '办事指南还不完整，缺：%', ltrim(missing, '、') USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
""".replace("WRITTEN", WRITTEN)

FIRST = import_module("catalog.migrations.0002_guards").COMPLETE.partition("CREATE TRIGGER")[0]
BEFORE = FIRST.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0018_material_form")]

    operations = [
        migrations.RunSQL(COMPLETE, BEFORE),
        migrations.RemoveConstraint(model_name="material", name="material_says_standard_basis_and_remedy"),
        migrations.RemoveConstraint(model_name="legalbasis", name="basis_names_statute_and_article"),
        # 不倒查：已经发布的各版是冻结的，改不了也不必拦住升级；新写的、再改的都要过。
        AddConstraintNotValid(
            model_name="material",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__regex", WRITTEN), ("remedy__regex", WRITTEN), ("standard__regex", WRITTEN)),
                name="material_says_standard_basis_and_remedy",
                violation_error_message="每份材料都要写明受理标准、要求依据和怎么补。",
            ),
        ),
        AddConstraintNotValid(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(("article__regex", WRITTEN), ("statute__regex", WRITTEN), ("text__regex", WRITTEN)),
                name="basis_names_statute_and_article",
                violation_error_message="设定依据要写明法律法规名称、条款和大意。",
            ),
        ),
    ]
