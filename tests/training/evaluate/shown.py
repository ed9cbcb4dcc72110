# SPDX-License-Identifier: GPL-3.0-or-later
"""Puppets by name with the checks that each of them is there to fulfil; sides are told of the left."""

from __future__ import annotations

import numpy as np
from puppets import FRAMES, STAND, TIME, Puppet, curve, walking, wave

UP, FRONT, OUT = (0.0, 0.51, 0.03), (0.0, 0.0, 0.51), (0.51, 0.0, 0.0)
HANG = (0.06, -0.51, 0.02)
RAMP = np.clip(np.linspace(-0.3, 1.3, FRAMES), 0, 1)
HUMP = np.sin(np.pi * np.linspace(0, 1, FRAMES)) ** 2


def between(a: tuple, b: tuple, share: np.ndarray) -> tuple:
    """Return a place that goes from one to another."""
    return tuple(np.asarray(x) * (1 - share) + np.asarray(y) * share for x, y in zip(a, b, strict=True))


def arm(place: tuple, **more: object) -> Puppet:
    return Puppet(arms={"left": place}, **more)


def arms(place: tuple, **more: object) -> Puppet:
    return Puppet(arms={"both": place}, **more)


def lifted(height: float = 0.35, ahead: float = 0.25) -> dict:
    return {"left": (0.0, 0.14 - STAND + height, ahead)}


def shown() -> dict[str, tuple[Puppet, str]]:
    """Return puppets and, one a line, what must hold of them."""
    swing = {"left": (0.06, -0.45, wave(0.9, 0.3)), "right": (0.06, -0.45, wave(0.9, -0.3))}
    circle = (wave(1.0, 0.2, 0.15), 0.0, 0.3 + 0.2 * np.cos(2 * np.pi * TIME))
    limp = walking(0.5)
    held = np.maximum(0.0, np.sin(2 * np.pi * 0.9 * TIME + 0.5)) > 0
    limp.legs["left"] = (0.0, 0.14 - STAND + 0.12 * held, limp.legs["left"][2])
    limp.legs["right"] = (0.0, 0.14 - STAND + 0.0 * TIME, limp.legs["right"][2] * 0.2)
    limp.path = (0.0, 0.1 * TIME)
    round_ = np.radians(np.linspace(0, 300, FRAMES))
    jump = STAND + 0.25 * np.maximum(0, np.sin(2 * np.pi * 0.7 * TIME - 0.8)) ** 2
    feet = {"both": (0.0, 0.14 - STAND, 0.0)}
    return {
        "stand": (
            Puppet(),
            """
            left wrist below the hips\nleft wrist never above the waist\nleft wrist close to the side
            left arm hangs down\nleft elbow straight\nleft arm still\nleft arm hardly swings\nhands level
            left foot on the ground\nleft foot stays where it is\ntakes no steps\nleft toes straight ahead
            both feet never in the air together\ntrunk upright\ntrunk not leaning to a side\ntrunk keeps still
            trunk does not twist\nhead level\nhead keeps still\nface looks ahead\nstays in place\ndoes not turn
            hips at standing height\nhips high\nhardly bounces\nhips keep level
            """,
        ),
        "overhead": (
            arm(UP),
            """
            left wrist above the head\nleft wrist at some time above the head\nleft wrist above the shoulder
            left arm straight up\nleft arm never hangs down\nleft wrist higher than the other
            """,
        ),
        "both overhead": (arms(UP), "each wrist above the head\neach arm straight up"),
        "beside the head": (arm((0.1, 0.18, 0.1)), "left wrist at head height\nleft elbow folded\nleft elbow bent"),
        "out": (
            arm(OUT),
            """
            left arm straight out to the side\nleft wrist at shoulder height\nleft wrist far out to the side
            left wrist out to the side\nleft elbow out to the side
            """,
        ),
        "spread": (arms(OUT), "hands far apart\neach arm straight out to the side"),
        "ahead": (
            arm(FRONT),
            "left arm straight out to the front\nleft wrist far in front of the chest\nleft wrist in front of the chest",
        ),
        "at the chest": (arm((-0.08, -0.2, 0.28)), "left wrist at chest height\nleft elbow squarely bent"),
        "at the waist": (arm((-0.05, -0.34, 0.25)), "left wrist at waist height"),
        "at the hip": (arm((0.12, -0.44, 0.1)), "left wrist at hip height"),
        "behind": (arm((-0.05, -0.38, -0.24)), "left wrist behind the back\nleft elbow behind the back"),
        "both behind": (arms((-0.1, -0.36, -0.22)), "hands together behind the back\neach wrist behind the back"),
        "across": (arm((-0.25, -0.25, 0.25)), "left wrist across the middle"),
        "crossed": (
            arms((-0.24, -0.2, 0.24)),
            "arms crossed\neach wrist across the middle\neach hand on the other arm",
        ),
        "together": (arms((-0.15, -0.2, 0.3)), "hands together\nhands at some time together"),
        "hand on hip": (Puppet(arms={"left": (-0.02, -0.42, 0.02)}, elbow=(1.0, 0.0, -0.2)), "left hand on the hip"),
        "hand on head": (
            Puppet(arms={"left": (-0.16, 0.27, 0.0)}, elbow=(1.0, 0.0, 0.0)),
            "left hand on the head",
        ),
        "hand at face": (arm((-0.12, 0.2, 0.22)), "left hand near the face"),
        "hand on chest": (arm((-0.12, -0.15, 0.14)), "left hand on the chest"),
        "hand on belly": (arm((-0.14, -0.36, 0.15)), "left hand on the belly"),
        "hand on thigh": (arm((-0.05, -0.48, 0.12), pitch=30), "left hand on the thigh"),
        "hand on arm": (arm((-0.33, -0.44, 0.05)), "left hand on the other arm"),
        "swinging": (
            Puppet(arms=swing),
            """
            left arm swings back and forth\nleft arm swings far\nleft arm moves\nleft arm moves fast\narms move in turn
            """,
        ),
        "swinging together": (arms((0.06, -0.45, wave(0.9, 0.3))), "arms move together"),
        "rising": (
            arm(between(HANG, UP, RAMP)),
            "left wrist rises\nleft arm moves far\nleft arm moves more than the other",
        ),
        "slow": (arm(between(HANG, (0.2, -0.3, 0.2), RAMP)), "left arm moves slowly"),
        "sinking": (arm(between(UP, HANG, RAMP)), "left wrist sinks"),
        "up and down": (arm(between(HANG, UP, HUMP)), "left wrist goes up and comes down"),
        "pumping": (
            arm((0.3, wave(1.2, 0.2), 0.1)),
            "left wrist goes up and down again and again",
        ),
        "waving": (
            arm((wave(1.5, 0.2, 0.1), 0.3, 0.1)),
            "left hand waves\nleft wrist goes from side to side",
        ),
        "circling": (arm(circle), "left hand circles"),
        "thrusting": (arm((0.0, -0.05, 0.12 + 0.36 * (np.sin(2 * np.pi * TIME) > 0.5))), "left hand thrusts out"),
        "knee up": (
            Puppet(legs=lifted(0.45, 0.3)),
            """
            left knee above the hip\nleft knee at some time above the hip\nleft knee at some time lifted
            left knee higher than the other\nleft foot off the ground\nleft foot at some time at knee height
            left knee deeply bent\nleft knee at some time deeply bent\nleft knee bent\nleft foot lifted high
            """,
        ),
        "kicking": (
            Puppet(legs={"left": (0.0, 0.14 - STAND + 0.8 * HUMP, 0.75 * HUMP)}),
            """
            left leg kicks to the front\nleft foot at some time at hip height\nleft knee bends more than the other
            """,
        ),
        "stiff": (Puppet(height=STAND - 0.001), "left knee straight\nleft knee never bends far"),
        "foot ahead": (Puppet(legs={"left": (0.0, 0.14 - STAND, 0.3)}), "left foot in front of the other"),
        "toes out": (Puppet(toes={"left": 30}), "left toes turned out"),
        "toes in": (Puppet(toes={"left": -20}), "left toes turned in"),
        "tiptoe": (
            Puppet(heel=40, height=STAND + 0.06, legs={"both": (0.0, 0.14 - STAND, 0.0)}),
            "left heel off the ground",
        ),
        "dragging": (walking(0.6, lift=0.01), "left foot hardly lifted"),
        "limping": (limp, "right foot stands longer than the other"),
        "walk": (
            walking(),
            """
            takes steps\ngoes forward\ngoes at a walk\nkeeps its speed
            """,
        ),
        "short": (walking(0.5, 1.0), "short steps\ngoes slowly"),
        "quick": (walking(1.2, 1.6), "quick steps"),
        "creeping": (walking(0.25, 0.8), "creeps"),
        "running": (walking(2.6, 1.5), "runs\ngoes fast"),
        "sprinting": (walking(3.8, 2.0), "sprints"),
        "backward": (walking(-0.8), "goes backward"),
        "sideways": (walking(0.01, path=(0.5 * TIME, 0 * TIME)), "goes to the left"),
        "ahead and left": (walking(path=(0.5 * TIME, 0.7 * TIME)), "goes ahead and to the left"),
        "back and left": (walking(path=(0.5 * TIME, -0.7 * TIME)), "goes back and to the left"),
        "turning": (walking(yaw=np.linspace(0, 60, FRAMES)), "turns to the left"),
        "turning round": (Puppet(yaw=np.linspace(0, 180, FRAMES)), "turns round to the left"),
        "circle": (
            walking(yaw=np.degrees(round_), path=(0.6 - 0.6 * np.cos(round_), 0.6 * np.sin(round_))),
            "circles to the left",
        ),
        "starting": (walking(path=(0.0, TIME**2 * 0.4)), "starts from a stand"),
        "stopping": (walking(path=(0.0, 3.6 - (3 - TIME) ** 2 * 0.4)), "comes to a stop"),
        "weaving": (walking(path=(wave(0.6, 0.3), 1.0 * TIME)), "weaves"),
        "returning": (walking(path=(0.0, 1.2 * HUMP)), "comes back"),
        "straddled": (Puppet(legs={"both": (0.15, 0.2 - STAND, 0.0)}), "feet wide apart"),
        "narrow": (Puppet(legs={"both": (-0.05, 0.14 - STAND, 0.0)}), "feet close together"),
        "crossing": (Puppet(legs={"both": (-0.13, 0.14 - STAND, 0.0)}), "feet cross the middle line"),
        "jumping": (
            Puppet(height=jump, legs=feet),
            "both feet at some time in the air\nleaps\nbounces",
        ),
        "bent forward": (Puppet(pitch=20), "trunk bent forward"),
        "doubled over": (Puppet(pitch=50), "trunk bent far forward\ntrunk at some time bent far forward"),
        "leaning back": (Puppet(pitch=-12), "trunk leans back"),
        "leaning": (Puppet(lean=12), "trunk leans to the left"),
        "twisted": (Puppet(twist=30), "shoulders turned to the left"),
        "shrugged": (Puppet(shrug=25), "left shoulder higher than the other"),
        "looking left": (Puppet(look=40), "head turned to the left\nhead at some time turned to the left"),
        "tilted head": (Puppet(tilt=20), "head tilted to the left"),
        "bowing": (Puppet(pitch=45 * HUMP), "trunk bows and rises"),
        "bending down": (Puppet(pitch=40 * RAMP), "trunk bends down"),
        "straightening": (Puppet(pitch=40 - 40 * RAMP), "trunk straightens up"),
        "rocking": (Puppet(pitch=wave(0.8, 8.0)), "trunk rocks back and forth"),
        "swaying": (Puppet(lean=wave(0.7, 10.0)), "trunk sways from side to side"),
        "twisting": (Puppet(twist=wave(0.7, 25.0)), "trunk twists"),
        "rounded": (Puppet(rounded=30), "back rounded"),
        "hollow": (Puppet(rounded=-15), "back hollow"),
        "trembling": (Puppet(lean=wave(6.0, 1.5)), "body trembles"),
        "head down": (Puppet(nod=-35), "head lowered\nhead hung"),
        "head up": (Puppet(nod=20), "head lifted"),
        "nodding": (Puppet(nod=wave(1.2, 15.0)), "head nods"),
        "shaking": (Puppet(look=wave(1.2, 25.0)), "head shakes\nhead moves"),
        "crouched": (Puppet(height=0.7), "hips lowered\nhips low\neach knee deeply bent"),
        "on the floor": (Puppet(height=0.4), "hips near the floor"),
        "going down": (Puppet(height=STAND - 0.3 * RAMP), "hips sink"),
        "getting up": (Puppet(height=0.65 + 0.3 * RAMP), "hips rise"),
        "dipping": (Puppet(height=STAND - 0.3 * HUMP), "hips dip and come up"),
        "rocking hips": (Puppet(rock=wave(0.8, 12.0), legs={"both": (0.0, -0.7 - curve(0.0), 0.0)}), "hips rock"),
        "slow steps": (walking(0.5, 0.5), "slow steps"),
        "long steps": (walking(1.4, 0.8), "long steps"),
    }
