# SPDX-License-Identifier: GPL-3.0-or-later
"""From a sentence on one part to its attributes.

First every phrase of the vocabulary is looked for, the longest first; then, for slots still open, looser patterns catch
what an animator may write instead: synonyms, negations, other word orders. Slots that nothing speaks of stay open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from .phrases import TABLES

_NEGATION: Final = r"(?:not|n't|never|without|no|hardly|barely|stops?|stopped)\W+(?:\w+\W+){0,2}?"
_NEGATED: Final = re.compile(r"(?:\b(?:not|never|without|no|stops?|stopped)|n't)\s+(?:(?!and\b|but\b)\w+\s+){0,3}$")

# kind of part -> (pattern, slot, value); the first pattern that fits a slot wins
_LOOSE: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "arm": (
        (_NEGATION + r"(?:swing|wave|waving|move|moving)", "action", "still"),
        (r"\b(?:wav(?:e|es|ing)|shak(?:e|es|ing))\b", "action", "waves"),
        (r"\b(?:punch\w*|jab\w*|strik\w*|thrust\w*|hit\w*|throw\w*)\b", "action", "thrusts"),
        (r"\b(?:rais\w*|lift\w*|ris\w*)\b.*\b(?:lower\w*|drop\w*|down|back)\b", "action", "raises_lowers"),
        (r"\b(?:rais(?:e|es|ing)|lift(?:s|ing)?|rises?)\b", "action", "raises"),
        (r"\b(?:lower(?:s|ing)|drop(?:s|ping))\b", "action", "lowers"),
        (r"\bsw(?:ing|ings|inging|ung)\b", "action", "swings"),
        (r"\b(?:still|motionless|frozen|fixed|rigid)\b", "action", "still"),
        (r"\b(?:flap\w*|circl\w*|gestur\w*|moves?|moving)\b", "action", "moves"),
        (
            r"\b(?:above (?:the|his|her|their) head|overhead|over (?:the|his|her|their) head|high in the air)\b",
            "hold",
            "overhead",
        ),
        (r"\b(?:head|face|ear|eye|mouth)\b(?: height| level)?", "hold", "head"),
        (
            r"\bshoulder(?: height| level)\b|\b(?:horizontal\w*|straight out|level with the shoulder)",
            "hold",
            "shoulder",
        ),
        (r"\b(?:chest|heart|sternum)\b", "hold", "chest"),
        (r"\b(?:waist|belly|stomach|navel)\b", "hold", "waist"),
        (r"\bhips?\b", "hold", "hip"),
        (r"\b(?:hang\w*|dangl\w*|droop\w*|limp|at (?:the|his|her|their) sides?|loose\w*)\b", "hold", "low"),
        (r"\b(?:behind|backwards?)\b", "reach", "behind"),
        (r"\b(?:stretched|reach\w*|extended|straight) (?:out )?(?:forwards?|in front|ahead)\b", "reach", "far_front"),
        (r"\b(?:in front|forwards?|before)\b", "reach", "front"),
        (r"\b(?:cross\w*|across)\b", "spread", "across"),
        (r"\b(?:straight|far|stretched) (?:out )?(?:to|at) the side\b|\bsideways\b", "spread", "far_wide"),
        (r"\b(?:out to the side|outwards?|spread|wide)\b", "spread", "wide"),
        (r"\b(?:close|tucked|pressed|tight)\b", "spread", "close"),
        (r"\b(?:not|never|hardly|without being) bent\b|n't bent\b|\bunbent\b", "elbow", "straight"),
        (r"\b(?:slightly|a little|a bit|softly) (?:bent|flexed)\b", "elbow", "slight"),
        (r"\b(?:right angle|90 degrees|strongly bent|ninety degrees)\b", "elbow", "square"),
        (r"\b(?:sharply|fully|tightly|completely) (?:bent|folded|flexed)\b", "elbow", "folded"),
        (r"\b(?:bent|bend|flexed)\b", "elbow", "bent"),
        (r"\b(?:straight|stretched|extended|outstretched)\b", "elbow", "straight"),
        (r"\b(?:tiny|minimal)\b|" + _NEGATION + r"mov", "size", "tiny"),
        (r"\b(?:small|slightly|little|short)\b", "size", "small"),
        (r"\b(?:large|big|wide|widely|generous\w*)\b", "size", "large"),
        (r"\b(?:huge|sweeping|enormous|wild\w*)\b", "size", "huge"),
        (r"\bvery slow\w*", "tempo", "very_slow"),
        (r"\b(?:very (?:fast|quick\w*)|frantic\w*|violent\w*)\b", "tempo", "very_quick"),
        (r"\b(?:slow\w*|gentl[ey]|lazily|heav\w*)\b", "tempo", "slow"),
        (r"\b(?:quick\w*|fast|rapid\w*|brisk\w*)\b", "tempo", "quick"),
        (r"\b(?:stead\w*|even\w*|moderate\w*)\b", "tempo", "moderate"),
    ),
    "leg": (
        (_NEGATION + r"(?:step|move|walk)", "action", "stands"),
        (r"\b(?:kick\w*)\b", "action", "kicks"),
        (r"\b(?:run\w*|jog\w*|sprint\w*|dash\w*)\b", "action", "runs"),
        (r"\b(?:in place|on the spot)\b", "action", "steps"),
        (r"\b(?:walk\w*|steps?|stepping|strid\w*|march\w*|stroll\w*)\b", "action", "walks"),
        (r"\b(?:shift\w*|shuffl\w*)\b", "action", "shifts"),
        (r"\b(?:stand\w*|still|planted|rooted)\b", "action", "stands"),
        (r"\b(?:very long|huge|giant) (?:step|stride)", "stride", "very_long"),
        (r"\b(?:long|big|wide) (?:step|stride)", "stride", "long"),
        (r"\b(?:short|tiny|small|little) (?:step|stride)", "stride", "short"),
        (r"\b(?:slow\w*|heav\w*)\b", "cadence", "slow"),
        (r"\b(?:rapid\w*|hurried\w*|very fast)\b", "cadence", "rapid"),
        (r"\b(?:brisk\w*|quick\w*|fast|lively)\b", "cadence", "brisk"),
        (r"\b(?:steady|steadily|even\w*)\b", "cadence", "steady"),
        (r"\b(?:not|never|hardly) bent\b|n't bent\b", "knee", "straight"),
        (r"\b(?:deeply|strongly|low) bent\b|\bcrouch\w*", "knee", "deep"),
        (r"\bsquat\w*", "knee", "squat"),
        (r"\b(?:slightly|a little|softly) bent\b", "knee", "soft"),
        (r"\bbent\b", "knee", "bent"),
        (r"\b(?:straight|stiff)\b", "knee", "straight"),
        (_NEGATION + r"(?:drag|scrap|shuffl)", "lift", "low"),
        (r"\b(?:drag\w*|scrap\w*|shuffl\w*)\b", "lift", "drags"),
        (r"\b(?:very high|to the chest)\b", "lift", "very_high"),
        (r"\b(?:high|knee up|lifted)\b", "lift", "high"),
        (r"\b(?:turned|pointing) in\w*|pigeon", "toes", "in"),
        (r"\b(?:turned|pointing) out\w*|duck", "toes", "out"),
        (r"\bvery wide\b|\bstraddl\w*", "width", "very_wide"),
        (r"\b(?:wide|apart)\b", "width", "wide"),
        (r"\b(?:narrow|close|together)\b", "width", "narrow"),
        (r"\bcross\w*", "width", "crossing"),
    ),
    "backbone": (
        (_NEGATION + r"(?:bent|bend\w*|stoop\w*|lean\w*)", "pitch", "upright"),
        (r"\b(?:bows?|bowing)\b", "bend", "bows"),
        (r"\b(?:doubled|far forward|deeply (?:bent|bowed))", "pitch", "far"),
        (r"\b(?:slight\w*|a little) (?:bent|lean\w*|tipp\w*|stoop\w*)", "pitch", "slight"),
        (
            r"\b(?:bent(?! (?:to the )?(?:left|right|back))|stoop\w*|lean\w* (?:forward|ahead)|forward)\b",
            "pitch",
            "forward",
        ),
        (r"\b(?:lean\w*|arch\w*|bent) back\w*", "pitch", "back"),
        (r"\b(?:upright|straight|erect|tall)\b", "pitch", "upright"),
        (r"\b(?:hunch\w*|slouch\w*|slump\w*|humped)\b", "curve", "hunched"),
        (r"\bround\w*", "curve", "rounded"),
        (r"\bchest (?:out|up|forward|puffed\w*)", "curve", "hollow"),
        (r"\b(?:lean\w*|tilt\w*|bent|bend\w*) (?:to the )?left\b", "lean", "left"),
        (r"\b(?:lean\w*|tilt\w*|bent|bend\w*) (?:to the )?right\b", "lean", "right"),
        (_NEGATION + r"sway", "sway", "still"),
        (r"\b(?:strong\w*|wide\w*) (?:sway|roll)|\b(?:sway|roll)\w* (?:strong|wide)", "sway", "strong"),
        (r"\bsway\w* (?:slight|a little)", "sway", "slight"),
        (r"\b(?:sway\w*|roll\w*|wobbl\w*)\b", "sway", "clear"),
        (_NEGATION + r"twist", "twist", "still"),
        (r"\btwist\w*", "twist", "clear"),
        (
            r"\bhead " + _NEGATION + r"(?:lower|hung|hang|bowed|lift|rais)|" + _NEGATION + r"look\w* (?:up|down)",
            "head",
            "level",
        ),
        (r"\bhead (?:is )?(?:hung|hang\w*|drop\w*)|chin (?:on|to)", "head", "hung"),
        (r"\b(?:head (?:is )?(?:down|low\w*|bowed)|look\w* down)", "head", "lowered"),
        (r"\b(?:head (?:is )?(?:up|high|raised)|chin up|look\w* up)", "head", "lifted"),
        (r"\b(?:look|turn)\w* (?:to the )?left\b", "head_turn", "left"),
        (r"\b(?:look|turn)\w* (?:to the )?right\b", "head_turn", "right"),
        (r"\blook\w* around\b|\bhead (?:shak|toss|bob)\w*", "head_motion", "strong"),
    ),
    "root": (
        (_NEGATION + r"(?:travel|move|moving|go)\b", "direction", "in_place"),
        (r"\b(?:in place|on the spot|stand\w* still|stationary)\b", "direction", "in_place"),
        (r"\bbackwards?\b|\bback away\b", "direction", "backward"),
        (r"\b(?:sidestep\w*|sideways|steps?) (?:to the )?left\b", "direction", "left"),
        (r"\b(?:sidestep\w*|sideways|steps?) (?:to the )?right\b", "direction", "right"),
        (r"\b(?:forwards?|ahead|onwards?|circle|circles|walks?|runs?)\b", "direction", "forward"),
        (r"\b(?:sprint\w*|dash\w*|full speed)\b", "speed", "sprinting"),
        (r"\b(?:runs?|running|jog\w*)\b", "speed", "running"),
        (r"\b(?:brisk\w*|quick\w*|fast)\b", "speed", "brisk"),
        (r"\b(?:creep\w*|very slow\w*|sneak\w*|tiptoe\w*)\b", "speed", "creeping"),
        (r"\b(?:slow\w*|tired\w*)\b", "speed", "slow"),
        (r"\b(?:walk\w*|normal speed)\b", "speed", "walking"),
        (_NEGATION + r"turn", "turn", "straight"),
        (r"\b(?:circle|circles|circling|loop|all the way)\b.*\bright\b", "turn", "around_right"),
        (r"\b(?:circle|circles|circling|loop|all the way)\b", "turn", "around_left"),
        (r"\bturn\w*\b.*\bleft\b|\bcurv\w*\b.*\bleft\b", "turn", "left"),
        (r"\bturn\w*\b.*\bright\b|\bcurv\w*\b.*\bright\b", "turn", "right"),
        (r"\bstraight\b", "turn", "straight"),
        (_NEGATION + r"bounc|\bglid\w*|\bsmooth\w*", "bounce", "none"),
        (r"\b(?:leap\w*|jump\w*|hop\w*)\b", "bounce", "leaps"),
        (r"\b(?:strong\w*|high) bounc|\bspring\w*", "bounce", "strong"),
        (r"\bslight\w* bounc|\bbounc\w* (?:slight|a little)", "bounce", "slight"),
        (r"\bbounc\w*", "bounce", "clear"),
        (_NEGATION + r"(?:crouch|squat|low)", "height", "normal"),
        (r"\b(?:floor|lying|lies|kneel\w*)\b", "height", "floor"),
        (r"\b(?:crouch\w*|squat\w*|low)\b", "height", "crouched"),
        (r"\btall\b", "height", "tall"),
        (r"\bhips? sway\w*", "sway", "clear"),
    ),
}
_KIND: Final = {"right_arm": "arm", "left_arm": "arm", "right_leg": "leg", "left_leg": "leg"}


@cache
def _phrases(kind_part: str) -> tuple[tuple[re.Pattern[str], str, str], ...]:
    rows = [
        (phrase, slot, value)
        for slot, values in TABLES[kind_part].items()
        for value, options in values.items()
        for phrase in options
    ]
    rows.sort(key=lambda row: -len(row[0]))
    return tuple((re.compile(rf"(?<![\w-]){re.escape(phrase)}(?![\w-])"), slot, value) for phrase, slot, value in rows)


@cache
def _patterns(kind: str) -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple((re.compile(pattern), slot, value) for pattern, slot, value in _LOOSE[kind])


def _exact(part: str, text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (slot, value, rest of the text) for every phrase found; what was read is blanked out."""
    for pattern, slot, value in _phrases(part):
        match = pattern.search(text)
        # "not leaning back" is no "leaning back": a negated phrase is left to the loose patterns
        if match and not _NEGATED.search(text[: match.start()]):
            text = text[: match.start()] + "#" + text[match.end() :]
            yield slot, value, text


def _affirmed(pattern: re.Pattern[str], text: str) -> bool:
    """Tell whether a text says what a pattern means; what is negated is said by the patterns that begin so, or not at all."""
    negates = pattern.pattern.startswith(_NEGATION)
    return any(negates or not _NEGATED.search(text[: found.start()]) for found in pattern.finditer(text))


def parse_part(part: str, text: str) -> dict[str, str]:
    """Return slot name to value of one part's sentence, in the order of the slots.

    Raises:
        KeyError: for an unknown part.
    """
    rest = " ".join(text.lower().replace("_", " ").split())
    said: dict[str, str] = {}
    for slot, value, remaining in _exact(part, rest):
        rest = remaining
        said.setdefault(slot, value)
    if re.search(r"[a-z]{3}", rest):
        for pattern, slot, value in _patterns(_KIND.get(part, part)):
            if slot not in said and _affirmed(pattern, rest):
                said[slot] = value
    return {slot: said[slot] for slot in TABLES[part] if slot in said}
