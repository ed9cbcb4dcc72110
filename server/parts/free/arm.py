# SPDX-License-Identifier: GPL-3.0-or-later
"""Free wordings for arms."""

from __future__ import annotations

from typing import Final

from .patterns import Rows

_HAND: Final = "(hand|arm|fist|palm|wrist|finger|thumb|knuckle|forearm)"
_HEAD: Final = "(head|face|ear|eye|mouth|chin|nose|forehead|temple|cheek|brow|hair|neck|beard|lip|eyebrow)"
_BENT: Final = "(bent|flexed|crooked)"
_UP: Final = "(reach|stretch|stretched|raised|held|hold|point|pointed|lifted|thrown|straight|hand|arm)"
_STRETCHED: Final = "(straight|stretch|stretched|extend|extended|outstretched|point|pointed)"
_RISE: Final = "(rise|raise|lift|go up|come up|raised)"
_MOTION: Final = "(movement|swing|wave|gesture|circle|arc|sweep|motion)"
_PLACES: Final = {
    "head": "(head|face|ear|eye|mouth|chin|nose|forehead|temple|cheek|brow)",
    "shoulder": "(shoulder|neck|throat|collarbone|armpit)",
    "chest": "(chest|breast|heart|sternum|torso)",
    "waist": "(waist|belly|stomach|tummy|navel)",
    "hip": "(hip|pocket|belt|pelvis)",
    "low": "(thigh|knee)",
}


def _heights() -> Rows:
    """Rows for every height by name: held at it, brought to it, never above it."""
    rows: list[tuple[str, str]] = []
    for value, place in _PLACES.items():
        near = "(at|by|near|beside|before|around|next to|close to|level with|just below|on level with|out of)"
        rows += [
            (rf"{near} {place}( height| level)?|{place} (height|level|high)", f"hold={value}"),
            (
                rf"(raised|lifted|held|hold|kept|keep|bent|brought) .. (to|up to) {place}( height| level)?",
                f"hold={value}",
            ),
            (rf"in front of {place}( height| level)?", f"hold={value} reach=front"),
            (rf"above {place}( height| level)?", f"hold={_above(value)}"),
            (rf"(to|toward|as high as) {place}( height| level)?", f"peak={value}"),
            (
                rf"NOT (rise|raise|raised|go|get|come|lift|lifted|reach) .. (above|past|beyond|higher than) {place}( height)?",
                f"peak={value}",
            ),
        ]
        if value not in {"shoulder", "low"}:
            rows.append((place.replace("|face", ""), f"hold={value}"))
    return tuple(rows)


def _ways() -> Rows:
    """Rows for every height by name: raised to it and lowered again, raised to it at some pace, lowered from it."""
    rise, reached = "(rise|raise|raised|lift|lifted|go up|come up)", "(up |out |to |above |over )*"
    down = "(lower|lowered|drop|dropped|fall|sink|return|come (back )?down|put down)"
    pace = r"(?=[^|]*\b(slow|slowly|quick|quickly|fast|sudden|suddenly|gradually|jerkily|smoothly)\b)"
    rows: list[tuple[str, str]] = []
    for value, place in (("overhead", "(overhead|above head|over head|up high)"), *_PLACES.items()):
        to = rf"{rise} {reached}{place}( height| level)?"
        rows += [
            (rf"{to} (and|then) {down}( back| down| again)*", f"action=raises_lowers peak={value}"),
            (rf"{to}{pace}", f"action=raises peak={value}"),
            (rf"{down} (down )?from {place}( height| level)?", f"action=lowers peak={value}"),
        ]
    return tuple(rows)


def _above(value: str) -> str:
    higher = ("low", "hip", "waist", "chest", "shoulder", "head", "overhead")
    return higher[higher.index(value) + 1]


_TOUCH: Final[Rows] = (
    (
        r"(arm )?(?<!hand )(cross|crossed|fold|folded) .. (over|across|in front of|on|before) (chest|body|breast)",
        "touch=other_arm spread~across hold~chest",
    ),
    (rf"({_HAND} .. )?((rest|prop|propped|placed|planted|put|plant) )?on (hip|waist|belt)", "touch=hip hold~hip"),
    (r"akimbo|(hook|hooked) .. belt|in .. belt", "touch=hip hold~hip"),
    (r"in .. pocket", "hold=hip"),
    (
        rf"{_HAND} .. on (upper )?(thigh|knee|lap|leg)|(rest|lie|touch|drum|tap|slap) (on )?(thigh|knee|lap)",
        "touch=thigh hold~low",
    ),
    (rf"({_HAND} .. )?(on|over|against) (heart|chest|breast)", "touch=chest hold~chest"),
    (r"press(ed)? .. (to|on|against) (heart|chest|breast)", "touch=chest hold~chest"),
    (r"(clutch|beat|pound|thump|pat|slap|touch|clasp) (own )?(chest|heart|breast)", "touch=chest hold~chest"),
    (rf"({_HAND} .. )?(on|against|behind|over|at back of|on back of|on top of) {_HEAD}", "touch=head hold~head"),
    (
        rf"(scratch|stroke|rub|touch|hold|clutch|cup|cover|wipe|mop|tap|shield|shade|pull|pat|slap) (own )?{_HEAD}",
        "touch=head hold~head",
    ),
    (rf"(wipe|mop|dab) .. (off|from) {_HEAD}", "touch=head hold~head"),
    (r"salute|facepalm", "touch=head hold~head"),
    (
        rf"({_HAND} .. )?(clasped|clasp|folded|fold|tucked|crossed|held|hold|kept|hidden|tied|joined|linked) .. behind back",
        "touch=back reach~behind",
    ),
    (rf"{_HAND} .. (behind|on .. )back", "touch=back reach~behind"),
    (r"(rest|lie|press|pressed|placed|put|held) (on|to|against|in) .. back", "touch=back reach~behind"),
    (r"arm (crossed|folded|cross)|(folded|crossed|fold|cross) arm", "touch=other_arm spread~across hold~chest"),
    (r"hug (self|body)|wrap(ped)? .. around (self|body)", "touch=other_arm spread~across hold~chest"),
    (
        rf"{_HAND} (clasped|folded|joined|interlocked|interlaced|linked|clasp|meet|fold)( together)?(?! up)",
        "touch=other_hand",
    ),
    (r"(clasp|fold|wring|join|interlace|rub) (other )?hand( together)?", "touch=other_hand"),
    (r"(hold|grip|grasp|touch|take) (on to )?other hand(?! (up|high|out|over|above))", "touch=other_hand"),
    (r"(palm|hand|finger) .. (pressed |press )?together", "touch=other_hand"),
    (r"pray|in prayer", "touch=other_hand hold~chest"),
    (r"clap|applaud", "touch=other_hand pair=together"),
    (
        r"(carry|hold) .. (tray|box|crate|parcel|book|tablet|bowl|basket)",
        "action~still reach~front elbow~square hold~waist",
    ),
)
_PLACE: Final[Rows] = (
    (
        r"(above|over) .. head|overhead|aloft|up in air|high in air|(hand|arm|fist|raised|thrown|held) in air",
        "hold=overhead",
    ),
    (rf"{_UP} (straight )?(up|high|upward|skyward)( high)?( .. (sky|ceiling|heaven|air))?", "hold=overhead"),
    (r"raised|up high", "hold=overhead"),
    (r"half (raised|lifted)", "hold=chest"),
    (r"LITTLE (raised|lifted)", "hold=hip"),
    (r"horizontal|horizontally|parallel to (ground|floor)", "hold=shoulder"),
    (r"(raised|lifted) (out )?(to .. side|sideways)", "hold=shoulder spread=far_wide"),
    (r"(raised|lifted) (out )?(forward|in front|to front)", "hold=shoulder reach=far_front"),
    (r"t pose", "hold=shoulder spread=far_wide elbow=straight"),
    (r"(hang|hung|dangle|droop|limp|limply|loose|loosely|slack|lowered)( down| low)?", "hold=low"),
    (r"(at|by|beside) .. side|held low|hang .. (heavy|heavily)", "hold=low"),
    (rf"{_STRETCHED} (out |straight |far |right )*(in front|forward|ahead|to front)", "reach=far_front elbow=straight"),
    (r"(reach|far|out|hold out|held out) (out |straight |far )*(in front|forward|ahead|to front)", "reach=far_front"),
    (r"in front|forward|before (body|self)|to front", "reach=front"),
    (r"(stretched|extended|straight) (out )?(back|backward|behind)", "reach=behind elbow=straight"),
    (r"behind( body| self)?|(drawn|pulled|swept|reach|thrown) (back|backward)", "reach=behind"),
    (r"cross|crossed|across( body| chest)?", "spread=across"),
    (r"(stretched|outstretched|extended) (out )?(wide|to .. side)", "spread=far_wide elbow=straight"),
    (r"(straight|far|fully|right) (out )?to .. side|sideways|like wing|wing", "spread=far_wide"),
    (
        rf"out to .. side|outward|spread( out)?|wide(?! {_MOTION})|out wide|away from .. (body|side|torso)",
        "spread=wide",
    ),
    (r"(elbow|arm) (stick |point )?out(ward)?|stick out|out for balance", "spread=wide"),
    (r"close( to (body|side|torso))?|tuck|tucked|pinned|tight|tightly|press(ed)? .. (side|rib|body)", "spread=close"),
    (r"(tucked|close|tight|pressed) .. against .. (side|rib|body)", "spread=close"),
)
_ELBOW: Final[Rows] = (
    (r"(not|never|no|without) (bent|bend|flexed|flex|bend in)( .. elbow)?|unbent", "elbow=straight"),
    (r"locked|straight|stretched|extended|outstretched|stiff|stiffly|stiff and straight", "elbow=straight"),
    (rf"LITTLE {_BENT}|{_BENT} (only )?LITTLE|bend LITTLE", "elbow=slight"),
    (rf"({_BENT} )?(at )?(right angle|(90|ninety) degree)|strongly {_BENT}", "elbow=square"),
    (
        r"(sharply|fully|tightly|completely|very) (bent|folded|flexed)|bent (sharply|fully|tightly|completely)|folded up",
        "elbow=folded",
    ),
    (rf"{_BENT}|bend", "elbow=bent"),
)
_MOVEMENT: Final[Rows] = (
    (r"NOT (swing|wave|move|movement|motion|swung)( at all)?", "action=still"),
    (r"still|motionless|frozen|freeze|fixed|rigid|immobile|stationary|nothing", "action=still"),
    (r"(hardly|barely|scarcely) (swing|swung)( at all)?", "action=swings size=tiny"),
    (r"(hardly|barely|scarcely) wave( at all)?", "action=waves size=tiny"),
    (r"(hardly|barely|scarcely) .. (move|movement)( at all)?", "size=tiny"),
    (rf"{_RISE}(?= .*\b(lower|lowered|drop|fall|down|back|sink|return)\b)", "action=raises_lowers"),
    (r"rise and fall|raise and lower|lift and drop", "action=raises_lowers"),
    (r"swing|swung|pump", "action=swings"),
    (r"flap", "action=waves way~up_down"),
    (r"wave( hello| goodbye| bye)?|shake|beckon|wag|flutter|fan", "action=waves"),
    (r"punch|jab|strike|thrust|hit|throw|hurl|toss|box|poke|stab|shove|push|slap|lunge", "action=thrusts"),
    (r"raise|lift|rise|(come|go|snap|shoot|fly) up", "action=raises"),
    (r"lower|drop|sink|fall|(come|go) down", "action=lowers"),
    (r"(windmill|rotate|whirl)( backward| forward)?", "way=around action~moves"),
    (r"move|gesture|gesticulate|fidget", "action~moves"),
    (r"tiny|minimal|minute|subtle|imperceptible|imperceptibly", "size=tiny"),
    (r"small|little|short|slight|slightly|bit|modest|restrained", "size=small"),
    (r"(bit|little) (too|more|less)", ""),
    (rf"large|big|widely|wide(?= {_MOTION})|generous|generously|expansive|broad|lot", "size=large"),
    (r"huge|sweep|enormous|wild|wildly|extravagant|extravagantly", "size=huge"),
)
_TIME: Final[Rows] = (
    (r"(very|extremely|ever so) (slow|slowly)|slow motion|sluggish", "tempo=very_slow"),
    (r"slow|slowly|gentle|gently|lazy|lazily|heavy|heavily|languid|languidly|leisurely|calm|calmly", "tempo=slow"),
    (r"(very|extremely|really) (fast|quick|quickly|rapidly)|frantic|frantically|violent|furiously", "tempo=very_quick"),
    (r"as (fast|quickly|quick) as .. (can|possible)|lightning fast", "tempo=very_quick"),
    (
        r"quick|quickly|fast|rapid|rapidly|brisk|swift|swiftly|hurried|hurriedly|vigorous|vigorously|energetic|energetically",
        "tempo=quick",
    ),
    (r"steady|even|evenly|moderate|moderately", "tempo=moderate"),
    (
        r"(move|go|travel) up and down(?= (again and again|over and over|repeatedly|(many|several) time))",
        "action=raises_lowers way=up_down",
    ),
    (r"up and down( again(?! and again))?|vertical|vertically", "way=up_down"),
    (r"(from )?side to side|left and right|left to right|in and out|move sideways", "way=sideways"),
    (r"back and forth|forward and (back|backward)", "way=forward_back"),
    (r"circle|circular|circularly|round and round|loop|spiral", "way=around"),
    (r"once|(one|single|1)(?= ([\w']+ )?(time|motion|movement|go|stroke|sweep))|one single", "rhythm=once"),
    (r"at once", ""),
    (r"twice|(two|2) time", "rhythm=twice"),
    (r"again and again|over and over( again)?|repeatedly|repeated|rhythmically|thrice", "rhythm=repeated"),
    (r"constantly|continually|continuously|non ?stop|endlessly|without (stop|pause|rest)", "rhythm=repeated"),
    (r"(three|four|five|six|[3-9]|several|many|few|multiple) time", "rhythm=repeated"),
    (r"smooth|smoothly|fluid|fluidly|graceful|gracefully|flow", "flow=smooth"),
    (r"jerk|jerky|jerkily|abrupt|abruptly|sudden|suddenly|twitch|twitchy|staccato|haltingly|choppy", "flow=jerky"),
    (r"robotic|robotically|mechanical|mechanically|like .. robot|stop and start|start and stop", "flow=jerky"),
)
_PAIR: Final[Rows] = (
    (r"both (arm|hand)(?= .*\b(together|at same time|at once|alike))", "pair=together"),
    (r"(together|in time|in unison|in sync|in parallel|in step) with other( arm| hand| one)?", "pair=together"),
    (r"mirror .. other( arm| hand| one)?|like other( arm| hand| one)?|both at once", "pair=together"),
    (r"simultaneously|in unison|in parallel|symmetrical|symmetrically|at same time", "pair=together"),
    (r"alternate|alternately|in turn|take turn|(one )?(arm |hand )?after other", "pair=alternating"),
    (r"(opposite( to| of)?|in opposition to) other( arm| hand| one)?", "pair=alternating"),
)
_NOTHING: Final[Rows] = (
    (r"box (guard|stance)", ""),
    (r"from .. (shoulder|elbow|hip|waist|chest|head)", ""),
    (r"(roll|rolled|shrug) .. shoulder( forward| back| backward)?", ""),
    (r"palm (face )?(up|down|forward|inward|outward|in|out|back)", ""),
)
ARM: Final[Rows] = (*_ways(), *_TOUCH, *_heights(), *_PLACE, *_ELBOW, *_MOVEMENT, *_TIME, *_PAIR, *_NOTHING)
