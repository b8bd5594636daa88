"""The command line: `python -m helpers report demo` and its neighbours. Only here is anything printed."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="community-workbook",
    help="From a community's data to a truthful report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Reveal = Annotated[
    bool,
    typer.Option(
        "--reveal",
        help="Show people's data: member ids in the contact list, rows set aside as they are in the file, "
        "and phone numbers, e-mail addresses and resident ids wherever they stand. By default none is shown.",
    ),
]


def _chosen(language: str) -> str:
    """Return the language that was asked for, or Chinese where the environment speaks it."""
    if language:
        return language
    spoken = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    spoken = spoken or locale.getlocale()[0] or ""
    return "zh" if spoken.lower().startswith(("zh", "chinese")) else "en"


Language = Annotated[
    str,
    typer.Option(
        callback=_chosen,
        show_default=False,
        help="Language of what is shown: en or zh. By default that of the environment (LANG), else en.",
    ),
]


def main() -> None:
    """Run the command line.

    Taught in: all
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


@contextmanager
def _told(language: str) -> Iterator[Any]:
    """Give the translator; say what the reader can mend without a traceback, and exit with 2."""
    from helpers.community.disk import is_full
    from helpers.community.errors import CommunityError, spoken
    from helpers.community.privacy import cover
    from helpers.community.sentences import mark as _
    from helpers.present.language import language_of, translator

    translate = translator(language_of(language))
    try:
        with spoken(translate):
            _known(language)
            yield translate
    except CommunityError as error:
        typer.echo(cover(error.told(translate)), err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except Exception as error:
        if not is_full(error):
            raise
        full = _("The disk is full. Free some space, also for temporary files, and try again.")
        typer.echo(translate(full), err=True)
        raise typer.Exit(2) from None


def _known(language: str) -> None:
    from helpers.community.errors import SettingsError
    from helpers.community.sentences import mark as _
    from helpers.present.language import LANGUAGES

    if language not in LANGUAGES:
        raise SettingsError(
            _("--language: {language!r} is not one of {known}."),
            language=language,
            known=", ".join(LANGUAGES),
        )


@app.command()
def report(
    data: Annotated[str, typer.Argument(help="demo, cdnow, or a folder with community.yml.")] = "demo",
    data_option: Annotated[str | None, typer.Option("--data", help="The same as the argument.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Last day to count, YYYY-MM-DD.")] = None,
    language: Language = "",
    out: Annotated[Path, typer.Option(help="Folder for reports.")] = Path("reports"),
    notebooks: Annotated[str, typer.Option(help="Only these notebooks, such as 02,06.")] = "",
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A notebook's parameter, name=value.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Notebooks that run at once.")] = 2,
    reveal: Reveal = False,
    lessons: Annotated[bool, typer.Option("--lessons", help="Keep exercises and lessons.")] = False,
    since_last: Annotated[
        bool,
        typer.Option(
            "--since-last",
            help="Read only what is new, and compare with the last report: what moved, who is new on the "
            "contact list and why.",
        ),
    ] = False,
) -> None:
    """Run the notebooks on a community and write reports/NAME/index.html."""
    with _told(language) as _:
        from helpers.workbook import report as reports

        with _telling(_) as ticker, _bars(ticker) as progress:
            made = reports.make(
                data_option or data,
                as_of=as_of,
                language=language,
                out=out,
                names=[name.strip() for name in notebooks.split(",") if name.strip()],
                settings=_pairs(settings or []),
                jobs=jobs,
                reveal=reveal,
                lessons=lessons,
                since_last=since_last,
                progress=progress,
            )
        for failure in made.failures:
            typer.echo(_("Stopped: {failure}").format(failure=failure.told(_)), err=True)
        for lack in made.missing:
            typer.echo(_("Not computed: {lack}").format(lack=lack), err=True)
        typer.echo(_("The report is in {path}").format(path=made.index))
        if made.failures or made.missing:
            raise typer.Exit(1)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder with your files.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a community.yml.")] = False,
    language: Language = "",
) -> None:
    """Look at the files of a folder and write a community.yml to correct."""
    with _told(language) as _:
        from helpers.community import mapping
        from helpers.community.privacy import cover

        with _telling(_):
            draft = mapping.guess(folder)
        for line in draft.told(_):
            typer.echo(f"- {cover(line)}")
        written = draft.write(overwrite=overwrite, translate=_)
        typer.echo(_("Look through {path} and correct it.").format(path=written))


@app.command()
def check(
    folder: Annotated[str, typer.Argument(help="Data set, or folder with community.yml.")],
    language: Language = "",
    reveal: Reveal = False,
) -> None:
    """Say which rows are used, which are set aside and why; nothing is run."""
    with _told(language) as _:
        from helpers.community import Community
        from helpers.community.privacy import cover
        from helpers.present import tables

        with _telling(_):
            community = Community.open(folder, language=language)
        about, account = community.about("quality"), community.quality().drop(columns="sha256")
        shown = str if reveal else cover
        typer.echo(shown(repr(tables.show(account, about=about, rows=50))))
        findings = community.findings(_, reveal=reveal)
        for message in findings["message"]:
            typer.echo(f"- {message}")
        if findings.empty:
            typer.echo(_("Nothing was found that needs a warning."))


@app.command()
def simulate(
    members: Annotated[int, typer.Option(min=20, help="How many members.")] = 8000,
    days: Annotated[int, typer.Option(min=1, help="How many days.")] = 365,
    seed: Annotated[int | None, typer.Option(min=0, help="Another number makes another community.")] = None,
    out: Annotated[Path, typer.Option(help="Folder to write.")] = Path("work/simulated"),
    texts: Annotated[bool, typer.Option(help="Write titles and texts of posts.")] = True,
    language: Language = "",
) -> None:
    """Simulate a community of any size, with its truth beside it."""
    with _told(language) as _:
        from dataclasses import replace

        from helpers.community.errors import SettingsError
        from helpers.simulate import Scenario
        from helpers.simulate import simulate as simulation

        try:
            scenario = Scenario(members=members, days=days, texts=texts)
            made = simulation(scenario if seed is None else replace(scenario, seed=seed)).write(out)
        except (ValueError, FileExistsError) as error:
            raise SettingsError(str(error)) from None
        typer.echo(_("The community is in {path}").format(path=made))


@app.command()
def doctor(language: Language = "") -> None:
    """Look at this machine: what is missing, and how to mend it."""
    with _told(language) as _:
        from helpers.workbook.doctor import examine

        signs = {"good": "ok ", "note": "-- ", "bad": "!! "}
        found, mend = examine(_), _("To mend it:")
        for finding in found:
            typer.echo(f"{signs[finding.state]}{finding.name}: {finding.detail}")
            if finding.remedy:
                typer.echo(f"   {mend} {finding.remedy}")
        if any(finding.state == "bad" for finding in found):
            raise typer.Exit(1)


def _pairs(settings: list[str]) -> dict[str, str]:
    from helpers.community.errors import SettingsError
    from helpers.community.sentences import mark as _

    pairs = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign or not name.strip():
            raise SettingsError(_("--set {setting}: write it as name=value."), setting=setting)
        pairs[name.strip()] = value
    return pairs


@contextmanager
def _telling(_: Any) -> Iterator[Any]:
    """Say on the error stream what is being done, once it has taken two seconds."""
    from helpers.community import progress
    from helpers.workbook.ticker import Ticker

    with Ticker(sys.stderr, _) as ticker, progress.telling(ticker.hear):
        yield ticker


@contextmanager
def _bars(ticker: Any) -> Iterator[Any]:
    """Draw one bar a notebook; without a terminal, say one line when a notebook is through."""
    from tqdm import tqdm

    bars: dict[str, Any] = {}
    shown = sys.stderr.isatty()

    def progress(name: str, done: int, total: int) -> None:
        ticker.rest()
        if shown and name not in bars:
            bars[name] = tqdm(total=total, desc=name, unit="cell", position=len(bars), dynamic_ncols=True)
        if shown:
            bars[name].update(done - bars[name].n)
        elif done == total:
            typer.echo(f"{name}: {total}/{total}", err=True)

    try:
        yield progress
    finally:
        for bar in bars.values():
            bar.close()
