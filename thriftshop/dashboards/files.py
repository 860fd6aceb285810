"""The generated files in observability/: dashboards and rules."""

from functools import lru_cache
from pathlib import Path

import yaml

from thriftshop.dashboards import boards, grafana, rules

ROOT = Path(__file__).resolve().parents[2] / "observability"
RULES = ROOT / "rules" / "thriftshop.yml"
HEADER = "# Written by `manage.py dashboards`; change thriftshop/dashboards or the contexts' measures.py instead.\n"
LINE = 140


@lru_cache(maxsize=1)
def contents() -> dict[Path, str]:
    """The text of every file by its path."""
    files = {
        ROOT / "grafana" / source.name / f"{board.name}.json": grafana.text_of(board, source)
        for board in boards.all_boards()
        for source in grafana.SOURCES
    }
    return files | {RULES: HEADER + yaml.safe_dump(rules.content(), sort_keys=False, width=LINE)}


def obsolete() -> list[Path]:
    """Dashboards whose board is gone."""
    written = [path for source in grafana.SOURCES for path in (ROOT / "grafana" / source.name).glob("*.json")]
    return sorted(set(written) - contents().keys())


def write() -> None:
    """Write all files, and delete those that are obsolete."""
    for path, text in contents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for path in obsolete():
        path.unlink()
