# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences stripped to what they say: the form in which the parser compares an animator's words with its own.

Verbs stand in their base form (``waving``, ``waves`` and ``waved`` as ``wave``; but participles such as ``bent`` and
``raised`` tell a place rather than a movement and stay), nouns in the singular, without articles, possessives and
auxiliaries, in one spelling. Only words listed here change, so that no form is ever seen inside another word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

_VERBS: Final = """
accelerate adjust advance alternate amble applaud arch back balance bear beat beckon bend bob bounce bow box brake
bring brush carry circle clap clasp climb clutch cock collapse come cover crane crawl creep cross crouch cup curve
dangle dash decelerate dip drag drift droop drop drum duck edge extend face fall fan favor fidget flap flex flick
float flutter fly fold freeze gallop gaze gesture get glance glide go grasp grip halt hang hasten head hit hobble hold
hook hop hover hug hunch hurl hurry incline interlace jab jerk jog join jump keep kick kneel lean leap leave lie lift
limp linger list loll look lower lunge lurch march meander mirror mop move nod pace pat peer pick pirouette pivot
plant plod point poke pound pray press prop puff pull pump punch push put quake quiver race raise reach remain rest
retreat return reverse rise rock roll rotate rub run rush sag salute saunter say scrape scratch scuff set shade shake
shield shift shiver shoot shove shrug shudder shuffle sidestep sink sit skim skip slap slide slouch slow slump snake
snap sneak spare speed spin spread spring sprint squat stab stagger stamp stand stare start stay step stick stomp
stoop stop straddle straighten stretch stride strike stroke stroll strut support swagger sway sweep swerve swing
swivel take tap teeter throw thrust thump tilt tip tiptoe toss totter touch trail travel tread tremble trot trudge
tuck turn twist twitch vault veer waddle wag wait walk wander wave weave wheel whirl wiggle windmill wipe wobble wrap
wring zigzag
"""
_NOUNS: Final = """
ankle arc arm ball body cheek circle degree ear elbow eye finger fist forearm hand heel hip jerk knee knuckle leg loop lap movement
palm point rib shoe shoulder side step stride thigh thumb time toe wrist wing
"""
_SILENT: Final = "a an the its his her their your my one's does do did is are be being been"
_PLACING: Final = """
arched bowed brought clasped cocked crossed crouched curved dipped doubled dragged dropped ducked extended flexed
flicked folded hidden hooked hunched hurried inclined interlaced joined kicked leaned lifted linked lowered placed
planted pointed poked pressed propped puffed pulled pushed raised rolled rotated rounded shoved slouched slumped
splayed stooped straddled stretched tilted tipped tucked turned twisted
"""
_PAST: Final = {
    "ran": "run",
    "went": "go",
    "stood": "stand",
    "sat": "sit",
    "rose": "rise",
    "fell": "fall",
    "threw": "throw",
    "struck": "strike",
    "shook": "shake",
    "crept": "creep",
    "strode": "stride",
    "leapt": "leap",
    "sank": "sink",
    "came": "come",
    "got": "get",
}
_OTHERS: Final = {
    "feet": "foot",
    "bodies": "body",
    "lying": "lie",
    "himself": "self",
    "herself": "self",
    "itself": "self",
    "themselves": "self",
    "cannot": "not",
    "centered": "centred",
    "tiptoeing": "tiptoe",
    "curtsies": "curtsey",
    "curtsy": "curtsey",
    "curtseys": "curtsey",
    "infront": "front",
}
_DROPPED: Final = frozenset(_SILENT.split())
_SPELLINGS: Final = (
    (re.compile("[\u2019`]"), "'"),  # a typographic apostrophe
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"\b(?:counter|anti)[- ]?clockwise"), "anticlockwise"),
    (re.compile(r"\bfavour"), "favor"),
    (re.compile(r"\bhip[- ]hop"), "hiphop"),
    (re.compile(r"\btip[- ]toe"), "tiptoe"),
    (re.compile(r"\bzig[- ]zag"), "zigzag"),
    (re.compile(r"\b(for|back|up|down|in|out|side|left|right|to|on|rear|sky)wards\b"), r"\1ward"),
    # "stops waving" says what is not done, "stops at the hip" does not
    (re.compile(r"\b(?:stop(?:s|ped)?|ceases?|quits?|avoids?|instead of|rather than) (?=\w+ing\b)"), "not "),
)
_DOUBLED: Final = re.compile(r"[aeiou][bdgklmnprt]$")
_ALWAYS_DOUBLED: Final = re.compile(r"[^aeiou]*[aeiou][bdgklmnprt]")
_WORD: Final = re.compile(r"[a-z0-9']+")
_CLAUSE_END: Final = re.compile("[,;:!?()\n\u2013\u2014]|[.](?!\\d)")  # dashes as well


def inflections(verb: str) -> Iterator[str]:
    """Yield the third person, the present participle and the regular past of a verb, in every spelling that occurs."""
    yield from (verb + "s", verb + "es")
    if verb.endswith("y"):
        yield from (verb[:-1] + "ies", verb[:-1] + "ied")
    if _DOUBLED.search(verb):
        yield from (verb + verb[-1] + "ing", verb + verb[-1] + "ed")
    if verb.endswith("e"):
        yield from (verb[:-1] + "ing", verb + "d")
    elif not _ALWAYS_DOUBLED.fullmatch(verb):  # "hoping" is none of "hop"
        yield from (verb + "ing", verb + "ed")


@cache
def _base_forms() -> dict[str, str]:
    forms = {noun + ending: noun for noun in _NOUNS.split() for ending in ("s", "es")}
    forms |= {form: verb for verb in _VERBS.split() for form in inflections(verb)}
    for participle in _PLACING.split():
        forms.pop(participle, None)
    return forms | _PAST | _OTHERS


def clauses(text: str) -> list[str]:
    """Return the clauses of a sentence in lower case: what stands between its punctuation marks."""
    return [" ".join(clause.split()) for clause in _CLAUSE_END.split(text.lower().replace("_", " ")) if clause.strip()]


def bare(clause: str) -> str:
    """Return a clause in lower case without what makes no difference to what it says."""
    for pattern, replacement in _SPELLINGS:
        clause = pattern.sub(replacement, clause)
    forms = _base_forms()
    return " ".join(forms.get(word, word) for word in _WORD.findall(clause) if word not in _DROPPED)
