"""A community whose every corner holds something private, and the search for it in what was written."""

from __future__ import annotations

import base64
import csv
import gzip
import random
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

LETTERS = "abcdefghjkmnpqrstuvwxyz"
START = datetime(2026, 1, 5, 9)
SETTINGS = """\
title: A kettle with secrets
timezone: Asia/Shanghai
tables:
  members: members.csv
  events: events.csv
  contents: contents.csv
  groups: groups.csv
  orders: orders.csv
  campaigns: campaigns.csv
  surveys: surveys.csv
"""


class Planter:
    """Make things that nobody may see, each of them once, and remember all of them."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.markers: set[str] = set()

    def _new(self, text: str) -> str:
        assert text not in self.markers
        self.markers.add(text)
        return text

    def word(self, start: str) -> str:
        return self._new(start + "".join(self.random.choices(LETTERS, k=8)))

    def phone(self) -> str:
        return self._new(f"1{self.random.choice('356789')}{self.random.randrange(10**9):09d}")

    def mail(self) -> str:
        return self._new(f"{''.join(self.random.choices(LETTERS, k=9))}@example.com")

    def resident(self) -> str:
        digits = f"110105{self.random.randrange(1950, 2005)}{self.random.randrange(1, 13):02d}"
        digits += f"{self.random.randrange(1, 29):02d}{self.random.randrange(1000):03d}"
        total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(digits))
        return self._new(digits + "10X98765432"[total % 11])

    def any(self) -> str:
        return self.random.choice((self.phone, self.mail, self.resident))()


def _write(path: Path, header: list[str], rows: Iterable[Iterable[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def plant(folder: Path, *, members: int = 150, days: int = 70) -> set[str]:
    """Write the community into a folder and return what must not be seen again."""
    planter = Planter()
    chance = planter.random

    def at(day: float) -> str:
        return f"{START + timedelta(days=day, minutes=chance.randrange(600)):%Y-%m-%d %H:%M}"

    people = [planter.word("uid_") for _ in range(members)]
    phone, mail = planter.phone(), planter.mail()
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "members.csv",
        ["member_id", "joined_at", "left_at", "source", "invited_by", "nickname", "手机号", "e-mail", phone],
        [
            [one, at(number % 20), "", chance.choice(("ad", "friend")), chance.choice([*people[:9], ""]),
             planter.word("nick_"), planter.phone(), planter.mail(), planter.word("note_")]
            for number, one in enumerate(people)
        ] + [[planter.word("uid_"), planter.phone(), "", "ad", "", planter.word("nick_"), "", "", ""]],
    )  # fmt: skip
    groups = [f"g{number}" for number in range(3)] + [f"群{planter.phone()}"]
    _write(
        folder / "groups.csv",
        ["group_id", "platform", "kind", "theme"],
        [[one, "qq", "chat", f"tea with {planter.any()}"] for one in groups],
    )
    posts = [f"p{number}" for number in range(60)]
    topics = ["tea", "cups", *(f"call {planter.phone()}" for _ in range(20))]
    _write(
        folder / "contents.csv",
        ["content_id", "published_at", "author_id", "format", "topic", "title", "text", "group_id"],
        [
            [one, at(number), chance.choice(people), "text", chance.choice(topics),
             f"Question for {planter.any()}", f"Write to {planter.any()} or call {planter.phone()}",
             chance.choice(groups)]
            for number, one in enumerate(posts)
        ],
    )  # fmt: skip
    kinds = ("view", "view", "like", "comment", "message", "share", "check_in")
    events = [
        [person, at(day), chance.choice(kinds), chance.choice(posts), chance.choice(groups), "qq", ""]
        for person in people
        for day in sorted(chance.sample(range(20, days), chance.randrange(2, 24)))
    ]
    for event in events[:20]:
        event[-1] = chance.choice(people)
    events += [[chance.choice(people), planter.any(), "view", "", "", "qq", ""] for _ in range(40)]
    events += [[planter.word("uid_"), planter.word("name_"), "view", "", "", "qq", ""] for _ in range(40)]
    events += [[chance.choice(people), at(40), planter.any(), "", "", "qq", ""] for _ in range(4)]
    events += [["", at(40), planter.word("name_"), "", "", planter.word("name_"), ""] for _ in range(4)]
    _write(
        folder / "events.csv",
        ["member_id", "occurred_at", "event_type", "content_id", "group_id", "platform", "mentions"],
        events,
    )
    orders = [
        [f"o{number}", chance.choice(people), at(chance.randrange(20, days)), chance.randrange(5, 90), "paid",
         chance.choice(("tea", "cups")), "c1" if number % 3 else "", planter.word("street_")]
        for number in range(220)
    ]  # fmt: skip
    orders += [[f"x{number}", chance.choice(people), at(40), f"{planter.any()}?", "paid", "tea", "", ""]
               for number in range(20)]  # fmt: skip
    orders += [["x99", chance.choice(people), at(40), 5, planter.word("name_"), "tea", "", ""]]
    orders += [["x98", chance.choice(people), at(40), 5, planter.phone(), f"tea {planter.mail()}", "", ""]]
    header = [
        "order_id",
        "member_id",
        "ordered_at",
        "amount",
        "status",
        "category",
        "campaign_id",
        f"to {mail}",
    ]
    _write(folder / "orders.csv", header, orders)
    with (folder / "orders.csv").open("a", encoding="utf-8") as file:
        file.write(f"torn,{planter.word('uid_')},{planter.phone()},1,2,3,4,5,6,7,8,9\n")
    _write(
        folder / "campaigns.csv",
        ["campaign_id", "name", "kind", "starts_at", "ends_at"],
        [["c1", f"Coupons by {planter.phone()}", "coupon", "2026-02-01", "2026-02-20"]],
    )
    answers = [
        [chance.choice(people), at(chance.randrange(30, days)), "nps", chance.randrange(11), 0, 10,
         f"Good, call me: {planter.phone()} or {planter.mail()}, id {planter.resident()}"]
        for _ in range(60)
    ]  # fmt: skip
    answers += [[chance.choice(people), at(40), "nps", planter.any(), 0, 10, ""] for _ in range(5)]
    header = ["member_id", "answered_at", "kind", "score", "scale_min", "scale_max", "comment"]
    _write(folder / "surveys.csv", header, answers)
    (folder / "community.yml").write_text(SETTINGS, encoding="utf-8")
    return planter.markers


def _texts(path: Path) -> Iterable[tuple[str, str]]:
    if path.suffix in (".xlsx", ".zip"):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield f"{path.name}/{name}", archive.read(name).decode("utf-8", "replace")
        return
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = content.decode("utf-8", "replace")
    # Pictures are not text: the letters that carry them could spell anything.
    text = re.sub(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", _plain, text)
    yield path.name, re.sub(r'(?:base64,|"image/png": ")[A-Za-z0-9+/=\\n]{200,}', "", text)


def _plain(found: re.Match[str]) -> str:
    return base64.b64decode(found[1]).decode("utf-8", "replace")


def seen(places: Iterable[Path], markers: set[str], said: str = "") -> dict[str, str]:
    """Return every marker that can be read somewhere, and where."""
    found: dict[str, str] = {}
    texts = [("what was said", said)]
    files = [path for place in places for path in sorted(place.rglob("*")) if path.is_file()]
    texts += [text for path in files for text in _texts(path)]
    for name, text in texts:
        for form in (text, unescape(text)):
            for word in (one for one in markers if one in form):
                found.setdefault(word, name)
    return found
