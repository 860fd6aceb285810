"""Compiles the contracts with Apache's compiler, in strict mode and for several languages."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from thriftshop.contracts import findings
from thriftshop.contracts.findings import Finding

LANGUAGES = ("py", "js:node", "java", "go", "html")
LEGACY = "legacy/"
# The doc comment at the start of a file belongs to no declaration, as intended.
HARMLESS = "Uncaptured doctext"
PLACE = re.compile(r"^\[(?P<kind>WARNING|ERROR|FAILURE):(?P<file>[^\]:]+)(?::(?P<line>\d+))?\]\s*(?P<what>.*)")


def check(texts: Mapping[str, str], compiler: str | None = None) -> Iterator[Finding]:
    """The compiler's errors and warnings for texts by path relative to idl/; `compiler` defaults to `thrift`."""
    program = compiler or shutil.which("thrift")
    if program is None:
        yield findings.of("compiler-missing", "idl", "the program `thrift` was not found", "idl")
        return
    reported: set[tuple[str, str]] = set()
    with tempfile.TemporaryDirectory() as place:
        idl, out = Path(place) / "idl", Path(place) / "out"
        for path, text in texts.items():
            (idl / path).parent.mkdir(parents=True, exist_ok=True)
            (idl / path).write_text(text, "utf-8")
        for path in texts:
            if path.startswith(LEGACY):  # their methods have no argument ids, which is what strict mode warns of
                continue
            for language in LANGUAGES:
                for problem in _compiled(program, idl, path, language, out):
                    if (problem.file, problem.what) not in reported:
                        reported.add((problem.file, problem.what))
                        yield problem


def _compiled(program: str, idl: Path, path: str, language: str, out: Path) -> Iterator[Finding]:
    out.mkdir(exist_ok=True)
    ended = subprocess.run(  # noqa: S603 - Apache's compiler, on files of our own
        [program, "-strict", "-r", "--gen", language, "-out", str(out), path],
        cwd=idl,
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in (ended.stdout + ended.stderr).splitlines() if line.strip() and HARMLESS not in line]
    if ended.returncode == 0:
        complaints = [line for line in complaints if "WARNING" in line]
    elif not complaints:
        complaints = [f"the compiler exited with {ended.returncode} for {language}"]
    for line in complaints:
        yield _complaint(idl, path, line)


def _complaint(idl: Path, path: str, line: str) -> Finding:
    match = PLACE.match(line)
    if match is None:
        return findings.of("not-compiled", path, line.strip(), f"idl/{path}")
    file = Path(match["file"])
    named = file.relative_to(idl).as_posix() if file.is_relative_to(idl) else match["file"]
    line_number = int(match["line"]) if match["line"] else None
    return findings.of("not-compiled", named, match["what"].strip(), f"idl/{named}", line_number)
