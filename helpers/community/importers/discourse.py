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
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from helpers.community.delimited import Torn
from helpers.community.errors import DataError
from helpers.community.importers import tabular
from helpers.community.importers.export import Export
from helpers.community.importers.importer import ANSWERED, CONTENTS, Importer, Record
from helpers.community.importers.objects import named
from helpers.community.importers.tabular import Grid, filled
from helpers.community.sentences import mark as _

KINDS = {  # the columns by which a kind is known
    "archive": ("topic_title", "is_pm", "url", "created_at"),
    "actions": ("action_type", "acting_user_id", "created_at"),
    "posts": ("topic_id", "post_number", "created_at"),
    "users": ("username", "trust_level", "created_at"),
}
ALL = tuple(dict.fromkeys(name for names in KINDS.values() for name in names))
YES = ("true", "t", "1", "yes", "是", "はい", "ja", "oui", "sí", "si", "sim", "да", "예", "tak", "evet")
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
PRIVATE = ("12", "13")
NOTICES = ("2", "3")
PM, WHISPER = "a private message", "a whisper among staff"
LOOKED_AT = 1 << 16  # bytes by which a table in a zip is recognised
Event = tuple[str | None, ...]


class Table(NamedTuple):
    """A file: which kind it is, its grid, and the place of every column."""

    kind: str
    grid: Grid
    places: dict[str, int]

    def words(self, cells: Sequence[str], *names: str) -> str | None:
        """Return what was written, though it be a word that elsewhere says that there is nothing."""
        place = next((self.places[name] for name in names if name in self.places), None)
        return None if place is None else cells[place] or None

    def get(self, cells: Sequence[str], *names: str) -> str | None:
        """Return what a row says in the first of these columns that says something."""
        for name in names:
            place = self.places.get(name)
            if place is not None and (found := filled(cells[place])) is not None:
                return found
        return None


def _table(export: Export) -> Table | None:
    grid = tabular.find(export, ALL)
    if grid is None:
        return None
    places = {name.lower(): at for at, name in reversed(list(enumerate(grid.header)))}
    for kind, needed in KINDS.items():
        if all(name in places for name in needed):
            if kind == "posts" and not {"user_id", "username"} & set(places):
                return None
            return Table(kind, grid, places)
    return None


@contextmanager
def _parts(export: Export, most: int | None = None) -> Iterator[list[tuple[Table, str]]]:
    """Give the tables of an export, each with the member whom the names around it name as its owner."""
    if not export.packed:
        table = _table(export)
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
            table = _table(Export(path, export.most)) if path.stat().st_size else None
            if table:
                inner = PurePosixPath(name)
                stems = (inner.stem, *(one.name for one in inner.parents), export.path.stem)
                found.append((table, _owner(stems)))
        yield found


def _recognise(export: Export) -> bool:
    with _parts(export, LOOKED_AT) as parts:
        return bool(parts)


def _yes(text: str | None) -> bool:
    return (text or "").casefold() in YES


def _at(here: Table, cells: Sequence[str]) -> str | None:
    at = here.get(cells, "created_at")
    return f"{at[:-4]}Z" if at and at.endswith(" UTC") else at


def _member(here: Table, cells: Sequence[str]) -> Event:
    who = here.get(cells, "id", "user_id", "username")
    robot = (who or "").startswith("-")
    staff = _yes(here.get(cells, "admin")) or _yes(here.get(cells, "moderator"))
    role = "bot" if robot else "staff" if staff else "member"
    return who, _at(here, cells), role, here.get(cells, "trust_level")


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
    if _yes(private) or (category is None and (private or "").casefold() not in NO):
        return PM
    parts = (here.get(cells, "url") or "").partition("?")[0].rstrip("/").split("/")
    numbers = [piece for piece in parts if piece.isdigit()][-2:]
    topic, post = numbers if len(numbers) == 2 else (numbers[0] if numbers else "", "1")
    event, first = f"{topic}/{post}", post == "1"
    at, title = _at(here, cells), here.get(cells, "topic_title")
    answered = None if first else f"{topic}/1"
    kind = "message" if first else "comment"
    text = here.words(cells, "post_raw", "post")
    return (
        (owner, at, kind, event, category, "discourse", event, answered, None),
        (event, at, owner, "text", title if first else None, text, "discourse", category),
    )


def _posted(
    here: Table, cells: Sequence[str], ids: dict[tuple[str, str], str]
) -> tuple[tuple[Event, Event] | str, tuple[str, str] | None]:
    """Return the event and the content of a post, and which post it answers if its id is not known yet."""
    topic, post = here.get(cells, "topic_id") or "", here.get(cells, "post_number") or "1"
    own = here.get(cells, "id")
    if own is not None:
        ids[topic, post] = own
    if here.get(cells, "archetype") == "private_message" or _yes(here.get(cells, "is_pm")):
        return PM, None
    sort = here.get(cells, "post_type")
    if sort in NOTICES or sort == "4":
        return WHISPER if sort == "4" else "a notice by the platform", None
    who, at = here.get(cells, "user_id", "username"), _at(here, cells)
    event = ids.get((topic, post), f"{topic}/{post}")
    first, group = post == "1", here.get(cells, "category_id", "category")
    other = None if first else (topic, here.get(cells, "reply_to_post_number") or "1")
    answered = ids.get(other) if other else None
    if other and "id" not in here.places:
        answered = f"{other[0]}/{other[1]}"
    title = here.get(cells, "title", "topic_title") if first else None
    made = (
        (who, at, "message" if first else "comment", event, group, "discourse", event, answered, None),
        (event, at, who, "text", title, here.words(cells, "raw", "cooked"), "discourse", group),
    )
    return made, other if answered is None else None


def _acted(
    here: Table, cells: Sequence[str], own: frozenset[str], others: dict[str, str]
) -> tuple[Event, Event | None] | str:
    sort = here.get(cells, "action_type") or ""
    if sort in PRIVATE or here.get(cells, "archetype") == "private_message":
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
    at, group = _at(here, cells), here.get(cells, "category_id")
    mentioned = others.get(post or "") if posted else None
    return (who, at, kind, post, group, "discourse", event, None, mentioned), None


def _post(here: Table, cells: Sequence[str]) -> str | None:
    post = here.get(cells, "target_post_id", "post_id")
    if post and post != "-1":
        return post
    topic = here.get(cells, "target_topic_id", "topic_id")
    return f"topic:{topic}" if topic else None


def _records(export: Export) -> Iterator[Record]:
    with _parts(export) as parts:
        if not parts:
            raise DataError(
                _("{file}: no table of a forum is in it any more. Export it again."), file=export.path.name
            )
        for here, owner in parts:
            yield from _of(here, owner)
            if here.grid.export.cut:
                export.leave_out()


def _of(here: Table, owner: str) -> Iterator[Record]:
    own, mentioned = _naming(here) if here.kind == "actions" else (frozenset[str](), dict[str, str]())
    ids: dict[tuple[str, str], str] = {}
    later: list[tuple[int, Event, tuple[str, str]]] = []  # what they answer comes further down in the file
    for row in here.grid.rows():
        if isinstance(row, Torn):
            yield "members" if here.kind == "users" else "events", row
            continue
        number, cells = row
        if here.kind == "users":
            yield "members", (number, _member(here, cells))
            continue
        answered = None
        if here.kind == "archive":
            made: tuple[Event, Event | None] | str = _archived(here, cells, owner)
        elif here.kind == "posts":
            made, answered = _posted(here, cells, ids)
        else:
            made = _acted(here, cells, own, mentioned)
        if isinstance(made, str):
            yield "events", Torn(number, made, "")
            continue
        if answered is None:
            yield "events", (number, made[0])
        else:
            later.append((number, made[0], answered))
        if made[1] is not None:
            yield "contents", (number, made[1])
    for number, event, place in later:
        there = ids.get(place, f"{place[0]}/{place[1]}")
        yield "events", (number, (*event[:-2], there, event[-1]))


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
    records=_records,
    packed=None,
    may_feed=_may_feed,
)
