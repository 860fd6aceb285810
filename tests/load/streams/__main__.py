"""Runs the benchmark of appends."""

from tests.load.streams import appends

if __name__ == "__main__":
    appends.main()
