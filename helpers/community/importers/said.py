"""What people said in a chat: gathered message by message, given out as events and contents in blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from helpers.community.importers.importer import CONTENTS, Block, Record

TOGETHER = 2_048  # messages that are given out at once
FEW = 16  # fewer are given out one by one, as many small blocks cost more
FIELDS = (
    "member_id",
    "at",
    "event_type",
    "id",
    "group_id",
    "author_id",
    "format",
    "text",
    "reply_to",
    "mentions",
)
Message = tuple[
    int,
    str | None,
    str | None,
    str | None,
    str | None,
    str | None,
    str | None,
    str | None,
    str | None,
    str | None,
    str | None,
]


class Said:
    """Gather messages, each of which is an event and a content.

    Parameters
    ----------
    platform : str
        Its name, the same on all rows.
    events : sequence of str
        Columns of the events, as the importer declares them.

    Attributes
    ----------
    rows : list of tuple
        Number of the record, who, when, the type of the event, id, group, author of the text, its format, the
        text, the id of what it answers, who is named in it. Whoever appends calls `given` at `TOGETHER`
        messages, before any other row of these tables, and at the end.

    Examples
    --------
    >>> said = Said("irc", ("member_id", "occurred_at", "event_type"))
    >>> said.rows.append((1, "ann", "21:04", "message", "m1", "#tea", "ann", "text", "hi", None, None))
    >>> for table, row in said.given():
    ...     print(table, row)
    events (1, ('ann', '21:04', 'message'))
    contents (1, ('m1', '21:04', 'ann', 'text', 'hi', 'irc', '#tea'))
    """

    def __init__(self, platform: str, events: Sequence[str]) -> None:
        self.platform, self.rows = platform, list[Message]()
        names = {"occurred_at": "at", "content_id": "id", "event_id": "id", "published_at": "at"}
        self.events = [names.get(name, name) for name in events]
        self.contents = [names.get(name, name) for name in CONTENTS]

    def given(self) -> Iterator[Record | Block]:
        """Give out what was gathered."""
        if not self.rows:
            return
        numbers, *columns = zip(*self.rows, strict=True)
        few = len(self.rows) < FEW
        self.rows.clear()
        there = dict(zip(FIELDS, columns, strict=True), platform=self.platform)
        events = Block("events", numbers, tuple(there[name] for name in self.events))
        contents = Block("contents", numbers, tuple(there[name] for name in self.contents))
        for block in (events, contents):
            if few:
                yield from block.rows()
            else:
                yield block
