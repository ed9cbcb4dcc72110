# SPDX-License-Identifier: GPL-3.0-or-later
"""Every attribute of a limb in words: a table a kind of part, a row a slot, its values from least to most.

The last slots of each table (`NOTABLE`) name only what is out of the ordinary: a free hand, a whole sole on the ground or a calm
body are left unsaid. The first wording of a value is the canonical one. Within one kind of part no wording may say two
values: the parser depends on it, and a test checks it. Arms and legs use the same words on both sides; only backbone and
root name sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Wordings = tuple[str, ...]
Table = Mapping[str, Mapping[str, Wordings]]

_HEIGHTS: Final = ("straight_down", "low", "hip", "waist", "chest", "shoulder", "head", "overhead")

ARM: Final[Table] = {
    "action": {
        "still": ("keeps still", "stays motionless", "does not move", "is held still"),
        "swings": ("swings with the steps", "swings as the legs step", "swings to the gait"),
        "raises": ("rises and stays up", "lifts up", "is raised", "goes up"),
        "lowers": ("comes down", "is lowered", "sinks down", "drops down"),
        "raises_lowers": ("rises and comes down again", "is raised and lowered", "lifts up and drops back"),
        "waves": ("waves to and fro", "waves", "waves back and forth", "waves hello"),
        "thrusts": ("thrusts out", "punches", "strikes out", "jabs", "pushes out"),
        "moves": ("moves about", "gestures", "moves freely", "shifts around"),
    },
    "hold": {
        "straight_down": ("hangs straight down", "hangs limply down"),
        "low": ("hangs low", "hangs down", "hangs at the side", "hangs loosely"),
        "hip": ("hand at hip height", "hand by the hip", "hand level with the hip"),
        "waist": ("hand at waist height", "hand by the waist", "hand near the belly"),
        "chest": ("hand at chest height", "hand before the chest", "hand near the chest"),
        "shoulder": ("hand at shoulder height", "hand level with the shoulder"),
        "head": ("hand at head height", "hand beside the head", "hand near the face"),
        "overhead": ("hand overhead", "hand above the head", "held overhead", "held high"),
    },
    "peak": {
        "straight_down": ("never leaving the thigh", "never rising at all"),
        "low": ("rising no higher than the thigh", "hardly rising"),
        "hip": ("rising to the hip", "reaching hip height"),
        "waist": ("rising to the waist", "reaching waist height"),
        "chest": ("rising to the chest", "reaching chest height"),
        "shoulder": ("rising to the shoulder", "reaching shoulder height"),
        "head": ("rising to the head", "reaching head height"),
        "overhead": ("rising above the head", "reaching overhead"),
    },
    "reach": {
        "behind": ("behind the body", "behind the back", "held back"),
        "beside": ("beside the body", "alongside the body", "in line with the body"),
        "front": ("in front of the body", "slightly in front", "before the body"),
        "far_front": ("stretched far in front", "far forward", "extended forward"),
    },
    "spread": {
        "across": ("across the body", "crossing the middle", "crossed over"),
        "close": ("close to the side", "tucked in", "near the ribs"),
        "away": ("a little away from the side", "slightly off the side"),
        "wide": ("out to the side", "away from the side", "spread outwards"),
        "far_wide": ("far out to the side", "straight out to the side", "spread wide", "straight out sideways"),
    },
    "elbow": {
        "straight": ("elbow straight", "arm straight", "elbow stretched"),
        "slight": ("elbow slightly bent", "elbow soft", "elbow a little bent"),
        "bent": ("elbow bent", "elbow half bent"),
        "square": ("elbow at a right angle", "elbow strongly bent"),
        "folded": ("elbow folded", "elbow fully bent", "elbow sharply bent"),
    },
    "size": {
        "tiny": ("hardly moving", "in tiny movements"),
        "small": ("in small movements", "over a short way", "moving a little"),
        "medium": ("in medium movements", "over a fair way"),
        "large": ("in large movements", "over a long way", "in wide movements"),
        "huge": ("in huge movements", "in sweeping movements", "as far as it goes"),
    },
    "tempo": {
        "very_slow": ("very slowly", "sluggishly"),
        "slow": ("slowly", "gently", "unhurriedly"),
        "moderate": ("at a moderate pace", "steadily"),
        "quick": ("quickly", "briskly", "fast"),
        "very_quick": ("very fast", "violently", "at top speed"),
    },
    "way": {
        "up_down": ("up and down", "moving upward and downward"),
        "sideways": ("in and out sideways", "moving from side to side", "to the side and back"),
        "forward_back": ("forward and back", "moving to the front and back"),
        "around": ("in circles", "circling round", "round and round"),
    },
    "rhythm": {
        "once": ("once", "one single time", "just once"),
        "twice": ("twice", "two times"),
        "repeated": ("again and again", "repeatedly", "over and over", "many times"),
    },
    "flow": {
        "smooth": ("flowing smoothly", "in one smooth flow"),
        "jerky": ("jerkily", "in jerks", "with sudden stops"),
    },
    "touch": {
        "hip": ("resting on the hip", "propped on the hip"),
        "thigh": ("resting on the thigh", "touching the thigh", "resting on the knee"),
        "chest": ("resting on the chest", "pressed to the chest"),
        "head": ("touching the head", "resting on the head"),
        "back": ("resting on the back", "clasped behind the back"),
        "other_arm": ("folded with the other arm", "arms folded", "resting on the other arm"),
        "other_hand": ("hands together", "holding the other hand", "touching the other hand"),
    },
    "pair": {
        "together": ("together with the other arm", "both arms alike", "at the same time as the other arm"),
        "alternating": ("in turn with the other arm", "alternating with the other arm"),
    },
}

LEG: Final[Table] = {
    "action": {
        "stands": ("stands still", "stays planted", "does not step"),
        "shifts": ("shifts its weight", "shuffles on the spot", "adjusts its place"),
        "steps": ("steps on the spot", "treads in place", "marches in place"),
        "walks": ("takes walking steps", "walks", "steps along"),
        "runs": ("takes running steps", "runs", "leaps along"),
        "kicks": ("kicks", "swings up into a kick", "kicks out"),
    },
    "stride": {
        "none": ("without a stride", "staying under the body"),
        "short": ("short strides", "tiny strides", "small strides"),
        "medium": ("medium strides", "ordinary strides"),
        "long": ("long strides", "big strides"),
        "very_long": ("very long strides", "huge strides"),
    },
    "cadence": {
        "none": ("no rhythm", "not in rhythm"),
        "slow": ("slow rhythm", "heavy slow rhythm"),
        "steady": ("steady rhythm", "calm rhythm"),
        "brisk": ("brisk rhythm", "lively rhythm"),
        "rapid": ("rapid rhythm", "hurried rhythm"),
    },
    "knee": {
        "straight": ("knee straight", "leg straight", "knee stretched"),
        "soft": ("knee soft", "knee slightly bent"),
        "bent": ("knee bent", "knee kept bent"),
        "deep": ("knee deeply bent", "knee strongly bent"),
        "squat": ("knee folded in a squat", "knee fully bent"),
    },
    "fold": {
        "stiff": ("never bending further", "stiff throughout"),
        "little": ("bending a little", "flexing slightly"),
        "medium": ("bending with each step", "flexing"),
        "much": ("bending strongly", "flexing a lot"),
        "heel_up": ("heel drawn up high", "heel flicked up behind"),
    },
    "lift": {
        "planted": ("foot never leaving the ground", "foot on the ground"),
        "drags": ("foot skimming the ground", "foot dragging", "foot barely lifted"),
        "low": ("foot lifted low", "foot lifted a little"),
        "high": ("foot lifted high", "foot raised well"),
        "very_high": ("foot lifted very high", "foot thrown up"),
    },
    "toes": {
        "in": ("toes turned in", "pigeon-toed"),
        "ahead": ("toes straight ahead", "toes forward"),
        "out": ("toes turned out", "toes slightly out"),
        "far_out": ("toes turned far out", "duck-footed"),
    },
    "width": {
        "crossing": ("crossing the middle line", "foot across the other's path"),
        "narrow": ("feet close together", "narrow stance"),
        "normal": ("feet hip-wide", "hip-wide stance"),
        "wide": ("feet wide apart", "wide stance"),
        "very_wide": ("feet very wide apart", "straddled stance"),
    },
    "held": {
        "off": ("foot held off the ground", "standing on the other leg"),
        "up": ("knee held up high", "knee kept raised"),
    },
    "sole": {
        "heels": ("on the heels", "toes kept off the ground"),
        "tiptoe": ("on tiptoe", "on the toes", "heel off the ground"),
    },
    "stance": {
        "brief": ("hurrying off this foot", "limping on this leg", "sparing this leg"),
        "lasting": ("lingering on this foot", "weight mostly on this leg"),
    },
    "place": {
        "behind": ("foot behind the body", "leg set back"),
        "front": ("foot in front of the body", "leg set forward"),
    },
}

BACKBONE: Final[Table] = {
    "pitch": {
        "back": ("arched back", "leaning back", "bent backwards"),
        "upright": ("upright", "straight up", "erect"),
        "slight": ("tipped slightly forward", "leaning slightly forward"),
        "forward": ("bent forward", "leaning forward", "stooped"),
        "far": ("bent far forward", "doubled over", "deeply stooped"),
    },
    "curve": {
        "hollow": ("chest pushed out", "back hollow", "chest proud"),
        "straight": ("back straight", "back flat"),
        "rounded": ("back slightly rounded", "shoulders rounded"),
        "hunched": ("back hunched", "hunched over", "back very round"),
    },
    "bend": {
        "steady": ("steady", "without bending", "held steady"),
        "rocks": ("rocking a little", "nodding back and forth", "swaying back and forth"),
        "bows": ("bows and rises again", "bends forward once and straightens", "takes a bow"),
        "bends": ("bends down and stays", "folds forward"),
        "straightens": ("straightens up", "rises upright"),
    },
    "lean": {
        "left": ("leaning to the left", "tilted left"),
        "none": ("not leaning sideways", "centred"),
        "right": ("leaning to the right", "tilted right"),
    },
    "sway": {
        "still": ("not swaying", "no sway"),
        "slight": ("swaying slightly", "a slight sway"),
        "clear": ("swaying from side to side", "a clear sway"),
        "strong": ("swaying strongly", "rolling from side to side"),
    },
    "twist": {
        "still": ("not twisting", "shoulders square"),
        "slight": ("twisting slightly", "shoulders turning slightly"),
        "clear": ("twisting with the movement", "shoulders turning clearly"),
        "strong": ("twisting strongly", "shoulders swinging round"),
    },
    "head": {
        "hung": ("head hung", "head hanging low", "chin on the chest"),
        "lowered": ("head lowered", "looking down"),
        "level": ("head level", "looking ahead"),
        "lifted": ("head lifted", "chin up", "looking up"),
    },
    "head_turn": {
        "left": ("head turned left", "looking to the left"),
        "ahead": ("head facing ahead", "head to the front"),
        "right": ("head turned right", "looking to the right"),
    },
    "head_motion": {
        "still": ("head still", "head kept steady"),
        "slight": ("head moving slightly", "head moving a little"),
        "clear": ("head moving about", "head moving clearly"),
        "strong": ("head moving a lot", "head tossing"),
    },
    "turned": {
        "left": ("shoulders turned left", "chest turned to the left"),
        "right": ("shoulders turned right", "chest turned to the right"),
    },
    "tremor": {
        "trembling": ("trembling", "shivering", "shaking all over"),
    },
    "head_tilt": {
        "left": ("head tilted left", "ear to the left shoulder"),
        "right": ("head tilted right", "ear to the right shoulder"),
    },
    "head_way": {
        "nods": ("nodding the head", "head bobbing up and down"),
        "shakes": ("shaking the head", "turning the head left and right"),
    },
}

ROOT: Final[Table] = {
    "direction": {
        "in_place": ("stays in place", "stays on the spot", "does not travel"),
        "forward": ("moves forward", "goes forward", "advances", "walks forward"),
        "backward": ("moves backward", "goes backward", "backs away", "walks backward"),
        "left": ("moves to the left", "sidesteps left", "goes left"),
        "right": ("moves to the right", "sidesteps right", "goes right"),
        "ahead_left": ("moves diagonally ahead to the left", "goes ahead and to the left"),
        "ahead_right": ("moves diagonally ahead to the right", "goes ahead and to the right"),
        "back_left": ("moves diagonally back to the left", "goes back and to the left"),
        "back_right": ("moves diagonally back to the right", "goes back and to the right"),
    },
    "speed": {
        "none": ("with no speed", "not travelling"),
        "creeping": ("at a creep", "creeping"),
        "slow": ("slowly", "at a slow pace"),
        "walking": ("at a walk", "at walking pace"),
        "brisk": ("at a brisk pace", "briskly"),
        "running": ("at a run", "at running pace"),
        "sprinting": ("at a sprint", "at full speed"),
    },
    "turn": {
        "around_left": ("turning all the way round to the left", "circling left"),
        "left": ("turning left", "turning to the left"),
        "slight_left": ("veering left", "drifting left"),
        "straight": ("in a straight line", "straight on", "not turning"),
        "slight_right": ("veering right", "drifting right"),
        "right": ("turning right", "turning to the right"),
        "around_right": ("turning all the way round to the right", "circling right"),
    },
    "pace": {
        "steady": ("evenly", "at an even pace"),
        "starts": ("starting from a stand", "speeding up"),
        "stops": ("coming to a stop", "slowing down"),
        "both": ("starting and stopping", "in fits and starts"),
    },
    "bounce": {
        "none": ("gliding level", "without any bounce"),
        "slight": ("bouncing slightly", "a slight bounce"),
        "clear": ("bouncing", "a clear bounce"),
        "strong": ("bouncing strongly", "springing up and down"),
        "leaps": ("leaping up", "jumping high"),
    },
    "height": {
        "floor": ("hips near the floor", "down on the floor"),
        "crouched": ("hips low in a crouch", "crouching"),
        "lowered": ("hips slightly lowered", "hips sunk a little"),
        "normal": ("hips at normal height", "hips at standing height"),
        "tall": ("hips high", "standing tall"),
    },
    "sway": {
        "still": ("hips still", "hips quiet"),
        "slight": ("hips swaying slightly", "hips rocking slightly"),
        "clear": ("hips swaying", "hips rocking"),
        "strong": ("hips swaying strongly", "hips swinging wide"),
    },
    "tilt": {
        "tucked": ("pelvis tucked under", "pelvis tipped back"),
        "level": ("pelvis level", "pelvis neutral"),
        "forward": ("pelvis tipped forward", "pelvis tilted forward"),
        "far": ("pelvis tipped far forward", "pelvis folded forward"),
    },
    "path": {
        "weaving": ("weaving left and right", "in a zigzag", "in a wavy line"),
        "returning": ("coming back to the start", "there and back again"),
    },
    "change": {
        "sinks": ("sinking down", "going down", "getting lower"),
        "rises": ("rising up", "getting up", "coming up"),
        "dips": ("dipping down and up again", "down and up again"),
    },
}

NOTABLE: Final[frozenset[str]] = frozenset(
    "way rhythm flow touch pair held sole stance place turned tremor head_tilt head_way path change".split()  # noqa: SIM905
)
"""Slots that are said only where there is something to say; the others are said of every motion."""

TABLES: Final[Mapping[str, Table]] = {
    "right_arm": ARM,
    "left_arm": ARM,
    "right_leg": LEG,
    "left_leg": LEG,
    "backbone": BACKBONE,
    "root": ROOT,
}
