"""Statistics of experiments that stay valid however often they are read (docs/statistics.md).

Import the modules, not this package's names: numpy and scipy are loaded by what uses them.
"""
