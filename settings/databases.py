"""Database options for SQLite and PostgreSQL, beside the address in DATABASE_URL."""

from typing import Any

# Threads beside those of RPC_THREADS that hold a connection, at least: consumer groups, periodic work, probes.
BACKGROUND_THREADS = 16
# And of each context, with its topic at Kafka: relay, projections, reactions, subscriptions, and its part in Kafka's group.
CONTEXT_THREADS = 6
# Connections for the threads of the admin and of other Django pages.
PAGE_THREADS = 8
CONNECT_SECONDS = 3
# A failed connection is tried again after 1 and 2 seconds; after that, whenever a thread needs one.
RECONNECT_SECONDS = 3.0
LOCK_SECONDS = 10
IDLE_IN_TRANSACTION_SECONDS = 60


def is_sqlite(address: dict[str, Any]) -> bool:
    """Whether a parsed address names a file of SQLite."""
    return str(address["ENGINE"]).endswith(".sqlite3")


def pool_needed(threads: int, contexts: int) -> int:
    """How many threads may hold a connection at the same time: those that serve, those that call, and the background's."""
    return 2 * threads + max(BACKGROUND_THREADS, CONTEXT_THREADS * contexts)


def sqlite(address: dict[str, Any], *, cache_kib: int) -> dict[str, Any]:
    """A file of SQLite. Each thread of the process has a connection, with a cache of its own."""
    options = {
        # IMMEDIATE: a writer takes its lock at once and waits for it, instead of failing half way. WAL: readers never wait.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
            f" PRAGMA cache_size=-{cache_kib};"
        ),
    }
    # Opening the file for each call costs more than most calls.
    return address | {"ENGINE": "thriftshop.database.sqlite3", "OPTIONS": options, "CONN_MAX_AGE": None}


def postgresql(
    address: dict[str, Any], *, application: str, statement_seconds: int, pool: dict[str, Any]
) -> dict[str, Any]:
    """A database of PostgreSQL, with a pool of connections; options in the address itself take precedence."""
    session = {
        "statement_timeout": f"{statement_seconds}s",
        "lock_timeout": f"{LOCK_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
        "default_transaction_isolation": r"read\ committed",
    }
    options = {
        "application_name": application[:63],
        "connect_timeout": CONNECT_SECONDS,
        "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
        "pool": pool | {"reconnect_timeout": RECONNECT_SECONDS},
    }
    # With a pool, a connection goes back after each call; one that the server has closed is replaced before it is used.
    return address | {
        "OPTIONS": options | address.get("OPTIONS", {}),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }
