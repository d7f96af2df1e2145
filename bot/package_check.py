"""Refuses to run when another package is called ``bot``, too.

``bot`` is a common name. When a second distribution installs a package of that name, the files of
both lie in one folder, and either may run code of the other. When a folder or module of that name
lies elsewhere on ``sys.path``, the order of the path decides which one is imported.

Standard library only, so that this works when other modules of ``bot`` are not ours.
"""

import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

DISTRIBUTION = "calmcalf"
PACKAGE = "bot"
OWN_FOLDER = Path(__file__).resolve().parent
OWN_MODULE = Path("package_check.py")
"""A file that only CalmCalf's package has; another copy of CalmCalf is not a conflict."""


def conflict() -> str | None:
    """One line that names what else is called ``bot`` in this environment, or None."""
    other = next(_other_distributions(), None) or next(_other_folders(), None)
    if other is None:
        return None
    return (
        f"{other} is called {PACKAGE}, too, as CalmCalf's package is; "
        "install CalmCalf into a virtual environment of its own, and unset PYTHONPATH"
    )


def _other_distributions() -> Iterator[str]:
    """Installed distributions other than CalmCalf that have a top-level package ``bot``."""
    for entry in sys.path:
        for record in Path(entry).glob("*.dist-info/RECORD"):
            name = record.parent.name.partition("-")[0]
            if name.lower() != DISTRIBUTION and _has_package(record):
                yield f"a package of the distribution {name}"


def _has_package(record: Path) -> bool:
    """Whether a distribution has the package. ``importlib.metadata`` would need much memory."""
    start = f"{PACKAGE}/__init__.py,".encode()
    with record.open("rb") as lines:
        return any(line.startswith(start) for line in lines)


def _other_folders() -> Iterator[str]:
    """Packages and modules on ``sys.path`` that ``import bot`` might mean."""
    for entry in sys.path:
        spec = PathFinder.find_spec(PACKAGE, [entry])
        if spec is None or spec.origin is None:  # nothing, or a folder that is not a package
            continue
        file = Path(spec.origin).resolve()
        if file.parent != OWN_FOLDER and not (file.parent / OWN_MODULE).exists():
            yield str(file)
