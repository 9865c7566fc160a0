"""The attacks on anonymity that `manage.py anonymity_attack` runs: made to succeed if guard or ballot box fail."""
