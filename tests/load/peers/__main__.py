"""Peers next to ours: `python -m tests.load.peers page|shops` (needs wrk, Node 20, taskset).

`page` is the compiled page over HTTP next to Mercurius with graphql-jit; `shops` is the shop next to one on stock graphene-django
and next to Vendure. `npm ci --prefix tests/load/peers/mercurius` installs Mercurius, the same with `vendure` Vendure.

Each server has one core to itself and wrk another one, in alternating rounds. The CPU time per request is the steadier figure.
"""

import argparse

from tests.load.peers import page, shops


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("page", "shops"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0)
    arguments = parser.parse_args()
    compare = page.compare if arguments.what == "page" else shops.compare
    compare(arguments.rounds, arguments.seconds)


if __name__ == "__main__":
    main()
