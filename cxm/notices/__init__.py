"""What people are told: the inbox, the digest by e-mail, and every mail that leaves this house.

Rooms call `notify()`; mail written with Django's own `send_mail()` or `EmailMessage` lands in the outbox table.
"""
