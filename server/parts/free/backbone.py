# SPDX-License-Identifier: GPL-3.0-or-later
"""Free wordings for the back and the head."""

from __future__ import annotations

from typing import Final

from .patterns import Rows, both_sides

_LEAN: Final = "(lean|leaned|leant|bent|bend|tip|tipped|tilt|tilted|incline|inclined|stoop|stooped|bowed)"
_TORSO: Final = "(upper body|torso|trunk|chest|shoulder|body|ribcage|waist)"
_LOOK: Final = "(look|glance|peer|face|gaze|stare|eye)"
_TILTED: Final = (
    "(tilted|tilt|cocked|cock|leaned|leant|lean|tipped|tip|bent|bend|inclined|incline|crooked|drop|dropped)"
)
_AWAY: Final = (
    "(to |over |back |toward |slightly |little |bit |away |off |far |out |sideways |round |around |down |strongly )*"
)

_TRUNK: Final[Rows] = (
    (r"(not|never) (bent|bend|stoop|stooped|lean|bowed)( forward| over)?|without (stoop|lean)", "pitch=upright"),
    (r"NOT (lean|tilt|tilted) (to )?(left|right|back|backward|forward)", ""),
    (
        r"upright|erect|tall|vertical|((ramrod|poker|bolt) )?straight(?! (ahead|on|to|out))|stand (up )?straight|bolt upright",
        "pitch=upright",
    ),
    (
        rf"{_LEAN} (far |right |slightly |little )*(back|backward)( LITTLE)?|arch(ed)? (back|backward)|lean .. back",
        "pitch=back",
    ),
    (r"(far|deeply|deep|very far|low|almost|nearly|strongly) (forward|bent|bowed|stooped)|horizontal", "pitch=far"),
    (rf"{_LEAN} (far|deeply|low|right) (forward|over)|bent (over )?(deeply|far)|stoop (low|far|deeply)", "pitch=far"),
    (r"bent (almost |nearly )?double|doubled( over| up)?", "pitch=far"),
    (
        rf"LITTLE {_LEAN}( forward| over)?|{_LEAN} (forward |over )?LITTLE( forward| over)?|LITTLE forward|forward LITTLE",
        "pitch=slight",
    ),
    (rf"{_LEAN} (forward|ahead|over)|lean into", "pitch=forward"),
    (r"stoop|stooped|bent|forward", "pitch~forward"),
    (r"(back|spine) .. straight|straight (back|spine)|flat back", "curve=straight"),
    (r"NOT (hunch|hunched|slouch|slouched|slump|slumped|rounded)", "curve=straight"),
    (r"LITTLE (hunch|hunched|slouch|slouched|slump|slumped|rounded)", "curve=rounded"),
    (r"(hunch|hunched|slouch|slouched|slump|slumped|humped)( over| forward)?", "curve=hunched"),
    (r"shoulder .. (slump|slumped|hunched)|hunch .. shoulder", "curve=hunched"),
    (
        r"rounded|curved|(back|spine|shoulder) round|round (back|spine|shoulder)|shoulder (forward|droop|sag)",
        "curve=rounded",
    ),
    (r"chest (out|forward|up|proud|lifted|puffed|high|thrust|pushed)( out| forward| up)?", "curve=hollow"),
    (r"(puff|push|stick) .. chest( out)?|chest (to|toward) (sky|ceiling)|hollow", "curve=hollow"),
    (r"shoulder (pulled |drawn |thrown |held |rolled )?back", "curve=hollow"),
    (r"arch|arched", "curve~hollow"),
    (r"bow|(take )?(deep |low )?bow|bow (deeply|low|deep)", "bend=bows"),
    (r"(bend|lean|stoop|reach) (down|over)( and stay( there| down)?)?|fold over", "bend=bends"),
    (r"bend .. (and )?(stay|remain|hold)( there| down)?", "bend=bends"),
    (r"straighten( up| out)?|unbend|come upright", "bend=straightens"),
    (r"rock( back and forth| forward and back)?|sway (back and forth|forward and (back|backward))", "bend=rocks"),
    (r"NOT (sway|wobble|rock|roll)", "sway=still"),
    (r"(sway|roll|wobble|swing|rock) MUCH( from side to side)?|MUCH (sway|roll)|lurch", "sway=strong"),
    (r"(sway|roll|wobble|swing) LITTLE( from side to side)?|rock LITTLE from side to side", "sway=slight"),
    (r"LITTLE (sway|roll|wobble)( from side to side)?", "sway=slight"),
    (r"sway|wobble|roll|(rock|swing) (from )?side to side", "sway=clear"),
    (r"teeter|stagger|totter|waddle", "sway~clear"),
    (r"NOT (twist|twisted|rotate)", "twist=still"),
    (r"(twist|rotate) MUCH|MUCH twist|swing .. shoulder (round|around)", "twist=strong"),
    (r"(twist|rotate) LITTLE|LITTLE (twist|rotate)", "twist=slight"),
    (
        r"(twist|rotate)( (to )?left and (to )?right| (from )?side to side| back and forth)?|swing shoulder",
        "twist=clear",
    ),
    (r"rigid|rigidly|motionless|(stiff|stiffly)( as .. board)?", "sway=still twist=still"),
    (r"shiver|tremble|quiver|quake|shudder|shake( with [\w']+| all over)?", "tremor=trembling"),
)
_HEAD: Final[Rows] = (
    (r"head not (lower|lowered|hung|hang|bowed|lifted|raised|down|up)|NOT look (up|down)", "head=level"),
    (r"head (held |kept )?(level|straight)", "head=level"),
    (rf"{_LOOK} (straight |fixed |directed |set )*(ahead|forward|to front)", "head=level head_turn=ahead"),
    (r"head (hang|hung|droop|drop|dropped|sunk|sink|slumped)( low| down| forward)?", "head=hung"),
    (r"(hang|droop|drop) head( low)?|chin (on|to|against) chest", "head=hung"),
    (r"head .. (down|low|lowered|bowed|bent|tipped|tilted|dipped|ducked)( forward| down)?|bowed head", "head=lowered"),
    (r"(lower|bow|dip|bend|duck|tilt|tip) head( down| forward)?", "head=lowered"),
    (
        rf"{_LOOK} .. (down|downward|lowered|(at|on|to|toward) (floor|ground|foot|shoe))( at (floor|ground|foot|shoe))?",
        "head=lowered",
    ),
    (r"chin (tucked|down|in|lowered|pulled|drawn)( in| back| down)?|tuck .. chin( in)?", "head=lowered"),
    (r"head .. (up|high|raised|lifted|back|thrown back|tilted back|tipped back|tilted up)", "head=lifted"),
    (r"chin (up|raised|high|lifted|out)|(lift|raise) (chin|head)|nose in air", "head=lifted"),
    (rf"{_LOOK} .. (up|upward|skyward|sky|ceiling|star)( .. (sky|ceiling|star))?", "head=lifted"),
    (r"(lift|raise|tilt|throw|tip|lean|drop) head (back|up)", "head=lifted"),
    (r"head (thrust|pushed|poked|jut|push|poke|stick|stretched)?( out)? ?forward", ""),
    (r"head not .*|crane .. neck( forward)?", ""),
    (r"nod( .. head)?|bob head|head (nod|bob)|say yes", "head_way=nods"),
    (r"bob( up and down)?", "bend~rocks"),
    (r"(shake|wag) head|head (shake|wag)|say no|no with head", "head_way=shakes"),
    (
        r"(look|glance|turn head|head turn|turn|peer) (to )?(left and (to )?right|right and (to )?left|from side to side)",
        "head_way=shakes",
    ),
    (r"head (swing|move|go|turn) (from )?(side to side|left and right)", "head_way=shakes"),
    (r"look (all )?(around|about)|head (move|turn|toss|shake) (lot|wildly)", "head_motion=strong"),
    (r"head (wobble|roll|loll|swing|move|sway|bounce)", "head_motion=clear"),
    (r"head (hardly|barely|scarcely) move|head move LITTLE|LITTLE move .. head", "head_motion=slight"),
    (r"(keep|hold|held|kept) .. head .. (still|steady)|head .. (still|steady|motionless)", "head_motion=still"),
    (r"steady head|still head|head not move|NOT move .. head", "head_motion=still"),
)
_SIDED: Final[Rows] = both_sides(
    (
        rf"{_LEAN} (over |sideways |little |bit |far |down |off |[\w']+ly )*(to |toward )?SIDE( side)?(?! down)",
        "lean=SIDE",
    ),
    (rf"{_LEAN} (forward|ahead) (and )?(to )?SIDE", "pitch=forward lean=SIDE"),
    (rf"{_LEAN} (back|backward) (and )?(to )?SIDE", "pitch=back lean=SIDE"),
    (rf"{_LOOK} {_AWAY}SIDE( shoulder| side)?", "head_turn=SIDE"),
    (rf"(face|gaze) turned {_AWAY}SIDE", "head_turn=SIDE"),
    (rf"turn head {_AWAY}SIDE|head (turned|turn|face|rotated)? ?{_AWAY}SIDE|turn {_AWAY}SIDE", "head_turn=SIDE"),
    (rf"{_TORSO} (turned|turn|rotated|rotate|twisted|twist|face) {_AWAY}SIDE", "turned=SIDE"),
    (rf"(turn|rotate|twist) {_TORSO} {_AWAY}SIDE|(twisted|rotated|twist) {_AWAY}SIDE", "turned=SIDE"),
    (rf"head {_TILTED} {_AWAY}SIDE( side| shoulder)?|{_TILTED} head {_AWAY}SIDE( side| shoulder)?", "head_tilt=SIDE"),
    (r"ear .. SIDE shoulder|SIDE ear .. shoulder", "head_tilt=SIDE"),
)
BACKBONE: Final[Rows] = (*_SIDED, *_HEAD, *_TRUNK)
