"""Finds Plotly's script where pip put it: inside the wheel, so no copy in the repository and no CDN."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import utils
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Warning
from django.core.files.storage import FileSystemStorage

# Name on the site -> path inside the package. Only this file: the package holds 9 MB more.
PLOTLY_FILES = {"vendor/plotly/plotly.min.js": "package_data/plotly.min.js"}


class _PackageStorage(FileSystemStorage):
    """The files of an installed package under the names that they have on the site."""

    prefix = ""

    def __init__(self, location: Path, names: dict[str, str]) -> None:
        super().__init__(location=location)
        self.names = names

    def path(self, name: str) -> str:
        """Where the file with this name on the site really is."""
        return super().path(self.names.get(name.replace("\\", "/"), name))


class PlotlyFinder(BaseFinder):
    """A staticfiles finder for `vendor/plotly/plotly.min.js`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The package is found but not imported: importing it takes a second and this is only a path.
        found = find_spec("plotly")
        root = Path(found.origin).parent if found and found.origin else None
        self.storage = _PackageStorage(root, PLOTLY_FILES) if root else None

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """A warning when the script is not where this version of Plotly should have it."""
        if self.find("vendor/plotly/plotly.min.js"):
            return []
        return [Warning("plotly.min.js was not found in the plotly package: charts will not be drawn.")]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The place of the file on disk; an empty list when this is none of ours."""
        if self.storage is None or path not in PLOTLY_FILES or not self.storage.exists(path):
            return []
        place = self.storage.path(path)
        return [place] if find_all else place

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every file that collectstatic should take over."""
        for name in PLOTLY_FILES:
            if self.storage and self.find(name) and not utils.matches_patterns(name, ignore_patterns or ()):
                yield name, self.storage
