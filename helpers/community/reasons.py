"""Why a record was torn, in words that can be said in both languages."""

from __future__ import annotations

import re

from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _

REASONS = frozenset(
    (
        _("a deleted account"),
        _("a deleted message"),
        _("a file that is no log"),
        _("a like as its receiver saw it"),
        _("a line apart from its order"),
        _("a line whose sum is not a number"),
        _("a line without its order"),
        _("a mention, which its post's row carries"),
        _("a message that was not exported"),
        _("a message was taken back"),
        _("a name that several members have"),
        _("a notice about a name that several bear"),
        _("a notice by the platform"),
        _("a private message"),
        _("a purchase without a number of its transaction"),
        _("a quotation, which its post's row carries"),
        _("a refund without its sum"),
        _("a reply as its receiver saw it"),
        _("a time without a date"),
        _("a type of message that is not known"),
        _("a visit without any action"),
        _("a whisper among staff"),
        _("an action that is none of a member's own"),
        _("an employee changed the company"),
        _("before the first message"),
        _("broken quote"),
        _("consent to being archived"),
        _("different sums for one order"),
        _("letters outside the encoding"),
        _("no answer to a question on a scale"),
        _("no consent to being archived"),
        _("no message"),
        _("no msgid, from or msgtime"),
        _("no sender"),
        _("no user"),
        _("not JSON from here on"),
        _("not JSON"),
        _("not a JSON object"),
        _("not a line of a log"),
        _("not a record of the archive"),
        _("the file ends in the middle of a list"),
        _("the file ends in the middle of a record"),
        _("the header once more"),
        _("written by the tool, not done by the visitor"),
    )
)
WITH_NUMBERS = (
    _("an answer that is not on the scale {low} to {high}"),
    _("more cells than the {width} columns"),
    _("not the {width} columns of the file"),
    _("not the {width} columns of the header"),
)


MEND = _("Mend the line in the file, or leave it in quarantine.")
REMEDIES = {
    _("Nothing needs mending: no activity of a member is in it."): (
        "a deleted account",
        "a deleted message",
        "a file that is no log",
        "a like as its receiver saw it",
        "a mention, which its post's row carries",
        "a message that was not exported",
        "a message was taken back",
        "a notice by the platform",
        "a quotation, which its post's row carries",
        "a reply as its receiver saw it",
        "a visit without any action",
        "a whisper among staff",
        "an action that is none of a member's own",
        "an employee changed the company",
        "consent to being archived",
        "no answer to a question on a scale",
        "no consent to being archived",
        "the header once more",
        "written by the tool, not done by the visitor",
    ),
    _("Nothing needs mending: conversations between two people are left out on purpose."): (
        "a private message",
    ),
    _("Nothing can be mended in the file: it does not say which of them it was."): (
        "a name that several members have",
        "a notice about a name that several bear",
    ),
    _("Export it again: the file is not whole."): (
        "not JSON from here on",
        "the file ends in the middle of a list",
        "the file ends in the middle of a record",
    ),
    _(
        "Put the date where it is looked for: in a text of QQ on a line above, of a log of IRC in the name "
        "of the file (tea-2026-03-05.log)."
    ): ("a time without a date",),
}


def remedy_of(reason: str) -> Sentence:
    """Say what can be done about a torn record: often nothing has to be.

    Examples
    --------
    >>> str(remedy_of("broken quote")), str(remedy_of("a private message"))[:22]
    ('Mend the line in the file, or leave it in quarantine.', 'Nothing needs mending:')
    """
    return Sentence(next((text for text, reasons in REMEDIES.items() if reason in reasons), MEND))


def why_torn(reason: str) -> Sentence:
    """Return the reason of a torn record as a sentence.

    Examples
    --------
    >>> why_torn("not the 5 columns of the header").values
    {'width': '5'}

    Taught in: 00 Start here
    """
    if reason not in REASONS:
        for text in WITH_NUMBERS:
            found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>\\d+)", text), reason)
            if found:
                return Sentence(text, **found.groupdict())
    return Sentence(reason)
