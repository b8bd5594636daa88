"""The files that explain a simulated community: community.yml and a short data card."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation

# The settings of every simulated community; they do not depend on its parameters.
SETTINGS = """\
# What the workbook needs to know about these files. datasets/template holds an empty one, with every
# key explained, for your own data.

name: Little Kettle
title: {en: "Little Kettle tea community", zh: "小茶壶茶友社群"}

# Made by `python -m helpers simulate`; every figure says so.
simulated: true

# Times in the files are local times of this zone; a day begins at this hour.
timezone: Asia/Shanghai
day_starts_at: 0

currency: CNY
language: en

# The ids are invented already, so they need no pseudonyms.
privacy: {pseudonyms: false}

# Who is not counted: automatic accounts and the brand's own people.
exclude: {roles: [bot, staff]}

# Which file feeds which table. Columns that have the workbook's names need no mention; where a text is
# there in two languages, the language of the run chooses.
tables:
  members: {file: members.parquet}
  events: {file: events.parquet}
  contents:
    file: contents.parquet
    columns:
      title: {en: title_en, zh: title_zh}
      text: {en: text_en, zh: text_zh}
  groups:
    file: groups.parquet
    columns:
      theme: {en: theme_en, zh: theme_zh}
  orders: {file: orders.parquet}
  campaigns:
    file: campaigns.parquet
    columns:
      name: {en: name_en, zh: name_zh}
  assignments: {file: assignments.parquet}
  surveys:
    file: surveys.parquet
    columns:
      comment: {en: comment_en, zh: comment_zh}
  costs: {file: costs.parquet}
  moderation: {file: moderation.parquet}
  points: {file: points.parquet}
  rundown: {file: rundown.parquet}
  touches: {file: touches.parquet}
"""

_CARD = """\
# Simulated community

Made by `python -m helpers simulate --members {members} --days {days} --seed {seed}`; the same command makes
the same data. No person, brand or order in it is real. Licence: CC0 1.0, do what you like with it.

First day {first}, last day {last}.

| table | rows |
|---|---|
{rows}

`truth/` holds what the simulator knows and an analyst never would; `datasets/README.md` of the
workbook describes every column.
"""


def data_card(sim: Simulation, rows: dict[str, int]) -> str:
    """Return the data card of a simulated community.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.
    rows : dict of str to int
        Rows of each table.

    Returns
    -------
    str
        Markdown: how it was made, licence, rows per table.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> "CC0" in data_card(simulate(Scenario.small()), {"members": 300})
    True

    Taught in: all
    """
    s = sim.scenario
    lines = "\n".join(f"| {name} | {count:,} |" for name, count in rows.items())
    last = sim.days.date_of(s.days - 1)
    return _CARD.format(members=s.members, days=s.days, seed=s.seed, first=s.start, last=last, rows=lines)
