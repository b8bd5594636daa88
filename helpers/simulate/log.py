"""The event log while it is being written: columns of codes, joined and sorted once at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

EVENT_TYPES = (
    "view",
    "click",
    "live_enter",
    "like",
    "comment",
    "message",
    "share",
    "check_in",
    "vote",
    "answer",
    "invite",
    "coupon",
    "cart",
    "join",
    "leave",
    "save",
    "mute",
    "checkout",
    "live_leave",
)
CODE = {name: code for code, name in enumerate(EVENT_TYPES)}
COLUMNS = {
    "time": np.int32,
    "member": np.int32,
    "kind": np.int8,
    "content": np.int32,
    "group": np.int16,
    "platform": np.int8,
    "parent": np.int32,
    "reply": np.int32,
    "mention": np.int32,
    "product": np.int16,
}
NONE = -1


@dataclass
class Log:
    """Collect events block by block.

    `parent` and `reply` refer to events by the number that `add` gave them; `reply` may also refer to
    a post, written as ``-2 - post``; `mention` is the member who is named. `columns` is filled by `close`.
    """

    blocks: dict[str, list[np.ndarray]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    size: int = 0
    columns: dict[str, np.ndarray] = field(default_factory=dict)

    def add(self, kind: str, time: np.ndarray, member: np.ndarray, **others: np.ndarray | int) -> np.ndarray:
        """Add events of one kind; return their numbers."""
        values = {"time": time, "member": member, "kind": CODE[kind], **others}
        for name, dtype in COLUMNS.items():
            value = values.get(name, NONE)
            block = value.astype(dtype) if isinstance(value, np.ndarray) else np.full(len(time), value, dtype)
            self.blocks[name].append(block)
        numbers = np.arange(self.size, self.size + len(time))
        self.size += len(time)
        return numbers

    def close(self) -> None:
        """Join the blocks, sort by time and renumber what refers to events."""
        for name in COLUMNS:
            self.columns[name] = np.concatenate(self.blocks[name])
            self.blocks[name] = []
        order = np.argsort(self.columns["time"], kind="stable")
        rank = np.empty(self.size, np.int32)
        rank[order] = np.arange(self.size, dtype=np.int32)
        for name in COLUMNS:
            column = self.columns[name][order]
            if name in ("parent", "reply"):
                column = np.where(column >= 0, rank[np.maximum(column, 0)], column)
            self.columns[name] = column
