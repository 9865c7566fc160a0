"""PostgreSQL and Valkey from their wheels, and one supervisor over all processes: `manage.py up`.

Used only where no DATABASE_URL or BROKER_URL is given. The rest of the product sees just these two addresses.
"""
