"""The horizon of PostgreSQL's events: below it, the events of every transaction are visible or will never be.

An event has the id of its transaction (never lower than that of the event before it in its stream). A reader that stops
below the oldest transaction that still runs can not pass an event that is committed later. Transactions of other
databases of the server are left out: they write no events here. What the reader's own transaction recorded is included,
for tests that run in one transaction; a processor reads outside of transactions.
"""

SQL = """coalesce(
    (SELECT min(running::text::bigint) FROM pg_snapshot_xip(pg_current_snapshot()) AS running WHERE NOT EXISTS (
        SELECT 1 FROM pg_stat_activity AS other
        WHERE other.backend_xid = running::xid AND other.datname <> current_database())),
    greatest(
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint, pg_current_xact_id_if_assigned()::text::bigint + 1))"""
