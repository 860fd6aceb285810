"""Django's backend for SQLite, with a lock that writers of all processes wait for, instead of trying again after a sleep."""
