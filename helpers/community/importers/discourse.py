"""Forums on Discourse: the CSV files that its pages and its Data Explorer export.

They come as files or in a zip. Four kinds are told apart by their columns.

- The list of users (Admin, Users, Export): ``id, username, email, created_at, trust_level, admin,
  moderator`` …; whoever has a right of administration is staff, and ids below 0 are Discourse's own bots.
- One member's archive: ``topic_title, categories, is_pm, post_raw, like_count, reply_count, url,
  created_at``. It never names the member: the name is taken from the file's or the zip's
  (``user_archive-ann-260301-…``).
- Posts from the Data Explorer: ``id, user_id, topic_id, post_number, raw, created_at`` and more. Posts of
  ``post_type`` 2 and 3 are notices, 4 are whispers among staff.
- User actions: ``action_type, user_id, acting_user_id, target_post_id, created_at``. Likes (1), bookmarks
  (3), new topics (4), replies (5) and solutions (15) are events; a mention (7) or a quotation (9) belongs to
  the post in which it is made; what was received (2, 6) mirrors what somebody did and is set aside.

The first post of a topic is a message, every later one a comment that answers a post. Counts of likes name
nobody and give no likes. Private messages are set aside without their words. Members are known by their
number; where a file has usernames only, by those.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path, PurePosixPath

from helpers.community.delimited import Torn
from helpers.community.errors import DataError
from helpers.community.importers.discourse_posts import PRIVATE, posts
from helpers.community.importers.discourse_table import PM, Table, find, yes
from helpers.community.importers.export import Export
from helpers.community.importers.importer import ANSWERED, CONTENTS, Block, Importer, Record, one_by_one
from helpers.community.importers.objects import named
from helpers.community.sentences import mark as _

NO = (
    "false",
    "f",
    "0",
    "no",
    "否",
    "いいえ",
    "nein",
    "non",
    "não",
    "нет",
    "아니요",
    "아니오",
    "nie",
    "hayır",
)
ACTIONS = {"1": "like", "3": "save", "4": "message", "5": "comment", "15": "answer"}
MIRRORS = {"2": "a like as its receiver saw it", "6": "a reply as its receiver saw it"}
NAMING = {"7": "a mention", "9": "a quotation"}
PRIVATE_ACTIONS = ("12", "13")
LOOKED_AT = 1 << 16  # bytes by which a table in a zip is recognised
Event = tuple[str | None, ...]


@contextmanager
def _parts(export: Export, most: int | None = None) -> Iterator[list[tuple[Table, str]]]:
    """Give the tables of an export, each with the member whom the names around it name as its owner."""
    if not export.packed:
        table = find(export)
        yield [(table, _owner((export.path.stem,)))] if table else []
        return
    # Tables are read from files: those of a zip are laid beside for as long as they are read.
    with tempfile.TemporaryDirectory() as place:
        found = []
        for nth, name in enumerate(named(export, ".csv")):
            path = export.path / name
            if not export.path.is_dir():
                path = Path(place) / str(nth) / re.sub(r"[^\w.-]", "_", name.rpartition("/")[2])
                path.parent.mkdir()
                path.write_bytes(export.read_bytes(name)[:most])
            table = find(Export(path, export.most)) if path.stat().st_size else None
            if table:
                inner = PurePosixPath(name)
                stems = (inner.stem, *(one.name for one in inner.parents), export.path.stem)
                found.append((table, _owner(stems)))
        yield found


def _recognise(export: Export) -> bool:
    with _parts(export, LOOKED_AT) as parts:
        return bool(parts)


def _members(here: Table) -> Iterator[Record | Block]:
    for piece in here.grid.blocks():
        if isinstance(piece, Torn):
            yield "members", piece
            continue
        who = here.all(piece, "id", "user_id", "username")
        rights = zip(who, here.all(piece, "admin"), here.all(piece, "moderator"), strict=True)
        roles = ["bot" if (one or "").startswith("-") else _role(*right) for one, *right in rights]
        columns = (who, here.all_at(piece), roles, here.all(piece, "trust_level"))
        yield Block("members", piece.numbers, columns)


@lru_cache(maxsize=4_096)
def _role(admin: str | None, moderator: str | None) -> str:
    return "staff" if yes(admin) or yes(moderator) else "member"


def _owner(stems: Sequence[str]) -> str:
    """Return the member whose archive it is, as far as the names of the file and its folders tell."""
    for stem in stems:
        for start in ("user_archive-", "user-archive-"):
            if stem.startswith(start):
                pieces = stem.removeprefix(start).split("-")
                while len(pieces) > 1 and pieces[-1].isdigit():
                    pieces.pop()
                return "-".join(pieces)
    return stems[-1]


def _archived(here: Table, cells: Sequence[str], owner: str) -> tuple[Event, Event] | str:
    category, private = here.get(cells, "categories", "category"), here.get(cells, "is_pm")
    if yes(private) or (category is None and (private or "").casefold() not in NO):
        return PM
    parts = (here.get(cells, "url") or "").partition("?")[0].rstrip("/").split("/")
    numbers = [piece for piece in parts if piece.isdigit()][-2:]
    topic, post = numbers if len(numbers) == 2 else (numbers[0] if numbers else "", "1")
    event, first = f"{topic}/{post}", post == "1"
    at, title = here.at(cells), here.get(cells, "topic_title")
    answered = None if first else f"{topic}/1"
    kind = "message" if first else "comment"
    text = here.words(cells, "post_raw", "post")
    return (
        (owner, at, kind, event, category, "discourse", event, answered, None),
        (event, at, owner, "text", title if first else None, text, "discourse", category),
    )


def _acted(
    here: Table, cells: Sequence[str], own: frozenset[str], others: dict[str, str]
) -> tuple[Event, Event | None] | str:
    sort = here.get(cells, "action_type") or ""
    if sort in PRIVATE_ACTIONS or here.get(cells, "archetype") == PRIVATE:
        return PM
    if sort in MIRRORS:
        return MIRRORS[sort]
    post = _post(here, cells)
    if sort in NAMING and post in own:
        return f"{NAMING[sort]}, which its post's row carries"
    kind = "comment" if sort in NAMING else ACTIONS.get(sort)
    if kind is None:
        return "an action that is none of a member's own"
    doers = ("user_id", "acting_user_id")
    who = here.get(cells, *(reversed(doers) if sort in NAMING else doers))
    posted = kind in ("message", "comment", "answer")
    own_id = here.get(cells, "id")
    event = post if posted and sort != "15" else f"action:{own_id}" if own_id else f"{sort}:{who}:{post}"
    at, group = here.at(cells), here.get(cells, "category_id")
    mentioned = others.get(post or "") if posted else None
    return (who, at, kind, post, group, "discourse", event, None, mentioned), None


def _post(here: Table, cells: Sequence[str]) -> str | None:
    post = here.get(cells, "target_post_id", "post_id")
    if post and post != "-1":
        return post
    topic = here.get(cells, "target_topic_id", "topic_id")
    return f"topic:{topic}" if topic else None


def _blocks(export: Export) -> Iterator[Record | Block]:
    with _parts(export) as parts:
        if not parts:
            raise DataError(
                _("{file}: no table of a forum is in it any more. Export it again."), file=export.path.name
            )
        for here, owner in parts:
            yield from _of(here, owner)
            if here.grid.export.cut:
                export.leave_out()


def _of(here: Table, owner: str) -> Iterator[Record | Block]:
    if here.kind == "users":
        yield from _members(here)
        return
    if here.kind == "posts":
        yield from posts(here)
        return
    own, mentioned = _naming(here) if here.kind == "actions" else (frozenset[str](), dict[str, str]())
    for row in here.grid.rows():
        if isinstance(row, Torn):
            yield "events", row
            continue
        number, cells = row
        made: tuple[Event, Event | None] | str
        if here.kind == "archive":
            made = _archived(here, cells, owner)
        else:
            made = _acted(here, cells, own, mentioned)
        if isinstance(made, str):
            yield "events", Torn(number, made, "")
            continue
        yield "events", (number, made[0])
        if made[1] is not None:
            yield "contents", (number, made[1])


def _may_feed(export: Export) -> set[str]:
    feeds = {"users": {"members"}, "actions": {"events"}}
    with _parts(export, LOOKED_AT) as parts:
        return set().union(*(feeds.get(here.kind, {"events", "contents"}) for here, _owner in parts))


def _naming(here: Table) -> tuple[frozenset[str], dict[str, str]]:
    """Return the posts that have a row of their own, and whom each post names first."""
    own, mentioned = set[str](), dict[str, str]()
    for row in here.grid.rows():
        if isinstance(row, Torn):
            continue
        sort, post = here.get(row[1], "action_type"), _post(here, row[1])
        if post and sort in ("4", "5"):
            own.add(post)
        elif post and sort in NAMING and (who := here.get(row[1], "user_id")):
            mentioned.setdefault(post, who)
    return frozenset(own), mentioned


IMPORTER = Importer(
    name="discourse",
    title="Discourse forum, CSV export",
    title_zh="Discourse 论坛导出（CSV）",
    tables={
        "members": ("member_id", "joined_at", "role", "trust_level"),
        "events": ANSWERED,
        "contents": (*CONTENTS[:4], "title", *CONTENTS[4:]),
    },
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
    packed=None,
    may_feed=_may_feed,
)
