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

from helpers.present.language import Translate

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


def examine(_: Translate = str, folder: Path | None = None) -> list[Finding]:
    """Examine Python, packages, kernel, fonts, browser, disk, memory and encoding.

    Parameters
    ----------
    _ : callable, default str
        The translator; without it everything is said in English.
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
        _python(_),
        _packages(_),
        _notebooks(_),
        _kernel(_),
        _fonts(_),
        _browser(_),
        _disk(_, folder or Path.cwd()),
        _memory(_),
        _encoding(_),
    ]


def _python(_: Translate) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding(
            "Python", "good", _("{version} in {place}").format(version=version, place=Path(sys.prefix).name)
        )
    remedy = _("Install Python 3.11, 3.12 or 3.13 and make the environment anew with it.")
    return Finding("Python", "bad", version, remedy)


def _packages(_: Translate) -> Finding:
    try:
        wanted = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        remedy = "python -m pip install --no-deps --no-build-isolation -e ."
        detail = _("the workbook itself is not installed, only on the path")
        return Finding(_("packages"), "note", detail, remedy)
    wrong = []
    requirements = [Requirement(line) for line in wanted]
    needed = [wish for wish in requirements if wish.marker is None or wish.marker.evaluate({"extra": ""})]
    for wish in needed:
        try:
            installed = importlib.metadata.version(wish.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(_("{package} is missing").format(package=wish.name))
            continue
        if not wish.specifier.contains(installed, prereleases=True):
            text = _("{package} {installed} is not {wanted}")
            wrong.append(text.format(package=wish.name, installed=installed, wanted=wish.specifier))
    if wrong:
        return Finding(_("packages"), "bad", "; ".join(wrong), _INSTALL)
    return Finding(_("packages"), "good", _("all {n} within their bounds").format(n=len(needed)))


def _notebooks(_: Translate) -> Finding:
    found = sorted((ROOT / "notebooks" / "en").glob("*.ipynb"))
    if found:
        return Finding(_("notebooks"), "good", _("{n} chapters").format(n=len(found)))
    remedy = _("Install from a checkout of the repository with pip install -e . to have the notebooks.")
    return Finding(_("notebooks"), "bad", _("none beside the package"), remedy)


def _kernel(_: Translate) -> Finding:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        launch = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return Finding(_("kernel"), "bad", _("no kernel python3"), _INSTALL)
    own = Path(launch).name == launch or Path(launch).resolve() == Path(sys.executable).resolve()
    if own:
        return Finding(_("kernel"), "good", _("python3 is this environment's own Python"))
    remedy = _("{command} (JupyterLab would use another Python; reports do not)")
    told = remedy.format(command="python -m ipykernel install --sys-prefix")
    return Finding(_("kernel"), "note", _("python3 starts {program}").format(program=launch), told)


def _fonts(_: Translate) -> Finding:
    found = (ROOT / "helpers" / "present" / "fonts").glob("*.[ot]tf")
    if any(path.stat().st_size > 100_000 for path in found):
        return Finding(_("fonts"), "good", _("Chinese glyphs come with the package"))
    remedy = "git checkout helpers/present/fonts"
    return Finding(_("fonts"), "bad", _("the Chinese glyphs are missing"), remedy)


def _browser(_: Translate) -> Finding:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
    found = next((name for name in names if shutil.which(name)), None)
    if found:
        return Finding(_("browser"), "good", _("{program}, for the browser test").format(program=found))
    return Finding(_("browser"), "note", _("no Chromium; only the browser test of the suite needs it"))


def _disk(_: Translate, folder: Path) -> Finding:
    free = shutil.disk_usage(folder if folder.exists() else Path.cwd()).free / _GIB
    if free >= 1:
        return Finding(_("disk"), "good", _("{size} GiB free").format(size=f"{free:.0f}"))
    remedy = _("A report needs about 1 GiB while it is made.")
    return Finding(_("disk"), "bad", _("{size} GiB free").format(size=f"{free:.1f}"), remedy)


def _memory(_: Translate) -> Finding:
    import psutil

    free = psutil.virtual_memory().available / _GIB
    if free >= 2:
        text = _("{size} GiB free, {cores} cores")
        return Finding(_("memory"), "good", text.format(size=f"{free:.0f}", cores=os.cpu_count() or 1))
    remedy = _("Close other programs, or run one notebook at a time with --jobs 1.")
    return Finding(_("memory"), "note", _("{size} GiB free").format(size=f"{free:.1f}"), remedy)


def _encoding(_: Translate) -> Finding:
    stream, files = (sys.stdout.encoding or "?").lower(), locale.getpreferredencoding(False).lower()
    detail = _("screen {stream}, files {files}").format(stream=stream, files=files)
    if "utf" in stream:
        return Finding(_("encoding"), "good", detail)
    remedy = _("Set the environment variable PYTHONUTF8 to 1, so that the screen can show Chinese.")
    return Finding(_("encoding"), "note", detail, remedy)
