"""证件类型：没有居民身份证的人。早先的申请人照号码认，委托、送达里的都是居民身份证(当时只收它)。"""

from django.db import migrations, models

from office import identity
from office.migrating import Together

KINDS = [
    ("resident", "居民身份证"),
    ("hkm_permit", "港澳居民来往内地通行证"),
    ("tw_permit", "台湾居民来往大陆通行证"),
    ("residence", "港澳台居民居住证"),
    ("permanent", "外国人永久居留身份证"),
    ("passport", "护照"),
]
PINNED = """
DROP TRIGGER approvals_mandate_pinned ON approvals_mandate;
CREATE TRIGGER approvals_mandate_pinned BEFORE UPDATE ON approvals_mandate FOR EACH ROW
  WHEN ((OLD.case_id, OLD.kind, OLD.user_id, OLD.name, {0}OLD.id_index, OLD.scope, OLD.from_at, OLD.to_at)
        IS DISTINCT FROM
        (NEW.case_id, NEW.kind, NEW.user_id, NEW.name, {1}NEW.id_index, NEW.scope, NEW.from_at, NEW.to_at)
        OR OLD.ended_at IS NOT NULL)
  EXECUTE FUNCTION approvals_mandate_kept();
"""
BATCH = 1000


def recognise(apps, schema_editor):
    """单位用代码的空着；个人的 18 位号码以 81、82、83 开头的，本来就是港澳台居民居住证。"""
    applicants = apps.get_model("approvals", "Applicant").objects
    found = {"": [], "residence": []}
    for pk, kind, number in applicants.values_list("pk", "kind", "id_number").iterator(BATCH):
        if kind == "organisation" and not identity.is_valid("resident", number):
            found[""].append(pk)
        elif kind == "person" and identity.is_valid("residence", number):
            found["residence"].append(pk)
    for kind, keys in found.items():
        for start in range(0, len(keys), BATCH):
            applicants.filter(pk__in=keys[start : start + BATCH]).update(id_kind=kind)


def column(**more):
    return models.CharField(choices=KINDS, default="resident", max_length=12, **more)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0046_renewals")]

    operations = [
        Together(
            [
                migrations.AddField(
                    "applicant",
                    "id_kind",
                    column(verbose_name="证件类型", blank=True, help_text="单位用统一社会信用代码的空着。"),
                ),
                migrations.AddField("mandate", "id_kind", column(verbose_name="证件类型")),
                migrations.AddField("delivery", "collector_id_kind", column(verbose_name="领取人证件类型")),
            ]
        ),
        migrations.RunPython(recognise, migrations.RunPython.noop),
        migrations.RunSQL(PINNED.format("OLD.id_kind, ", "NEW.id_kind, "), PINNED.format("", "")),
        migrations.AddConstraint(
            "applicant",
            models.CheckConstraint(
                condition=models.Q(kind="person", id_kind__in=[kind for kind, _label in KINDS])
                | models.Q(kind="organisation", id_kind__in=["", "resident"]),
                name="a_person_is_identified_by_a_known_document",
            ),
        ),
    ]
