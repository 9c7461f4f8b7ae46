"""Measure the subjects named, all of them without a name."""

import importlib
import sys

import click

from benchmarks import subjects
from benchmarks.measuring import QUICK, USUAL


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(subjects()))
@click.option("--quick", is_flag=True, help="Only see that it runs: the figures mean nothing.")
def main(names: tuple[str, ...], *, quick: bool) -> None:
    """Measure, and print each comparison as it is done."""
    print(f"Python {sys.version.split()[0]}; a ratio is the median over the rounds, with its lower and upper quartile")
    for name in names or subjects():
        for comparison in importlib.import_module(f"benchmarks.{name}").run(QUICK if quick else USUAL):
            print(f"\n{comparison.text()}", flush=True)


main()
