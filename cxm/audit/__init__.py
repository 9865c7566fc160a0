"""What happened: one append-only entry per business event and per read of personal data; also the outbox from
which notices and, later, webhooks are made. Field-by-field history is kept by database triggers (pghistory)."""
