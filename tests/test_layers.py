import ast
import re
from pathlib import Path

import pytest

import mockserver
from mockserver.contract import document

ROOT = Path(mockserver.__file__).parent
LAYERS = [
    {"errors", "consent", "pieces", ""},
    {"contract", "store", "odata"},
    {"world"},
    {"vendors"},
    {"engine"},
    {"admin", "lint"},
    {"server"},
    {"client"},
    {"trial", "drift", "verify", "tracing"},
    {"cli", "pytest_plugin"},
    {"__main__"},
]
FRAMEWORKS = {"connexion": "engine", "starlette": "engine", "flask": "admin", "werkzeug": "admin", "uvicorn": "server"}
FRAMEWORKS |= {"prometheus_client": "admin", "trustme": "server", "watchfiles": "server"}
FRAMEWORKS |= {"a2wsgi": "server", "click": "cli", "openapi_spec_validator": "lint"}
MODULES = sorted(ROOT.rglob("*.py"))


def part(module):
    """The layer's part that a dotted name below mockserver belongs to; the package itself is ''."""
    names = module.split(".")
    return names[1] if len(names) > 1 else ""


def rank(name):
    return next(number for number, layer in enumerate(LAYERS) if name in layer)


def imports(path):
    """All names that a module imports, `from a import b` as `a.b` where that is a module or package."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for each in node.names:
                below = f"{node.module}.{each.name}"
                inner = ROOT.parent.joinpath(*below.split("."))
                yield (
                    below
                    if node.module.split(".")[0] == "mockserver"
                    and (inner.is_dir() or inner.with_suffix(".py").exists())
                    else node.module
                )


def own(path):
    first = path.relative_to(ROOT).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_leftwards_only(path):
    for name in imports(path):
        if name.split(".")[0] != "mockserver" or part(name) == own(path):
            continue
        if (own(path), part(name)) == ("", "client"):  # for type checkers: the package loads it when it is asked for
            continue
        assert rank(part(name)) < rank(own(path)) or {own(path), part(name)} == {"consent", "errors"}, (
            f"{path} imports {name}"
        )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_framework_is_known_to_one_layer(path):
    for name in imports(path):
        home = FRAMEWORKS.get(name.split(".")[0])
        assert home in {None, own(path)}, f"{path} imports {name}"


def names_in(path):
    """What a module imports, and its string literals but for docstrings."""
    tree = ast.parse(path.read_text())
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, owners) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value
    yield from imports(path)


@pytest.mark.parametrize(
    "path", [each for each in MODULES if own(each) != "vendors"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_engine_names_no_vendor(path):
    for text in names_in(path):
        for vendor in document.names():
            assert vendor not in text.lower(), f"{path} says {text!r}"


@pytest.mark.parametrize("vendor", document.names())
def test_a_vendor_names_no_other_vendor_and_no_http_library(vendor):
    home = ROOT / "vendors"
    for path in [home / f"{vendor}.py", *home.glob(f"{vendor}/**/*.py")]:
        if path.exists():
            for text in names_in(path):
                others = "|".join(other for other in document.names() if other != vendor)
                # as a word of its own and as it is spelt: a `NextCursor` on the wire is no vendor
                assert not re.search(rf"\b({others})\b", text), f"{path} says {text!r}"
                assert "mockserver.engine" not in text


QUERYING = [each for each in MODULES if own(each) == "odata"]
OF_QUERYING = ("mockserver.odata", "mockserver.errors", "mockserver.pieces")
NOT_FOR_QUERYING = {"connexion", "starlette", "flask", "uvicorn", "httpx", "http", "requests", "orjson"}


@pytest.mark.parametrize("path", QUERYING, ids=lambda path: path.name)
def test_odata_knows_neither_http_nor_anything_of_ours_but_errors_and_pieces(path):
    for name in imports(path):
        assert name.split(".")[0] not in NOT_FOR_QUERYING, f"{path} imports {name}"
        assert not name.startswith("mockserver.") or name.startswith(OF_QUERYING), name
    for word in ("header", "accept", "maxpagesize", "status", "subscriber", *document.names()):
        assert word not in path.read_text().lower(), f"{path} says {word}"


def test_the_layer_test_bites(tmp_path):
    (tmp_path / "bad.py").write_text("from mockserver.engine import edge\nimport flask\nX = 'xomni'\n")
    found = set(names_in(tmp_path / "bad.py"))
    assert {"mockserver.engine.edge", "flask", "xomni"} <= found
    assert rank(part("mockserver.engine.edge")) > rank("world")
