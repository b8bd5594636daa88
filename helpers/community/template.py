"""Empty files and tables of documentation, written from the contract so that they cannot drift."""

from __future__ import annotations

from helpers.community.contract import EVENT_TYPES, TABLES

SETTINGS_HEAD = """\
# What the workbook needs to know about your community.
# 1. Put your exports beside this file, or paste your rows into the CSV files here.
# 2. Events or orders are enough to start; every further table opens further sections.
# 3. Delete the lines of tables that you do not have; empty files do no harm.
# 4. Run: python -m helpers check FOLDER

name: my community
title: {en: My community, zh: 我的社群}
timezone: Asia/Shanghai      # times without a zone are local times of this zone
day_starts_at: 0             # hour at which a day begins, for example 4
currency: CNY
language: en                 # en or zh
# as_of: 2026-05-31          # last day to count; without it the last day in the data
privacy: {pseudonyms: true}  # reports show hashed ids; the key lies in community.key, keep it to yourself
exclude: {roles: [bot, staff], members: []}

# For each table: file, and where they are needed:
#   columns: {ordered_at: 付款时间, amount: {product: [Quantity, UnitPrice]}, kind: {constant: nps}}
#   values: {status: {交易成功: paid}}      their word: ours
#   dates: ["%d/%m/%Y %H:%M"]              where dates are not written year-month-day
#   decimal: comma                         for numbers like 1.299,00
#   grain: line                            orders: several rows are lines of one order
#   zero_amount: set_aside                 orders: leave amounts of zero out
#   orders_before_joining: set_aside       orders: leave out what was bought before joining
#   sheet, header_row, names, separator, encoding, package; {row_number: true} where rows have no id
#   format: qq                             an export of a platform; init recognises those it knows
# Several files of one table are a list: orders: [{file: may.csv}, {file: june.csv}]
# A table may be a query instead: orders: {database: shop, query: select id as order_id, … from sales}, with
#   databases:
#     shop: {kind: postgresql, host: db.example.org, name: shop, user: reader, password_from: SHOP_PASSWORD}
#     lake: {kind: duckdb, file: lake.duckdb}
# kind: postgresql, mysql or duckdb. The password stands in the environment variable, never in a file.
# Where the data lie on a cluster: spark: {remote: "sc://spark.example.org:15002"} or {master: …}; for each
#   table a Parquet file or folder (below spark: {path: …}), or {spark: shop.events}, a table of its catalog.
tables:
"""


def files() -> dict[str, str]:
    r"""Write the template: one empty CSV a table and a commented `community.yml`.

    Returns
    -------
    dict of str to str
        File name and text.

    Examples
    --------
    >>> files()["groups.csv"]
    'group_id,platform,kind,theme,opened_at\n'

    Taught in: 00 Start here
    """
    texts = {f"{table.name}.csv": ",".join(table.names) + "\n" for table in TABLES.values()}
    lines = []
    for table in TABLES.values():
        lines.append(f"  {table.name}: {{file: {table.name}.csv}}  # {table.meaning}")
        lines.append(f"  #   required: {', '.join(table.required) or 'nothing'}")
    kinds = f"  # event_type: {', '.join(EVENT_TYPES)}\n"
    return texts | {"community.yml": SETTINGS_HEAD + "\n".join(lines) + "\n" + kinds}


def markdown(language: str = "en") -> str:
    r"""Write the contract as Markdown tables.

    Parameters
    ----------
    language : {"en", "zh"}, default "en"
        Language of the meanings.

    Returns
    -------
    str
        One heading and one table for each table of the contract; required columns in bold.

    Examples
    --------
    >>> print(markdown().split("\n\n")[0])
    ### members
    """
    heads = {"en": "| column | kind | meaning |", "zh": "| 列 | 类型 | 含义 |"}
    parts = []
    for table in TABLES.values():
        lines = [heads[language], "|---|---|---|"]
        for column in table.columns:
            name = f"**{column.name}**" if column.required else column.name
            meaning = column.meaning if language == "en" else column.meaning_zh
            lines.append(f"| {name} | {column.kind} | {meaning} |")
        meaning = table.meaning if language == "en" else table.meaning_zh
        parts += [f"### {table.name}", meaning, "\n".join(lines)]
    return "\n\n".join(parts) + "\n"
