"""Log lines in files of a folder, for a shop on one machine: `manage.py logs` reads them. No server is needed."""

import logging
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import orjson

MAX_BYTES, MAX_FILES = 10_000_000, 20
SUFFIX = ".jsonl"


class Folder(logging.Handler):
    """Writes the lines of each process to a file of its own, and removes the oldest files of those that have ended."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = Path(folder)
        self._file: RotatingFileHandler | None = None
        self._pid = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        with suppress(OSError):  # a full disk, for instance, which is told on the console
            self._of_process().emit(record)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None and self._pid == os.getpid():
            self._file.close()
        super().close()

    def _of_process(self) -> RotatingFileHandler:
        """The file of this process, which a fork does not inherit."""
        if self._file is None or self._pid != os.getpid():
            self._folder.mkdir(parents=True, exist_ok=True)
            ended = [file for file in files(self._folder) if not _is_written(file)]
            for old in sorted(ended, key=_changed_at)[:-MAX_FILES]:
                old.unlink(missing_ok=True)
            self._pid = os.getpid()
            self._file = RotatingFileHandler(self._folder / f"{self._pid}{SUFFIX}", maxBytes=MAX_BYTES, backupCount=1)
            self._file.setFormatter(self.formatter)
        return self._file


def _is_written(file: Path) -> bool:
    """Whether the process of a file runs: a shop in many processes has more files than are kept of earlier ones."""
    try:
        os.kill(int(file.name.partition(".")[0]), 0)
    except PermissionError:
        return True
    except (OSError, ValueError, OverflowError):
        return False
    return True


def _changed_at(file: Path) -> float:
    with suppress(FileNotFoundError):
        return file.stat().st_mtime
    return 0.0


def files(folder: Path) -> list[Path]:
    """The files of a folder."""
    return sorted(folder.glob(f"*{SUFFIX}*"))


def lines(files: Collection[Path]) -> Iterator[dict[str, Any]]:
    """The log lines of these files; what is not one is left out."""
    for file in files:
        with suppress(FileNotFoundError), file.open("rb") as opened:
            for line in opened:
                if (content := _line(line)) is not None:
                    yield content


def _line(line: bytes) -> dict[str, Any] | None:
    try:
        content = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return content if isinstance(content, dict) and "at" in content else None
