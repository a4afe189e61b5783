"""委托还是下放：委托的以委托机关的名义，写进办理权限；生效时数据库核两边是不是一样。"""

from django.db import migrations, models

# 借别的事项、别的机关、别的名义的权限来生效,不行。
MATCHED = """
CREATE OR REPLACE FUNCTION delegation_delegation_matched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM catalog_authority a JOIN catalog_item i ON i.id = a.item_id
    WHERE a.id = NEW.authority_id AND (a.item_id, a.agency_id, a.seal_id, a.valid_from, i.agency_id)
      = (NEW.item_id, NEW.to_agency_id, NEW.seal_id, NEW.valid_from, NEW.from_agency_id)
      AND a.valid_to IS NOT DISTINCT FROM NEW.valid_to{name}
  ) THEN
    RAISE EXCEPTION '委托与所写的办理权限对不上' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""
NAME = """
      AND a.principal_id IS NOT DISTINCT FROM CASE NEW.kind WHEN 'entrusted' THEN NEW.from_agency_id END"""
# 以前登记的都是委托：名义补写进去。办理权限不改，只在这一刻放行；外键当场核完，才能把触发器装回去。
FILL = """
ALTER TABLE catalog_authority DISABLE TRIGGER catalog_authority_frozen;
UPDATE catalog_authority a SET principal_id = d.from_agency_id FROM delegation_delegation d
  WHERE d.authority_id = a.id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE catalog_authority ENABLE TRIGGER catalog_authority_frozen;
"""
EMPTY = """
ALTER TABLE catalog_authority DISABLE TRIGGER catalog_authority_frozen;
UPDATE catalog_authority SET principal_id = NULL WHERE principal_id IS NOT NULL;
ALTER TABLE catalog_authority ENABLE TRIGGER catalog_authority_frozen;
"""
GRANTED = ["live", "revoked", "expired"]
Q = models.Q
NOTED = Q(authority__isnull=False, instrument_date__isnull=False, granted_at__isnull=False) & ~Q(instrument_number="")
PROMISED = ~Q(promise="") & ~Q(agreement="")
INSTRUMENTS = "granted_delegation_has_its_instruments_and_authority"


def instruments(condition):
    return models.CheckConstraint(condition=condition, name=INSTRUMENTS)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0025_principal"), ("delegation", "0002_guards")]

    operations = [
        migrations.AddField(
            "delegation",
            "kind",
            models.CharField(
                choices=[
                    ("entrusted", "委托（以委托机关的名义）"),
                    ("transferred", "下放（以承接机关自己的名义）"),
                ],
                default="entrusted",
                help_text="委托的以委托机关的名义决定，委托机关是复议的被申请人、诉讼的被告"
                "（行政许可法第二十四条、行政复议法第十九条、行政诉讼法第二十六条第五款）；"
                "依法下放、由承接机关自己行使的，以它自己的名义。",
                max_length=12,
                verbose_name="委托还是下放",
            ),
        ),
        migrations.RemoveConstraint("delegation", INSTRUMENTS),
        migrations.AddConstraint(
            "delegation", instruments(~Q(state__in=GRANTED) | NOTED & (Q(kind="transferred") | PROMISED))
        ),
        migrations.AddConstraint(
            "delegation",
            models.CheckConstraint(
                condition=Q(kind__in=["entrusted", "transferred"]), name="delegation_is_entrusted_or_transferred"
            ),
        ),
        migrations.RunSQL(FILL, EMPTY),
        migrations.RunSQL(MATCHED.replace("{name}", NAME), MATCHED.replace("{name}", "")),
    ]
