"""Of several invitations for one address that nobody accepted, the one that lives longest remains."""

from django.db import migrations

WITHDRAW = """
UPDATE accounts_invitation one SET withdrawn_at = now()
WHERE accepted_at IS NULL AND withdrawn_at IS NULL AND EXISTS (
  SELECT FROM accounts_invitation other
  WHERE other.email = one.email AND other.accepted_at IS NULL AND other.withdrawn_at IS NULL
    AND (other.expires_at, other.id) > (one.expires_at, one.id)
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_requests_of_keys"),
    ]

    operations = [migrations.RunSQL(WITHDRAW, migrations.RunSQL.noop)]
