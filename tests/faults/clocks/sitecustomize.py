"""Loaded at the start of a Python process that has this folder in PYTHONPATH: its clock is CLOCK_OFFSET_SECONDS ahead.

The monotonic clock is right. libfaketime would be the obvious choice, but its `clock_nanosleep` fails (version 0.9.10).
"""

import os
import time

import time_machine

time_machine.travel(time.time() + float(os.environ["CLOCK_OFFSET_SECONDS"]), tick=True).start()
