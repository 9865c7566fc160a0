from django.db import migrations

# Best practice could be marked without a reason once; from now on the database asks for one.
GIVE_REASONS = """
update inventory_touchpoint set practice_reason = 'Ohne Begründung vermerkt'
where is_best_practice and practice_reason = ''
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0006_improvement_and_consent")]

    operations = [migrations.RunSQL(GIVE_REASONS, migrations.RunSQL.noop)]
