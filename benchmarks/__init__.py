"""What this server costs, beside what its parts cost: `python -m benchmarks [NAME…]`.

A module here is a subject: `run(effort)` gives its comparisons. Shared code is in `measuring`, what we are compared
with in `peers`. Figures depend on the machine, so look at the ratios. Linux only; loopback only.
"""

import pkgutil


def subjects() -> list[str]:
    """List what can be measured."""
    return sorted(each.name for each in pkgutil.iter_modules(__path__) if not each.ispkg and each.name != "__main__")
