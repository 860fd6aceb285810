#!/usr/bin/env python
"""Django's command line for Thrift Shop."""

import os
import sys

from thriftshop.processes import parent


def main() -> None:
    """Runs a command. What is wrong with the settings or the contracts is said in one line (`--traceback` shows where)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from idl import UnusableContract

    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, UnusableContract) as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"{sys.argv[0]}: {error}")
    except ModuleNotFoundError as error:
        module = os.environ["DJANGO_SETTINGS_MODULE"]
        if error.name != module and not module.startswith(f"{error.name}."):
            raise
        sys.exit(f"{sys.argv[0]}: The variable DJANGO_SETTINGS_MODULE names {module!r}, which is no module.")


if __name__ == "__main__":
    parent.stop_with_parent()
    main()
