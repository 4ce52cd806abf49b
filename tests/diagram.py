"""The picture of the code in docs/architecture.md, drawn from the import contract so that it cannot lie.

python -m tests.diagram      # prints it
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONTRACTS = (
    ("The apps in the order data flows", "apps"),
    ("The engine's rooms in the order data flows", "engine"),
)


def diagram() -> str:
    """A Mermaid flow chart: an arrow from what is imported to what may import it, as data flows."""
    return "\n".join(["flowchart LR", *_lines(), ""])


def _lines() -> Iterator[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = {contract["name"]: contract.get("layers", []) for contract in contracts}
    for name, floor in CONTRACTS:
        yield f"  subgraph {floor}"
        steps = [step.split(" : ") for step in reversed(layers[name])]
        for before, after in itertools.pairwise(steps):
            left, right = (" & ".join(_room(one) for one in step) for step in (before, after))
            yield f"    {left} --> {right}"
        yield "  end"
    yield "  engine --> apps --> interfaces"


def _room(module: str) -> str:
    """``engine.net`` as a node of its own: a room's name may stand on both floors."""
    return f"{module.removeprefix('transom.')}[{module.rpartition('.')[2]}]"


if __name__ == "__main__":
    print(diagram())
