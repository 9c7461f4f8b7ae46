"""What a run of `verify` is asked for."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Wish:
    """The flags. `rate` is in requests per second, None for the ground's own; `report_dir` None for no files."""

    base_url: str
    vendors: tuple[str, ...] = ()
    credentials: Path | None = None
    profile: str = "ci"
    allow_writes: bool = False
    waivers: Path | None = None
    admin_token: str | None = None
    reports: frozenset[str] = frozenset()
    report_dir: Path | None = None
    rate: float | None = None
    timeout_s: float = 30
