# SPDX-License-Identifier: GPL-3.0-or-later
"""Free wordings for the body as a whole. A verb of going implies the way ahead and its usual speed."""

from __future__ import annotations

from typing import Final

from .patterns import PACE, Rows, both_sides

_SPOT: Final = "((in|on) (one |same )?(place|spot))"
_GOING: Final = {
    "walking": f"walk|march|stride|{PACE}",
    "slow": "stroll|amble|saunter|wander|trudge|plod|shuffle|limp|hobble",
    "creeping": "creep|sneak|tiptoe|crawl",
    "brisk": "hurry|rush|hasten",
    "running": "run|jog|trot",
    "sprinting": "sprint|dash|race",
}
_MOVING: Final = "step|move|go|head|sidestep|shift|edge|slide|travel|crab|drift|back|turn off"
_TO: Final = r"(away |off |over |out |sideways |crabwise |step |foot |straight |back |[\w']+ly )*(to )?"
_AROUND: Final = (
    r"((turn|swing|face|wheel|whirl|swivel|rotate|spin) (all way )?(around|round|about)|about (face|turn)|u turn"
    r"|(half|full|complete) turn|pirouette|spin|whirl|(turn|rotate) (180|360)( degree)?)"
)
_CIRCLE: Final = "(circle|loop|round and round|lap|go (round|around)|(all way|right) (round|around))"
_DOWN: Final = "(squat|crouch|kneel|sit|sink|drop|go|bend)"
_BOTTOM: Final = "(bottom|bum|butt|backside|rear|behind)"
_FRONT: Final = "(forward|ahead|front|to front)"
_BACK: Final = "(backward|back|rear|to rear)"


def _gaits() -> Rows:
    """Rows for every verb of going: with a side, on the spot, and by itself."""
    rows: list[tuple[str, str]] = []
    for speed, verbs in _GOING.items():
        rows += both_sides((rf"({verbs})(?= {_TO}SIDE\b)", f"direction~SIDE speed~{speed}"))
        rows.append((rf"({verbs}) {_SPOT}", "direction=in_place speed=none"))
    rows += [
        (f"({verbs}) up and down", f"path=returning direction~forward speed~{speed}") for speed, verbs in _GOING.items()
    ]
    rows += [(verbs, f"direction~forward speed~{speed}") for speed, verbs in _GOING.items()]
    rows += both_sides(
        (rf"({_MOVING})(?= {_TO}SIDE\b)", "direction~SIDE"),
        (rf"(glide|float)(?= {_TO}SIDE\b)", "direction~SIDE bounce=none"),
        (rf"(hop|jump|leap|skip)(?= {_TO}SIDE\b)", "direction~SIDE bounce=leaps"),
    )
    return tuple(rows)


_WHERE: Final[Rows] = (
    *both_sides(
        (rf"(diagonally )?{_FRONT} (and )?(diagonally )?(to )?SIDE|SIDE (and )?{_FRONT}", "direction=ahead_SIDE"),
        (rf"(diagonally )?{_BACK} (and )?(diagonally )?(to )?SIDE|SIDE (and )?{_BACK}", "direction=back_SIDE"),
        (r"diagonally (to )?SIDE", "direction=ahead_SIDE"),
        (r"sideways (to )?SIDE|SIDEward", "direction=SIDE"),
    ),
    (rf"NOT (travel|move|go|walk|leave)( from)?( spot| place)?|{_SPOT}", "direction=in_place"),
    (
        r"stand|stand (still|there)|stationary|stay (put|there|where .*)|remain .. (place|spot|there)",
        "direction=in_place",
    ),
    (r"backward|back (away|off|up)|(step|walk|go|move|run) back|retreat|reverse|in reverse", "direction=backward"),
    (r"straight (ahead|on)", "direction=forward turn=straight"),
    (r"forward|ahead|onward", "direction=forward"),
    (
        r"zigzag|weave|meander|slalom|snake|serpentine|s (curve|shape)|wavy line|figure (eight|8)|(move|go|dodge) left and right",
        "path=weaving direction~forward",
    ),
    (r"back and forth( between .*)?|to and fro|there and back|return( to .*)?|come back", "path=returning"),
    (r"between two point|back to (start|where .*|beginning)", "path=returning"),
)
_SPEED: Final[Rows] = (
    (r"very (slow|slowly)|snail's pace|extremely (slow|slowly)", "speed=creeping"),
    (r"slow|slowly|tired|tiredly|leisurely|unhurriedly", "speed=slow"),
    (r"(normal|ordinary|usual|walk) (speed|pace)", "speed=walking"),
    (r"brisk|quick|quickly|fast|swift|swiftly|rapid|rapidly|hurriedly", "speed=brisk"),
    (r"(top|full) (speed|tilt)|very (fast|quickly)|flat out|as fast as .. (can|possible)", "speed=sprinting"),
    (r"start and stop|stop and (start|go)|stop start", "pace=both"),
    (r"NOT stop", ""),
    (r"accelerate|speed up|set off|start( off| out| up)?|gather speed|pick up speed|get faster", "pace=starts"),
    (
        r"slow( down| to stop)|stop|halt|brake|decelerate|come to .. (stop|halt|rest|standstill)|get slower",
        "pace=stops",
    ),
    (r"(constant|even|steady|uniform|same) (speed|pace)|steady|steadily", "pace=steady"),
)
_TURN: Final[Rows] = (
    (rf"{_AROUND} .. (right|clockwise)|clockwise {_AROUND}", "turn=around_right"),
    (rf"{_AROUND}( .. (left|anticlockwise))?", "turn=around_left"),
    (rf"{_CIRCLE}(?= .*\b(right|clockwise)\b)|clockwise {_CIRCLE}", "turn=around_right direction~forward"),
    (r"(arm|shoulder|hip|head) circle|circle .. (arm|shoulder|hip|head)", ""),
    (_CIRCLE, "turn=around_left direction~forward"),
    (r"NOT (turn|curve)( to)?( left| right)?|straight( line)?", "turn=straight"),
    (r"straight (up|down)", ""),
    *both_sides(
        (r"(turn|curve|bend|swing) LITTLE .. SIDE|LITTLE (turn|curve|bend) .. SIDE", "turn=slight_SIDE"),
        (r"(veer|drift|bear|stray) .. SIDE", "turn=slight_SIDE"),
        (r"(turn|pivot|swerve|rotate|curve|swivel|swing|corner|bend)(?= .. SIDE\b)", "turn=SIDE"),
        (r"SIDE (bend|turn|curve|corner)|take SIDE", "turn=SIDE"),
    ),
)
_HIPS: Final[Rows] = (
    (r"NOT (bounce|bob)|glide|float|hover|smooth|smoothly", "bounce=none"),
    (r"LITTLE bounce|bounce LITTLE", "bounce=slight"),
    (r"(strong|strongly|high|big|hard) bounce|bounce (strongly|high|lot|hard)|spring|springy", "bounce=strong"),
    (r"(leap|jump|hop|skip|vault)( straight up| up and down)?", "bounce=leaps"),
    (r"(bounce|bob|bouncy)( up and down)?|((move|go) )?up and down", "bounce=clear"),
    (r"NOT (crouch|crouched|squat|low|kneel)", "height=normal"),
    (r"on (floor|ground|all fours)|lie|prone|crawl", "height=floor"),
    (r"crouch|crouched|squat|kneel|sit|seated|low|low to (ground|floor)", "height=crouched"),
    (r"LITTLE (low|lowered|crouched|sunk)", "height=lowered"),
    (r"tall", "height=tall"),
    (r"(sit|kneel|squat|crouch) .. down", "change=sinks height~crouched"),
    (r"lie .. down", "change=sinks height~floor"),
    (r"fall( down| over)?( to (floor|ground))?|collapse|sink( down| to .. knee)?|(go|get) down", "change=sinks"),
    (r"drop (down|to .. (knee|floor|ground)|into)", "change=sinks"),
    (r"lower (self )?(down )?(to|into|onto|down)( .. (floor|ground|knee))?|lower self", "change=sinks"),
    (r"from stand .. to (sit|kneel|squat|crouch|lie)", "change=sinks"),
    (r"(rise |get up |stand up |come up )?from (kneel|sit|squat|crouch|lie)( .. (stand|foot))?", "change=rises"),
    (r"(get|stand|come) (back )?up|rise|(climb|get|jump|come) .. to foot", "change=rises"),
    (r"duck( down)?|dip|curtsey|bob down( and up)?|down and up( again)?", "change=dips"),
    (rf"{_DOWN} .. (and|then) (then )?(stand|rise|get|come|straighten|go)( .. (up|again))?( again)?", "change=dips"),
    (
        r"NOT (sway|swing|wiggle|roll) .. hip|NOT .. hip sway|(keep|hold) hip .. (still|steady|quiet)|hip .. still",
        "sway=still",
    ),
    (r"hip (sway|swing|roll) MUCH|(sway|swing|roll|wiggle) hip MUCH", "sway=strong"),
    (r"hip (sway|swing|roll|rock) LITTLE|(sway|swing|roll|wiggle) hip LITTLE|LITTLE (sway|roll) .. hip", "sway=slight"),
    (r"hip (sway|swing|roll|rock|wiggle|swivel)|(sway|swing|roll|wiggle|swivel|rock) hip|sway", "sway=clear"),
    (r"pelvis (tucked|pushed forward|thrust forward|tilted back|tilted backward)|tuck .. pelvis", "tilt=tucked"),
    (rf"{_BOTTOM} (stick|stuck|pushed|push) .. out|(stick|push) .. {_BOTTOM} out", "tilt=forward"),
)
ROOT: Final[Rows] = (*_WHERE, *_TURN, *_gaits(), *_SPEED, *_HIPS)
