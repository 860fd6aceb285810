"""The simulated day: `python -m tests.load.scaling [--picture docs/scaling.svg] [--year FILE]`.

Prints what the services did, with the autoscalers as the manifests have them. With a file of the real year the day has the
shape of its orders.
"""

import argparse
import os
from pathlib import Path


def main() -> None:
    """Simulate and print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")
    import django

    django.setup()
    from tests.load.scaling import figures, picture, simulation, traffic

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--picture", type=Path, help="draw it into this file")
    parser.add_argument("--year", type=Path, help="the real year, in Parquet")
    options = parser.parse_args()
    sale = traffic.Sale()
    day = simulation.ordinary(traffic.of_year(options.year) if options.year else None, sale)
    print("\n".join(figures.table(day, sale)))  # noqa: T201
    if options.picture:
        options.picture.write_text(picture.draw(day, sale))


if __name__ == "__main__":
    main()
