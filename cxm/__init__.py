"""The ground: what every room stands on, and the wiring. Import-free, so that manage.py can start without packages."""
