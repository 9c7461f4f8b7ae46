"""Tests that are bound to clauses, found in their files without running them.

A test is bound by `@pytest.mark.clause("ACME-01")`, or by a row of a YAML table with `says` and `clauses`. Where ids
are computed, all that stand as text in the same statement count.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import yaml

from mockserver import contract
from mockserver.contract.text import read_file

ID = re.compile(r"[A-Z]+-[A-Z]?\d+")
MARKER = "clause"


@dataclass(frozen=True, slots=True)
class BoundTest:
    """A test that is bound to a clause; `name` is its function's, or the sentence of its row."""

    clause_id: str
    file: str
    line: int
    name: str
    is_row: bool


def folders() -> list[Path]:
    """Give the folders of tests that are there: an installed package has the contract suite only."""
    return [
        each
        for each in (contract.PACKAGE.parent / "contract_tests", contract.PACKAGE.parent / "tests")
        if each.is_dir()
    ]


def has_all() -> bool:
    """Whether the tests of the vendors are there, so that a clause without one is a fault."""
    return (
        contract.specs().parent == contract.PACKAGE.parent and (contract.PACKAGE.parent / "tests" / "vendors").is_dir()
    )


def find() -> list[BoundTest]:
    """List what is bound, by files and lines."""
    found: list[BoundTest] = []
    for folder in folders():
        for path in sorted(folder.rglob("*.py")):
            found += _in_module(path)
        for path in sorted(folder.rglob("*.yaml")):
            found += _in_table(path)
    return found


def _shown(path: Path) -> str:
    return path.relative_to(contract.PACKAGE.parent).as_posix()


def _in_module(path: Path) -> Iterator[BoundTest]:
    text = path.read_text("utf-8")
    if f"mark.{MARKER}(" not in text:
        return
    for statement in ast.parse(text).body:
        for owner in _owners(statement):
            marks = [each for each in ast.walk(owner) if _is_mark(each)]
            nodes: list[Any] = [argument for mark in marks for argument in mark.args]
            if any(not isinstance(each, ast.Constant) for each in nodes):
                nodes = list(ast.walk(owner))
            for node in nodes:
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and ID.fullmatch(node.value):
                    yield BoundTest(node.value, _shown(path), owner.lineno, _name(owner), is_row=False)


def _owners(statement: ast.stmt) -> list[ast.stmt]:
    return [*statement.body] if isinstance(statement, ast.ClassDef) else [statement]


def _name(owner: Any) -> str:
    if isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef):
        return owner.name
    targets = [each.id for each in ast.walk(owner) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
    return targets[0] if targets else "module"


def _is_mark(node: Any) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == MARKER
        and isinstance(node.func.value, ast.Attribute)
        and node.func.value.attr == "mark"
    )


def _in_table(path: Path) -> Iterator[BoundTest]:
    raw = read_file(path)
    if b"clauses:" not in raw:
        return
    root = yaml.compose(raw, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting += reversed(node.value)
        elif isinstance(node, yaml.MappingNode):
            members = {key.value: value for key, value in node.value}
            says, bound = members.get("says"), members.get("clauses")
            if isinstance(says, yaml.ScalarNode) and isinstance(bound, yaml.SequenceNode):
                for each in bound.value:
                    yield BoundTest(each.value, _shown(path), node.start_mark.line + 1, says.value, is_row=True)
            waiting += [value for _, value in reversed(node.value)]
