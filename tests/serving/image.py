"""The Dockerfile without Docker: its steps run one after the other in folders for the image's stages.

Every absolute path that the Dockerfile writes to is moved under the stage's folder; a base image is the Python that runs
this. Where packages need not be fetched (`fetch=False`), `pip install` and `pip uninstall` are left out, and the environment
borrows the packages of the one that runs this.
"""

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.serving import processes

ROOT = Path(__file__).resolve().parents[2]
OWNED = ("/app", "/venv", "/data")
STRANGER = 10001


@dataclass
class Stage:
    """A stage of the build: its folder, and the effects of its instructions."""

    name: str
    base: str
    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = ""
    volumes: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def place(self, path: str) -> Path:
        """The path in the stage's folder for a path of the image."""
        whole = path if path.startswith("/") else f"{self.folder}/{path}"
        return self.root / whole.strip("/").removesuffix("/.")

    def moved(self, text: str) -> str:
        """A text of the Dockerfile, with the image's folders moved under the stage's folder."""
        return re.sub(rf"(?<![\w.])({'|'.join(OWNED)})(?![\w-])", lambda found: f"{self.root}{found[1]}", text)


def instructions(text: str) -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order: name and arguments; comments left out, continued lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n", " ", "\n".join(lines))
    found = (line.strip().partition(" ") for line in whole.splitlines() if line.strip())
    return [(name.upper(), " ".join(rest.split())) for name, _, rest in found]


def in_context(path: Path, ignore: list[str]) -> bool:
    """Whether .dockerignore lets a file of the repository into the build: the last line that fits decides."""
    let_in = True
    for line in ignore:
        included, pattern = line.startswith("!"), line.lstrip("!").removeprefix("**/")
        parts = [path.as_posix(), *(parent.as_posix() for parent in path.parents), *path.parts]
        if any(fnmatch.fnmatch(part, pattern) for part in parts):
            let_in = included
    return let_in


class Build:
    """A build of the repository's Dockerfile in a folder."""

    def __init__(self, folder: Path, fetch: bool) -> None:
        self.folder, self.fetch = folder, fetch
        self.stages: dict[str, Stage] = {}
        self.ran: list[str] = []
        ignore = (ROOT / ".dockerignore").read_text().splitlines()
        self._ignore = [line for line in ignore if line and not line.startswith("#")]

    def run(self) -> Stage:
        """Run every instruction; give the last stage. One that is not known fails."""
        for name, arguments in instructions((ROOT / "Dockerfile").read_text()):
            getattr(self, f"_{name.lower()}")(arguments)
            self.ran.append(name)
        return self._last()

    def _last(self) -> Stage:
        return list(self.stages.values())[-1]

    def _from(self, arguments: str) -> None:
        base, _, name = arguments.partition(" AS ")
        name = name or str(len(self.stages))
        root = self.folder / name
        (root / "tmp").mkdir(parents=True)
        self.stages[name] = Stage(name, base, root)

    def _arg(self, arguments: str) -> None:
        name, _, default = arguments.partition("=")
        self._last().environment[name] = default

    def _env(self, arguments: str) -> None:
        stage = self._last()
        for pair in shlex.split(arguments):
            name, _, value = pair.partition("=")
            stage.environment[name] = stage.moved(self._filled(value, stage))

    @staticmethod
    def _filled(text: str, stage: Stage) -> str:
        known = {"PATH": os.environ["PATH"], **stage.environment}
        return re.sub(r"\$\{?(\w+)\}?", lambda found: known[found[1]], text)

    def _label(self, arguments: str) -> None:
        assert all("=" in pair for pair in shlex.split(arguments))

    def _workdir(self, arguments: str) -> None:
        self._last().folder = arguments
        self._last().place(arguments).mkdir(parents=True, exist_ok=True)

    def _user(self, arguments: str) -> None:
        self._last().user = arguments

    def _volume(self, arguments: str) -> None:
        self._last().volumes.append(arguments)

    def _expose(self, arguments: str) -> None:
        assert self._last().environment["PORT"] == arguments

    def _healthcheck(self, arguments: str) -> None:
        self._last().health = json.loads(arguments.partition("CMD ")[2])

    def _cmd(self, arguments: str) -> None:
        self._last().command = json.loads(arguments)

    def _copy(self, arguments: str) -> None:
        stage = self._last()
        *sources, target = [word for word in shlex.split(arguments) if not word.startswith("--")]
        options = dict(word[2:].split("=", 1) for word in shlex.split(arguments) if word.startswith("--"))
        for source in sources:
            if "from" in options:
                shutil.copytree(
                    self.stages[options["from"]].place(source), stage.place(target), symlinks=True, dirs_exist_ok=True
                )
            else:
                self._copy_in(ROOT / source, stage.place(target))
        if "chown" in options and os.getuid() == 0:
            for path in [stage.place(target), *stage.place(target).rglob("*")]:
                os.chown(path, *(int(part) for part in options["chown"].split(":")))

    def _copy_in(self, source: Path, target: Path) -> None:
        """A folder's contents, or a file, of the repository; what .dockerignore holds back is not there to copy."""
        files = [path for path in ([source] if source.is_file() else source.rglob("*")) if path.is_file()]
        let_in = [path for path in files if in_context(path.relative_to(ROOT), self._ignore)]
        assert let_in, f"COPY {source}: .dockerignore lets nothing of it in"
        for path in let_in:
            to = target / path.name if source.is_file() else target / path.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, to)

    def _run(self, arguments: str) -> None:
        stage = self._last()
        steps = [step.strip() for step in arguments.split("&&")]
        if not self.fetch:
            steps = [step for step in steps if not re.search(r"pip (un)?install|-exec rm", step)]
        if os.getuid() != 0:
            steps = [re.sub(r" -[og] \d+", "", step) for step in steps]
        script = " && ".join(stage.moved(step) for step in steps)
        environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "TMPDIR": str(stage.root / "tmp")}
        done = subprocess.run(  # noqa: S603 - the repository's own Dockerfile
            ["/bin/sh", "-ec", script],
            cwd=stage.place("."),
            env={**environment, **stage.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"RUN {script}\n{done.stdout}\n{done.stderr}"
        if not self.fetch and "-m venv" in script:
            self._borrow(stage)

    @staticmethod
    def _borrow(stage: Stage) -> None:
        packages = next(stage.place("/venv").glob("lib/python*/site-packages"))
        own = next(path for path in sys.path if path.endswith("site-packages"))
        (packages / "borrowed.pth").write_text(own + "\n")


def run_as_stranger(stage: Stage, command: list[str], **variables: str) -> subprocess.Popen[str]:
    """Start a command of the image as its user, who may only write to the volumes and /tmp."""
    temporary = stage.root / "tmp"
    environment = {**stage.environment, "TMPDIR": str(temporary), **variables}
    program = [str(stage.place("/venv") / "bin" / command[0]), *command[1:]]
    if os.getuid() == 0:
        temporary.chmod(0o1777)
        # The folders above belong to the user of the tests; the image's own files keep the rights they have.
        rights = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
        user, _, group = stage.user.partition(":")
        program = ["setpriv", "--reuid", user, "--regid", group, "--clear-groups", *rights, *program]
    return subprocess.Popen(  # noqa: S603 - the repository's own Dockerfile
        program,
        cwd=stage.place("."),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(stage: Stage, command: list[str], **variables: str) -> tuple[int, str]:
    """Run a command of the image to its end; return its exit code and output."""
    process = run_as_stranger(stage, command, **variables)
    said, _ = process.communicate(timeout=processes.TIMEOUT_SECONDS)
    return process.returncode, said
