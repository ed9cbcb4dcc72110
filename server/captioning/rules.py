# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that one number does not decide: actions, directions, and what is said only where there is something to say."""

from __future__ import annotations

import math

from ..parts.phrases import ARM, BACKBONE, LEG, ROOT
from . import bins
from .bins import Measures
from .touches import TARGETS


def arm_action(m: Measures) -> str:
    """Return what an arm does."""
    waves = m["waves"] >= 3 and m["wave_share"] > 0.2 and m["wave_speed"] > 0.17
    if m["size"] < bins.STILL:
        return "waves" if waves else "still"
    if m["thrusts"] >= 1 and m["thrust_rate"] > 0.18:
        return "thrusts"
    if m["with_legs"] > 0.6:
        return "swings"
    if waves:
        return "waves"
    if m["rise"] > 0.2 and m["fall"] > 0.2:
        return "raises_lowers"
    if m["turns"] >= 3:  # to and fro more than once: where it happens to begin and end says nothing
        vertical = m["vertical"] > max(0.2, 0.5 * m["size"]) and m["around"] < bins.ROUND
        return "raises_lowers" if vertical else "moves"
    if abs(m["drop"]) > 0.2:
        return "raises" if m["drop"] < 0 else "lowers"
    return "moves"


def _way(m: Measures) -> str | None:
    """Return the axis on which a hand clearly moves."""
    if m["around"] > bins.ROUND and m["turns"] >= 2:
        return "around"
    for way in ("up_down", "sideways", "forward_back"):
        if m[way] > bins.MAINLY:
            return way
    return None


def arm_notables(m: Measures, action: str) -> dict[str, str]:
    """Return what is notable of an arm; rhythm and pair go without saying where it swings with the steps."""
    values: dict[str, str] = {}
    turns = {"waves": m["waves"], "thrusts": m["thrusts"] * 2 - 1}.get(action, m["turns"])
    cycles = math.ceil(turns / 2)
    if cycles >= 1 and action != "swings" and (m["size"] > bins.MOVES or action == "waves"):
        values["rhythm"] = {1: "once", 2: "twice"}.get(cycles, "repeated")
    if m["size"] > bins.MOVES:
        if way := _way(m):
            values["way"] = way
        if not bins.SMOOTH <= m["jolt"] <= bins.JERKY:
            values["flow"] = "jerky" if m["jolt"] > bins.JERKY else "smooth"
        if m["other_size"] > bins.MOVES and abs(m["pair"]) > bins.ALIKE and not (action == "swings" and m["pair"] < 0):
            values["pair"] = "together" if m["pair"] > 0 else "alternating"
    for target in TARGETS:
        if m[f"touch_{target}"] > bins.MOSTLY:
            values["touch"] = target
    return values


def leg_action(m: Measures) -> str:
    """Return what a leg does."""
    if m["swing_up"] > 0.5 and m["swing_up"] - m["usual_up"] > 0.3:
        return "kicks"
    if m["travel"] < 0.12 and m["speed"] < 0.12:
        return "stands"
    if m["flight"] > 0.15 and m["root_speed"] > 1.3:
        return "runs"
    if m["cadence"] > 0.4 or m["root_speed"] > 0.35:
        return "walks" if m["root_speed"] > 0.25 else "steps"
    return "shifts"


def leg_notables(m: Measures, action: str) -> dict[str, str]:
    """Return what is notable of a leg."""
    values: dict[str, str] = {}
    if m["off"] > bins.MOSTLY and m["other_on"] > bins.MOSTLY and m["hips"] > 0.5:
        values["held"] = "up" if m["knee_up"] > bins.KNEE_UP else "off"
    if not bins.ON_HEELS <= m["pitch"] <= bins.TIPTOE:
        values["sole"] = "tiptoe" if m["pitch"] > bins.TIPTOE else "heels"
    if action in ("steps", "walks", "runs") and abs(m["stance"] - 0.5) > bins.UNEVEN:
        values["stance"] = "brief" if m["stance"] < 0.5 else "lasting"
    if action != "runs" and not bins.BEHIND <= m["place"] <= bins.IN_FRONT:
        values["place"] = "front" if m["place"] > 0 else "behind"
    return values


def backbone_bend(m: Measures) -> str:
    """Return how the trunk bends over the clip."""
    if m["rise"] > 18 and m["fall"] > 18:
        return "bows"
    if m["change"] > 14:
        return "bends"
    if m["change"] < -12:
        return "straightens"
    return "rocks" if m["range"] > 7 else "steady"


def _side(number: float, least: float) -> str | None:
    return ("left" if number > 0 else "right") if abs(number) > least else None


def backbone_notables(m: Measures) -> dict[str, str]:
    """Return what is notable of backbone and head."""
    values = {"turned": _side(m["turned"], bins.TURNED), "head_tilt": _side(m["head_tilt"], bins.TILTED)}
    said = {slot: value for slot, value in values.items() if value}
    above_noise = m["tremor_above_noise"] > bins.TREMBLING_ABOVE_NOISE
    if m["tremor_share"] > bins.TREMBLING and m["tremor"] > bins.TREMBLING_SIZE and above_noise:
        said["tremor"] = "trembling"
    if max(m["nods"], m["shakes"]) > bins.OFTEN:
        said["head_way"] = "nods" if m["nods"] >= m["shakes"] else "shakes"
    return said


def root_direction(m: Measures) -> str:
    """Return where the body goes, seen from itself: one of eight directions, each 45 degrees wide."""
    if m["speed"] < bins.HALTS:
        return "in_place"
    along, side = abs(m["ahead"]), abs(m["left"])
    half = math.tan(math.radians(22.5))
    way, hand = "ahead" if m["ahead"] > 0 else "back", "left" if m["left"] > 0 else "right"
    if side <= half * along:
        return {"ahead": "forward", "back": "backward"}[way]
    return hand if along <= half * side else f"{way}_{hand}"


def root_pace(m: Measures) -> str:
    """Return whether the speed changes over the clip."""
    if m["top"] < 0.3:
        return "steady"
    starts, stops = m["begin"] < 0.4 * m["top"], m["end"] < 0.4 * m["top"]
    return {(True, True): "both", (True, False): "starts", (False, True): "stops"}.get((starts, stops), "steady")


def root_notables(m: Measures) -> dict[str, str]:
    """Return what is notable of the way through the room."""
    values: dict[str, str] = {}
    if m["farthest"] > bins.GONE and m["left_over"] < bins.BACK * m["farthest"]:
        values["path"] = "returning"
    elif m["weaving"] >= bins.WEAVES:
        values["path"] = "weaving"
    if m["dip"] > bins.DIPS and abs(m["change"]) < bins.HIGHER:
        values["change"] = "dips"
    elif abs(m["change"]) > bins.HIGHER:
        values["change"] = "rises" if m["change"] > 0 else "sinks"
    return values


def arm_values(measures: Measures) -> dict[str, str]:
    """Return slot to value of an arm."""
    action = arm_action(measures)
    return {"action": action} | bins.binned(measures, bins.ARM_EDGES, ARM) | arm_notables(measures, action)


def leg_values(measures: Measures) -> dict[str, str]:
    """Return slot to value of a leg."""
    action = leg_action(measures)
    values = {"action": action} | bins.binned(measures, bins.LEG_EDGES, LEG) | leg_notables(measures, action)
    # the body moves over a leg that stands, which is no step
    return values | {"stride": "none", "cadence": "none"} if action == "stands" else values


def backbone_values(measures: Measures) -> dict[str, str]:
    """Return slot to value of the backbone."""
    values = {"bend": backbone_bend(measures)} | bins.binned(measures, bins.BACKBONE_EDGES, BACKBONE)
    return values | backbone_notables(measures)


def root_values(measures: Measures) -> dict[str, str]:
    """Return slot to value of the root."""
    values = {"direction": root_direction(measures), "pace": root_pace(measures)} | bins.binned(
        measures, bins.ROOT_EDGES, ROOT
    )
    if measures["leap"] > 0.2:
        values["bounce"] = "leaps"
    return values | root_notables(measures)
