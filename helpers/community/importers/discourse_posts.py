"""Posts of a Discourse forum as its Data Explorer exports them, thousands at once.

A post says which other one of its topic it answers by that one's number. Which id that one has is known
where its row came before; events that answer what comes further down in the file are given out last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import NamedTuple

from helpers.community.delimited import Torn
from helpers.community.importers.discourse_table import PM, Table, yes
from helpers.community.importers.importer import Block, Record
from helpers.community.importers.tabular import Piece

PRIVATE = "private_message"
NOTICE, WHISPER = "a notice by the platform", "a whisper among staff"
ASIDE = {"2": NOTICE, "3": NOTICE, "4": WHISPER}
Place = tuple[str, str]  # of a post: its topic, and its number in it


class _Posts(NamedTuple):
    """Posts, column by column: what the events and the contents are made of."""

    numbers: Sequence[int]
    who: Sequence[str | None]
    at: Sequence[str | None]
    kind: Sequence[str]
    event: Sequence[str]
    group: Sequence[str | None]
    answered: Sequence[str | None]
    unknown: Sequence[Place | None]  # what is answered where its id is not known yet
    title: Sequence[str | None]
    text: Sequence[str | None]

    def picked(self, chosen: Sequence[bool]) -> _Posts:
        """Choose some of them."""
        return _Posts(*(list(compress(column, chosen)) for column in self))  # type: ignore[arg-type]

    def events(self, answered: Sequence[str | None] | None = None) -> Block:
        """Make them events; what they answer may have been found out by now."""
        answered = self.answered if answered is None else answered
        who, at, event = self.who, self.at, self.event
        columns = (who, at, self.kind, event, self.group, "discourse", event, answered, None)
        return Block("events", self.numbers, columns)

    def contents(self) -> Block:
        """Make them contents."""
        columns = (self.event, self.at, self.who, "text", self.title, self.text, "discourse", self.group)
        return Block("contents", self.numbers, columns)


def posts(here: Table) -> Iterator[Record | Block]:
    """Give out the events and contents of all posts of a file, and say what is set aside.

    Parameters
    ----------
    here : Table
        A file of posts.

    Yields
    ------
    tuple or Block
        Rows of ``events`` and ``contents``, as `Importer.blocks` gives them.

    Taught in: 00 Start here
    """
    ids = dict[Place, str]()
    later = list[_Posts]()
    for piece in here.grid.blocks():
        if isinstance(piece, Torn):
            yield "events", piece
            continue
        some, reasons = _read(here, piece, ids), _aside(here, piece)
        if any(reasons):
            for number, reason in zip(some.numbers, reasons, strict=True):
                if reason is not None:
                    yield "events", Torn(number, reason, "")
            some = some.picked([reason is None for reason in reasons])
        yield some.contents()
        if any(some.unknown):
            waits = [place is not None for place in some.unknown]
            later.append(some.picked(waits))
            some = some.picked([not one for one in waits])
        yield some.events()
    for some in later:
        places = filter(None, some.unknown)
        yield some.events([ids.get(place, f"{place[0]}/{place[1]}") for place in places])


def _aside(here: Table, piece: Piece) -> Sequence[str | None]:
    """Tell why rows are set aside."""
    sorts, kinds, private = (here.all(piece, name) for name in ("post_type", "archetype", "is_pm"))
    told = set(zip(kinds, private, sorts, strict=True))
    why = {
        one: PM if one[0] == PRIVATE or yes(one[1]) else ASIDE.get(one[2]) if one[2] else None for one in told
    }
    if not any(why.values()):
        return ()
    return [why[one] for one in zip(kinds, private, sorts, strict=True)]


def _read(here: Table, piece: Piece, ids: dict[Place, str]) -> _Posts:
    """Read all posts of a piece, those to be set aside too, and learn their ids."""
    topics = [topic or "" for topic in here.all(piece, "topic_id")]
    nths = [nth or "1" for nth in here.all(piece, "post_number")]
    own, replies = here.all(piece, "id"), here.all(piece, "reply_to_post_number")
    others = [
        None if nth == "1" else (topic, reply or "1")
        for topic, nth, reply in zip(topics, nths, replies, strict=True)
    ]
    events, answered = list[str](), list[str | None]()
    for place, one, other in zip(zip(topics, nths, strict=True), own, others, strict=True):
        if one is None:
            one = ids.get(place) or f"{place[0]}/{place[1]}"
        else:
            ids[place] = one
        events.append(one)
        answered.append(ids.get(other) if other else None)
    unknown: Sequence[Place | None]
    if "id" in here.places:
        unknown = [None if one else other for one, other in zip(answered, others, strict=True)]
    else:
        answered = [f"{other[0]}/{other[1]}" if other else None for other in others]
        unknown = [None] * len(others)
    titles = here.all(piece, "title", "topic_title")
    return _Posts(
        piece.numbers,
        here.all(piece, "user_id", "username"),
        here.all_at(piece),
        ["message" if nth == "1" else "comment" for nth in nths],
        events,
        here.all(piece, "category_id", "category"),
        answered,
        unknown,
        [title if nth == "1" else None for title, nth in zip(titles, nths, strict=True)],
        here.all_words(piece, "raw", "cooked"),
    )
