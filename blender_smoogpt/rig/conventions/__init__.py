# SPDX-License-Identifier: GPL-3.0-or-later
"""The families of rigs that are known by name, one file each."""

from __future__ import annotations

from typing import Final

from ..mapping import Convention
from . import (
    auto_rig_pro,
    auto_rig_pro_export,
    biovision,
    biped,
    cats,
    cmu,
    cmu_asf,
    daz8,
    daz9,
    humanik,
    mixamo,
    mmd,
    mpfb,
    reallusion,
    renderpeople,
    rigify,
    rigify_deform,
    rigify_metarig,
    smpl,
    smpl_fbx,
    soma,
    synty,
    unity,
    unity_sides,
    unreal4,
    unreal5,
    vrm,
    vroid,
    xsens,
)

# of conventions that fit a rig equally well the first counts
CONVENTIONS: Final[tuple[Convention, ...]] = (
    rigify.CONVENTION,
    auto_rig_pro.CONVENTION,
    rigify_metarig.CONVENTION,
    mixamo.CONVENTION,
    unreal4.CONVENTION,
    unreal5.CONVENTION,
    unity.CONVENTION,
    unity_sides.CONVENTION,
    vroid.CONVENTION,
    vrm.CONVENTION,
    daz8.CONVENTION,
    daz9.CONVENTION,
    reallusion.CONVENTION,
    mpfb.CONVENTION,
    biped.CONVENTION,
    rigify_deform.CONVENTION,
    auto_rig_pro_export.CONVENTION,
    mmd.CONVENTION,
    cats.CONVENTION,
    synty.CONVENTION,
    renderpeople.CONVENTION,
    xsens.CONVENTION,
    soma.CONVENTION,
    cmu.CONVENTION,
    cmu_asf.CONVENTION,
    biovision.CONVENTION,
    smpl.CONVENTION,
    smpl_fbx.CONVENTION,
    humanik.CONVENTION,  # after the families that share its names
)
BY_KEY: Final[dict[str, Convention]] = {convention.key: convention for convention in CONVENTIONS}
