"""Look at the machine the workbook runs on: what is there, what is missing, and how to mend it."""

from __future__ import annotations

import importlib.metadata
import locale
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTION = "community-marketing-workbook"
_GIB = 1024**3
_INSTALL = "python -m pip install --require-hashes -r requirements.lock"


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Parameters
    ----------
    name : str
        What was looked at.
    state : str
        "good", "note" (works without) or "bad" (must be mended).
    detail : str
        What is there.
    remedy : str
        What to do about it; empty when nothing needs doing.
    """

    name: str
    state: str
    detail: str
    remedy: str = ""


def examine(folder: Path | None = None) -> list[Finding]:
    """Examine Python, packages, kernel, fonts, browser, disk, memory and encoding.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where reports will be written; default the current folder.

    Returns
    -------
    list of Finding
        The worst news is a finding too: nothing raises.

    Examples
    --------
    >>> [finding.name for finding in examine()][:2]
    ['Python', 'packages']

    Taught in: all
    """
    return [
        _python(),
        _packages(),
        _notebooks(),
        _kernel(),
        _fonts(),
        _browser(),
        _disk(folder or Path.cwd()),
        _memory(),
        _encoding(),
    ]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", "good", f"{version} in {Path(sys.prefix).name}")
    remedy = "Install Python 3.11, 3.12 or 3.13 and make the environment anew with it."
    return Finding("Python", "bad", version, remedy)


def _packages() -> Finding:
    try:
        wanted = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        remedy = "python -m pip install --no-deps --no-build-isolation -e ."
        return Finding("packages", "note", "the workbook itself is not installed, only on the path", remedy)
    wrong = []
    requirements = [Requirement(line) for line in wanted]
    needed = [wish for wish in requirements if wish.marker is None or wish.marker.evaluate({"extra": ""})]
    for wish in needed:
        try:
            installed = importlib.metadata.version(wish.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{wish.name} is missing")
            continue
        if not wish.specifier.contains(installed, prereleases=True):
            wrong.append(f"{wish.name} {installed} is not {wish.specifier}")
    if wrong:
        return Finding("packages", "bad", "; ".join(wrong), _INSTALL)
    return Finding("packages", "good", f"all {len(needed)} within their bounds")


def _notebooks() -> Finding:
    found = sorted((ROOT / "notebooks" / "en").glob("*.ipynb"))
    if found:
        return Finding("notebooks", "good", f"{len(found)} chapters")
    remedy = (
        "Install from a checkout of the repository with pip install -e . so that the notebooks are there."
    )
    return Finding("notebooks", "bad", "none beside the package", remedy)


def _kernel() -> Finding:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        launch = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return Finding("kernel", "bad", "no kernel python3", _INSTALL)
    own = Path(launch).name == launch or Path(launch).resolve() == Path(sys.executable).resolve()
    if own:
        return Finding("kernel", "good", "python3 is this environment's own Python")
    remedy = "python -m ipykernel install --sys-prefix  (JupyterLab would use another Python; reports do not)"
    return Finding("kernel", "note", f"python3 starts {launch}", remedy)


def _fonts() -> Finding:
    found = (ROOT / "helpers" / "present" / "fonts").glob("*.[ot]tf")
    if any(path.stat().st_size > 100_000 for path in found):
        return Finding("fonts", "good", "Chinese glyphs come with the package")
    return Finding("fonts", "bad", "the Chinese glyphs are missing", "git checkout helpers/present/fonts")


def _browser() -> Finding:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
    found = next((name for name in names if shutil.which(name)), None)
    if found:
        return Finding("browser", "good", f"{found}, for the browser test")
    return Finding("browser", "note", "no Chromium; only the browser test of the suite needs it")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder if folder.exists() else Path.cwd()).free / _GIB
    if free >= 1:
        return Finding("disk", "good", f"{free:.0f} GiB free")
    return Finding("disk", "bad", f"{free:.1f} GiB free", "A report needs about 1 GiB while it is made.")


def _memory() -> Finding:
    import psutil

    free = psutil.virtual_memory().available / _GIB
    if free >= 2:
        return Finding("memory", "good", f"{free:.0f} GiB free, {os.cpu_count() or 1} cores")
    remedy = "Close other programs, or run one notebook at a time with --jobs 1."
    return Finding("memory", "note", f"{free:.1f} GiB free", remedy)


def _encoding() -> Finding:
    stream, files = (sys.stdout.encoding or "?").lower(), locale.getpreferredencoding(False).lower()
    if "utf" in stream:
        return Finding("encoding", "good", f"screen {stream}, files {files}")
    remedy = "Set the environment variable PYTHONUTF8 to 1, so that the screen can show Chinese."
    return Finding("encoding", "note", f"screen {stream}, files {files}", remedy)
