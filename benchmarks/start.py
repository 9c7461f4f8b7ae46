"""What a start costs: CPU from the process's beginning to the first 200, and memory at rest.

Beside it stand the import of Connexion alone, and the bare parts that this server is made of.
"""

from collections.abc import Callable, Iterator

from benchmarks.measuring import Comparison, Effort, alternate
from benchmarks.measuring.process import PYTHON, SERVE, running

IMPORT = "import connexion.middleware; print('ready', flush=True); input()"
COMMANDS = {
    "import connexion.middleware": ((PYTHON, "-W", "ignore", "-c", IMPORT), None),
    "bare parts, one operation": ((PYTHON, "-m", "benchmarks.peers.skeleton"), "/ok"),
    "mockserver serve, all vendors": (SERVE, "/__admin/health"),
}


def run(effort: Effort) -> Iterator[Comparison]:
    """Start each in turn."""
    memory: dict[str, list[float]] = {name: [] for name in COMMANDS}
    cpu = alternate({name: _start(name, memory[name]) for name in COMMANDS}, effort.starts)
    first, *_ = COMMANDS
    yield Comparison("CPU to the first 200", "ms", cpu, first, remarks=["budget: 500 ms on the reference machine"])
    yield Comparison("memory at rest", "MB", memory, first, remarks=["budget: 90 MB"])


def _start(name: str, memory: list[float]) -> Callable[[], float]:
    command, path = COMMANDS[name]

    def measure() -> float:
        with running(*command) as child:
            if path is not None and (status := child.get(path)) != 200:  # noqa: PLR2004 - the first 200
                raise RuntimeError(f"{name} answered {status}")
            memory.append(child.resident_mb())
            return child.cpu_ms()

    return measure
