"""What the documents say, read without any framework: documents, clauses, media types, compiled validators."""

from pathlib import Path

PACKAGE = Path(__file__).parent.parent


def data_folder(name: str) -> Path:
    """Find `specs` or `fixtures`: inside the package in a wheel, beside it in a checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def specs() -> Path:
    """Give the folder of the documents."""
    return data_folder("specs")


def fixtures() -> Path:
    """Give the folder of the built-in scenarios."""
    return data_folder("fixtures")
