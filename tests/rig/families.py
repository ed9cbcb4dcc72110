# SPDX-License-Identifier: GPL-3.0-or-later
"""Typical rigs of every known family, with their true hierarchy and the extra bones that they come with.

How to read the chains: see ``family_builder``. Not here are Rigify's generated controls, which are tested on the add-on
itself.
"""

from __future__ import annotations

import re
from typing import Final

from family_builder import Family, FamilyBone, family

_LONG: Final = ("Left", "Right")
_SHORT: Final = ("L", "R")
_SMALL: Final = ("l", "r")

_MIXAMO_BODY: Final = """
    {0}Hips=pelvis > {0}Spine=spine > {0}Spine1=spine > {0}Spine2=spine > {0}Neck=neck > {0}Head=head > {0}HeadTop_End!end
    {0}Head > {0}{{}}Eye!face
    {0}Spine2 > {0}{{}}Shoulder=collar > {0}{{}}Arm=shoulder > {0}{{}}ForeArm=elbow > {0}{{}}Hand=wrist
    {0}{{}}Hand > {0}{{}}HandThumb[1234]!finger
    {0}{{}}Hand > {0}{{}}HandIndex[1234]!finger
    {0}{{}}Hand > {0}{{}}HandPinky[1234]!finger
    {0}Hips > {0}{{}}UpLeg=hip > {0}{{}}Leg=knee > {0}{{}}Foot=ankle > {0}{{}}ToeBase=foot > {0}{{}}Toe_End!end
"""
_UNREAL_LIMBS: Final = """
    CHEST > clavicle_{}=collar > upperarm_{}=shoulder > lowerarm_{}=elbow > hand_{}=wrist
    upperarm_{} > upperarm_twist_01_{}!twist
    lowerarm_{} > lowerarm_twist_01_{}!twist
    hand_{} > thumb_0[123]_{}!finger
    hand_{} > index_0[123]_{}!finger
    hand_{} > pinky_0[123]_{}!finger
    pelvis > thigh_{}=hip > calf_{}=knee > foot_{}=ankle > ball_{}=foot
    thigh_{} > thigh_twist_01_{}!twist
    calf_{} > calf_twist_01_{}!twist
    root > ik_foot_root!other
    ik_foot_root > ik_foot_{}!other
    root > ik_hand_root!other > ik_hand_gun!other
    ik_hand_gun > ik_hand_{}!other
"""
_BIPED: Final = """
    Bip001!root > Bip001 Footsteps!other
    Bip001 > Bip001 Pelvis=pelvis > Bip001 Spine=spine > Bip001 Spine1=spine > Bip001 Spine2=spine > Bip001 Neck=neck
    Bip001 Neck > Bip001 Head=head > Bip001 HeadNub!end
    NECK > Bip001 {} Clavicle=collar > Bip001 {} UpperArm=shoulder > Bip001 {} Forearm=elbow > Bip001 {} Hand=wrist
    Bip001 {} UpperArm > Bip001 {} UpArmTwist!twist
    Bip001 {} Forearm > Bip001 {} ForeTwist!twist
    Bip001 {} Hand > Bip001 {} Finger0!finger > Bip001 {} Finger0[12]!finger > Bip001 {} Finger0Nub!end
    Bip001 {} Hand > Bip001 {} Finger1!finger > Bip001 {} Finger1[12]!finger
    Bip001 {} Hand > Bip001 {} Finger4!finger > Bip001 {} Finger4[12]!finger
    LEGS > Bip001 {} Thigh=hip > Bip001 {} Calf=knee > Bip001 {} Foot=ankle > Bip001 {} Toe0=foot > Bip001 {} Toe0Nub!end
    Bip001 {} Thigh > Bip001 {} ThighTwist!twist
"""
_MMD: Final = """
    全ての親!root > センター=pelvis > グルーブ!other > 腰!other > 上半身=spine > 上半身2=spine > 首=neck > 頭=head > 両目!face
    頭 > {}目!face
    上半身2 > {}肩P!other > {}肩=collar > {}肩C!other > {}腕=shoulder > {}腕捩!twist > {}ひじ=elbow > {}手捩!twist > {}手首=wrist
    {}手首 > {}親指[12]!finger
    {}手首 > {}人指[123]!finger
    {}手首 > {}小指[123]!finger
    腰 > 下半身!other
    下半身 > 腰キャンセル{}!other > {}足=hip > {}ひざ=knee > {}足首=ankle > {}つま先=foot
    下半身 > {}足D!other > {}ひざD!other > {}足首D!other
    全ての親 > {}足IK親!other > {}足IK!other > {}つま先IK!other
"""
_MMD_ENDS: Final = re.compile(r"(腰キャンセル\{\}|\{\}\w+)")


def _unreal(key: str, convention: str, spine: int, root: str = "root", extra: str = "") -> Family:
    """Build a rig with Unreal's names: how many spine bones, what the root is called, further chains."""
    numbers = "".join(str(at) for at in range(1, spine + 1))
    trunk = f"{root}!root > pelvis=pelvis > spine_0[{numbers}]=spine > neck_01=neck"
    limbs = _UNREAL_LIMBS.replace("CHEST", f"spine_0{spine}").replace("    root >", f"    {root} >")
    return family(key, convention, _SMALL, f"{trunk}\n{extra or 'neck_01 > head=head'}\n{limbs}")


def _biped(key: str, prefix: str, legs: str, collars: str, space: str = " ", number: str = "") -> Family:
    text = _BIPED.replace("LEGS", f"Bip001 {legs}").replace("NECK", f"Bip001 {collars}")
    text = text.replace("Bip001 Neck", f"Bip001 Neck{number}").replace("Bip001 Head=", f"Bip001 Head{number}=")
    made = family(key, "biped", _SHORT, text)

    def spelt(name: str) -> str:
        return name.replace("Bip001", prefix).replace(" ", space)

    bones = (FamilyBone(spelt(b.name), spelt(b.parent) if b.parent else None, b.role, b.kind) for b in made.bones)
    return Family(key, "biped", tuple(bones))


def _side_last(text: str) -> str:
    """Move the side of Japanese names to their end, as importers into Blender do."""
    return _MMD_ENDS.sub(lambda hit: hit[0].replace("{}", "") + ".{}", text)


_ALL: Final = (
    family("smpl", "smpl", ("left", "right"), """
        pelvis=pelvis > spine[123]=spine > neck=neck > head=head > jaw!face
        head > {}_eye_smplhf!face
        spine3 > {}_collar=collar > {}_shoulder=shoulder > {}_elbow=elbow > {}_wrist=wrist
        {}_wrist > {}_index[123]!finger
        {}_wrist > {}_middle[123]!finger
        {}_wrist > {}_thumb[123]!finger
        pelvis > {}_hip=hip > {}_knee=knee > {}_ankle=ankle > {}_foot=foot
    """),
    family("smpl_fbx", "smpl_fbx", _SHORT, """
        f_avg_root!root > f_avg_Pelvis=pelvis > f_avg_Spine[123]=spine > f_avg_Neck=neck > f_avg_Head=head
        f_avg_Spine3 > f_avg_{}_Collar=collar > f_avg_{}_Shoulder=shoulder > f_avg_{}_Elbow=elbow > f_avg_{}_Wrist=wrist
        f_avg_{}_Wrist > f_avg_{}_Hand!other
        f_avg_Pelvis > f_avg_{}_Hip=hip > f_avg_{}_Knee=knee > f_avg_{}_Ankle=ankle > f_avg_{}_Foot=foot
    """),
    family("mixamo", "mixamo", _LONG, _MIXAMO_BODY.format("mixamorig:")),
    family("ready_player_me", "mixamo", _LONG, _MIXAMO_BODY.format("")),
    family("humanik", "humanik", _LONG, """
        Reference!root > Hips=pelvis > Spine=spine > Spine[123]=spine > Neck=neck > Neck1=neck > Head=head
        Spine3 > {}Shoulder=collar > {}Arm=shoulder > {}ForeArm=elbow > {}Hand=wrist
        {}Arm > {}ArmRoll!twist
        {}ForeArm > {}ForeArmRoll!twist
        {}Hand > {}InHandThumb!other > {}HandThumb[1234]!finger
        {}Hand > {}InHandIndex!other > {}HandIndex[1234]!finger
        {}Hand > {}InHandPinky!other > {}HandPinky[1234]!finger
        Hips > {}UpLeg=hip > {}Leg=knee > {}Foot=ankle > {}ToeBase=foot
        {}UpLeg > {}UpLegRoll!twist
        {}Leg > {}LegRoll!twist
    """),
    family("rokoko", "humanik", _LONG, """
        Hips=pelvis > Spine[1234]=spine > Neck=neck > Head=head
        Spine4 > {}Shoulder=collar > {}Arm=shoulder > {}ForeArm=elbow > {}Hand=wrist
        {}Hand > {}Finger1Proximal!finger > {}Finger1Distal!finger > {}Finger1Tip!end
        Hips > {}Thigh=hip > {}Shin=knee > {}Foot=ankle > {}Toe=foot > {}ToeTip!end
    """),
    family("unity", "unity", _LONG, """
        Root!root > Hips=pelvis > Spine=spine > Chest=spine > UpperChest=spine > Neck=neck > Head=head > Jaw!face
        Head > {}Eye!face
        UpperChest > {}Shoulder=collar > {}UpperArm=shoulder > {}LowerArm=elbow > {}Hand=wrist
        {}Hand > {}ThumbProximal!finger > {}ThumbIntermediate!finger > {}ThumbDistal!finger
        {}Hand > {}IndexProximal!finger > {}IndexIntermediate!finger > {}IndexDistal!finger
        {}Hand > {}LittleProximal!finger > {}LittleIntermediate!finger > {}LittleDistal!finger
        Hips > {}UpperLeg=hip > {}LowerLeg=knee > {}Foot=ankle > {}Toes=foot > {}ToesEnd!end
    """),
    family("unity_sides", "unity_sides", _SHORT, """
        joint_Root!root > Hips=pelvis > Spine=spine > Chest=spine > Neck=neck > Head=head > Head_end!end
        Chest > Shoulder_{}=collar > UpperArm_{}=shoulder > LowerArm_{}=elbow > Hand_{}=wrist
        UpperArm_{} > UpperArm_Twist_{}!twist
        Hand_{} > Thumb_0[123]_{}!finger
        Hand_{} > Index_0[123]_{}!finger
        Hand_{} > Little_0[123]_{}!finger
        Hips > UpperLeg_{}=hip > LowerLeg_{}=knee > Foot_{}=ankle > Toes_{}=foot
    """),
    family("vroid", "vroid", _SHORT, """
        Root!root > J_Bip_C_Hips=pelvis > J_Bip_C_Spine=spine > J_Bip_C_Chest=spine > J_Bip_C_UpperChest=spine
        J_Bip_C_UpperChest > J_Bip_C_Neck=neck > J_Bip_C_Head=head > J_Sec_Hair1_01!other
        J_Bip_C_Head > J_Adj_{}_FaceEye!face
        J_Bip_C_UpperChest > J_Sec_{}_Bust1!other
        J_Bip_C_UpperChest > J_Bip_{}_Shoulder=collar > J_Bip_{}_UpperArm=shoulder > J_Bip_{}_LowerArm=elbow
        J_Bip_{}_LowerArm > J_Bip_{}_Hand=wrist > J_Bip_{}_Thumb[123]!finger
        J_Bip_{}_Hand > J_Bip_{}_Index[123]!finger > J_Bip_{}_Index3_end!end
        J_Bip_{}_Hand > J_Bip_{}_Little[123]!finger
        J_Bip_C_Hips > J_Bip_{}_UpperLeg=hip > J_Bip_{}_LowerLeg=knee > J_Bip_{}_Foot=ankle > J_Bip_{}_ToeBase=foot
    """),
    family("vrm", "vrm", _SHORT, """
        root!root > hips=pelvis > spine=spine > chest=spine > upper_chest=spine > neck=neck > head=head > jaw!face
        head > eye.{}!face
        upper_chest > shoulder.{}=collar > upper_arm.{}=shoulder > lower_arm.{}=elbow > hand.{}=wrist
        hand.{} > thumb_metacarpal.{}!finger > thumb_proximal.{}!finger > thumb_distal.{}!finger
        hand.{} > index_proximal.{}!finger > index_intermediate.{}!finger > index_distal.{}!finger
        hand.{} > little_proximal.{}!finger > little_intermediate.{}!finger > little_distal.{}!finger
        hips > upper_leg.{}=hip > lower_leg.{}=knee > foot.{}=ankle > toes.{}=foot
    """),
    _unreal("unreal4", "unreal4", 3),
    _unreal("unreal5", "unreal5", 5, extra="""
        neck_01 > neck_02=neck > head=head
        spine_05 > clavicle_pec_{}!other
    """),
    _unreal("mpfb_game_engine", "unreal4", 3, root="Root"),
    family("rigify_metarig", "rigify_metarig", _SHORT, """
        spine=pelvis > spine.00[123]=spine > spine.00[45]=neck > spine.006=head > face!face > nose!face
        face > eye.{}!face
        spine.003 > breast.{}!other
        spine.003 > shoulder.{}=collar > upper_arm.{}=shoulder > forearm.{}=elbow > hand.{}=wrist
        hand.{} > palm.01.{}!other > f_index.0[123].{}!finger
        palm.01.{} > thumb.0[123].{}!finger
        hand.{} > palm.04.{}!other > f_pinky.0[123].{}!finger
        spine > pelvis.{}!other
        spine > thigh.{}=hip > shin.{}=knee > foot.{}=ankle > toe.{}=foot
        foot.{} > heel.02.{}!other
    """),
    family("rigify_deform", "rigify_deform", _SHORT, """
        root!root > DEF-spine=pelvis > DEF-spine.00[123]=spine > DEF-spine.00[45]=neck > DEF-spine.006=head > DEF-jaw!face
        DEF-spine.003 > DEF-breast.{}!other
        DEF-spine.003 > DEF-shoulder.{}=collar > DEF-upper_arm.{}=shoulder > DEF-upper_arm.{}.001!twist
        DEF-upper_arm.{}.001 > DEF-forearm.{}=elbow > DEF-forearm.{}.001!twist > DEF-hand.{}=wrist
        DEF-hand.{} > DEF-palm.01.{}!other > DEF-f_index.0[123].{}!finger
        DEF-palm.01.{} > DEF-thumb.0[123].{}!finger
        DEF-hand.{} > DEF-palm.04.{}!other > DEF-f_pinky.0[123].{}!finger
        DEF-spine > DEF-pelvis.{}!other
        DEF-spine > DEF-thigh.{}=hip > DEF-thigh.{}.001!twist > DEF-shin.{}=knee > DEF-shin.{}.001!twist
        DEF-shin.{}.001 > DEF-foot.{}=ankle > DEF-toe.{}=foot
    """),
    family("mpfb", "mpfb", _SHORT, """
        root=pelvis > spine0[54321]=spine > neck0[123]=neck > head=head > jaw!face > tongue00!face
        head > eye.{}!face
        spine02 > breast.{}!other
        spine01 > clavicle.{}!other > shoulder01.{}=collar > upperarm01.{}=shoulder > upperarm02.{}!twist
        upperarm02.{} > lowerarm01.{}=elbow > lowerarm02.{}!twist > wrist.{}=wrist > finger1-[123].{}!finger
        wrist.{} > metacarpal1.{}!other > finger2-[123].{}!finger
        wrist.{} > metacarpal4.{}!other > finger5-[123].{}!finger
        root > pelvis.{}!other > upperleg01.{}=hip > upperleg02.{}!twist > lowerleg01.{}=knee > lowerleg02.{}!twist
        lowerleg02.{} > foot.{}=ankle > toe1-1.{}!end > toe1-2.{}!end
        foot.{} > toe2-1.{}!end
    """),
    family("auto_rig_pro", "auto_rig_pro", _SMALL, """
        c_pos!root > c_traj!root > c_root_master.x=pelvis > c_root.x!other > root.x!other
        c_root_master.x > c_spine_0[123].x=spine > c_neck.x=neck > c_head.x=head > c_jawbone.x!face
        c_spine_03.x > c_shoulder.{}=collar > shoulder.{}!other
        c_spine_03.x > c_arm_fk.{}=shoulder > c_forearm_fk.{}=elbow > forearm_fk.{}!other
        c_forearm_fk.{} > c_hand_fk.{}=wrist > c_index1.{}!finger > c_index2.{}!finger
        c_hand_fk.{} > c_thumb[123].{}!finger
        root.x > c_thigh_b.{}!other > c_thigh_fk.{}=hip > c_leg_fk.{}=knee > c_foot_fk.{}=ankle > c_toes_fk.{}=foot
        c_thigh_b.{} > thigh_stretch.{}!other > leg_stretch.{}!other > foot.{}!other > toes_01.{}!other
        c_traj > c_hand_ik.{}!other
        c_traj > c_foot_ik.{}!other
    """),
    family("auto_rig_pro_export", "auto_rig_pro_export", _SMALL, """
        root!root > root.x=pelvis > spine_0[123].x=spine > neck.x=neck > head.x=head > jawbone.x!face
        spine_03.x > shoulder.{}=collar > arm_stretch.{}=shoulder > forearm_stretch.{}=elbow > hand.{}=wrist
        arm_stretch.{} > arm_twist.{}!twist
        forearm_stretch.{} > forearm_twist.{}!twist
        hand.{} > thumb[123].{}!finger
        hand.{} > index[123].{}!finger
        hand.{} > pinky[123].{}!finger
        root.x > thigh_stretch.{}=hip > leg_stretch.{}=knee > foot.{}=ankle > toes_01.{}=foot
        thigh_stretch.{} > thigh_twist.{}!twist
        leg_stretch.{} > leg_twist.{}!twist
    """),
    family("daz8", "daz8", _SMALL, """
        Genesis8Female!root > hip=pelvis > pelvis!other
        hip > abdomenLower=spine > abdomenUpper=spine > chestLower=spine > chestUpper=spine
        chestUpper > neckLower=neck > neckUpper=neck > head=head > upperFaceRig!face
        head > {}Eye!face
        chestLower > {}Pectoral!other
        chestUpper > {}Collar=collar > {}ShldrBend=shoulder > {}ShldrTwist!twist > {}ForearmBend=elbow
        {}ForearmBend > {}ForearmTwist!twist > {}Hand=wrist > {}Thumb[123]!finger
        {}Hand > {}Carpal1!other > {}Index[123]!finger
        {}Hand > {}Carpal4!other > {}Pinky[123]!finger
        pelvis > {}ThighBend=hip > {}ThighTwist!twist > {}Shin=knee > {}Foot=ankle > {}Metatarsals!other > {}Toe=foot
        {}Toe > {}BigToe!end
    """),
    family("daz_genesis2", "daz8", _SMALL, """
        hip=pelvis > abdomen=spine > abdomen2=spine > chest=spine > neck=neck > head=head > tongueBase!face
        chest > {}Collar=collar > {}Shldr=shoulder > {}ForeArm=elbow > {}Hand=wrist > {}Thumb[123]!finger
        {}Hand > {}Carpal1!other > {}Index[123]!finger
        hip > {}Buttock!other > {}Thigh=hip > {}Shin=knee > {}Foot=ankle > {}Toe=foot
    """),
    family("daz9", "daz9", _SMALL, """
        Genesis9!root > hip=pelvis > spine[1234]=spine > neck[12]=neck > head=head > lowerjaw!face
        hip > pelvis!other
        head > {}_eye!face
        spine4 > {}_pectoral!other
        spine4 > {}_shoulder=collar > {}_upperarm=shoulder > {}_forearm=elbow > {}_hand=wrist
        {}_upperarm > {}_upperarmtwist1!twist
        {}_upperarm > {}_upperarmtwist2!twist
        {}_forearm > {}_forearmtwist1!twist
        {}_hand > {}_thumb[123]!finger
        {}_hand > {}_indexmetacarpal!other > {}_index[123]!finger
        {}_hand > {}_pinkymetacarpal!other > {}_pinky[123]!finger
        pelvis > {}_thigh=hip > {}_shin=knee > {}_foot=ankle > {}_metatarsal!other > {}_toes=foot
        {}_thigh > {}_thightwist1!twist
    """),
    family("reallusion", "reallusion", _SHORT, """
        RL_BoneRoot!root > CC_Base_Hip=pelvis > CC_Base_Pelvis!other
        CC_Base_Hip > CC_Base_Waist=spine > CC_Base_Spine0[12]=spine > CC_Base_NeckTwist0[12]=neck > CC_Base_Head=head
        CC_Base_Head > CC_Base_FacialBone!face > CC_Base_JawRoot!face
        CC_Base_FacialBone > CC_Base_{}_Eye!face
        CC_Base_Spine02 > CC_Base_{}_RibsTwist!twist > CC_Base_{}_Breast!other
        CC_Base_Spine02 > CC_Base_{}_Clavicle=collar > CC_Base_{}_Upperarm=shoulder > CC_Base_{}_Forearm=elbow
        CC_Base_{}_Upperarm > CC_Base_{}_UpperarmTwist0[12]!twist
        CC_Base_{}_Forearm > CC_Base_{}_ForearmTwist0[12]!twist
        CC_Base_{}_Forearm > CC_Base_{}_ElbowShareBone!other
        CC_Base_{}_Forearm > CC_Base_{}_Hand=wrist > CC_Base_{}_Thumb[123]!finger
        CC_Base_{}_Hand > CC_Base_{}_Index[123]!finger
        CC_Base_{}_Hand > CC_Base_{}_Pinky[123]!finger
        CC_Base_Pelvis > CC_Base_{}_Thigh=hip > CC_Base_{}_Calf=knee > CC_Base_{}_Foot=ankle > CC_Base_{}_ToeBase=foot
        CC_Base_{}_Thigh > CC_Base_{}_ThighTwist0[12]!twist
        CC_Base_{}_Calf > CC_Base_{}_CalfTwist0[12]!twist
        CC_Base_{}_ToeBase > CC_Base_{}_BigToe1!end
    """),
    _biped("biped", "Bip001", legs="Spine", collars="Neck"),
    _biped("biped_underscores", "Bip01", legs="Pelvis", collars="Spine2", space="_"),
    _biped("rocketbox", "Bip02", legs="Pelvis", collars="Neck"),
    _biped("valve", "ValveBiped.Bip01", legs="Pelvis", collars="Spine2", space="_", number="1"),
    family("cmu", "cmu", _LONG, """
        Hips=pelvis > LowerBack=spine > Spine=spine > Spine1=spine > Neck=neck > Neck1=neck > Head=head
        Spine1 > {}Shoulder=collar > {}Arm=shoulder > {}ForeArm=elbow > {}Hand=wrist
        {}Hand > {}FingerBase!finger > {}HandFinger1!finger
        {}Hand > {1}Thumb!finger
        Hips > {1}HipJoint!other > {}UpLeg=hip > {}Leg=knee > {}Foot=ankle > {}ToeBase=foot
    """),
    family("cmu_asf", "cmu_asf", _SMALL, """
        root=pelvis > lowerback=spine > upperback=spine > thorax=spine > lowerneck=neck > upperneck=neck > head=head
        thorax > {}clavicle=collar > {}humerus=shoulder > {}radius=elbow > {}wrist!other > {}hand=wrist > {}fingers!finger
        {}hand > {}thumb!finger
        root > {}hipjoint!other > {}femur=hip > {}tibia=knee > {}foot=ankle > {}toes=foot
    """),
    family("xsens", "xsens", _LONG, """
        Pelvis=pelvis > L5=spine > L3=spine > T12=spine > T8=spine > Neck=neck > Head=head
        T8 > {}Shoulder=collar > {}UpperArm=shoulder > {}ForeArm=elbow > {}Hand=wrist > {}HandProp!other
        Pelvis > {}UpperLeg=hip > {}LowerLeg=knee > {}Foot=ankle > {}Toe=foot
    """),
    family("biovision", "biovision", _LONG, """
        Hips=pelvis > Chest=spine > Chest[234]=spine > Neck=neck > Head=head > Head_End!end
        Chest4 > {}Collar=collar > {}Shoulder=shoulder > {}Elbow=elbow > {}Wrist=wrist > {}Wrist_End!end
        Hips > {}Hip=hip > {}Knee=knee > {}Ankle=ankle > {}Toe=foot > {}Toe_End!end
    """),
    family("soma", "soma", _LONG, """
        Root!root > Hips=pelvis > Spine1=spine > Spine2=spine > Chest=spine > Neck[12]=neck > Head=head > HeadEnd!end
        Head > Jaw!face
        Head > {}Eye!face
        Chest > {}Shoulder=collar > {}Arm=shoulder > {}ForeArm=elbow > {}Hand=wrist
        {}Hand > {}HandThumb[123]!finger > {}HandThumbEnd!end
        {}Hand > {}HandIndex[1234]!finger > {}HandIndexEnd!end
        {}Hand > {}HandPinky[1234]!finger > {}HandPinkyEnd!end
        Hips > {}Leg=hip > {}Shin=knee > {}Foot=ankle > {}ToeBase=foot > {}ToeEnd!end
    """),
    family("mmd", "mmd", ("左", "右"), _MMD),
    family("mmd_side_last", "mmd", _SHORT, _side_last(_MMD)),
    family("mmd_english", "mmd", _SHORT, """
        ParentNode!root > center=pelvis > groove!other > waist!other > upper body=spine > upper body2=spine > neck=neck
        neck > head=head > eyes!face
        head > eye_{}!face
        upper body2 > shoulder_{}=collar > arm_{}=shoulder > arm twist_{}!twist > elbow_{}=elbow > wrist twist_{}!twist
        wrist twist_{} > wrist_{}=wrist > thumb[12]_{}!finger
        wrist_{} > fore[123]_{}!finger
        wrist_{} > little[123]_{}!finger
        waist > lower body!other
        lower body > leg_{}=hip > knee_{}=knee > ankle_{}=ankle > toe_{}=foot
        ParentNode > leg IK_{}!other > toe IK_{}!other
    """),
    family("cats", "cats", _LONG, """
        Hips=pelvis > Spine=spine > Chest=spine > Neck=neck > Head=head > Eye_L!face
        Chest > {} shoulder=collar > {} arm=shoulder > {} elbow=elbow > {} wrist=wrist
        {} wrist > Thumb0_{}!finger > Thumb1_{}!finger
        {} wrist > IndexFinger1_{}!finger > IndexFinger2_{}!finger
        Hips > {} leg=hip > {} knee=knee > {} ankle=ankle > {} toe=foot
    """),
    family("renderpeople", "renderpeople", _SMALL, """
        root!root > hip=pelvis > spine_0[123]=spine > neck=neck > head=head > jaw!face
        head > eye_{}!face
        spine_03 > shoulder_{}=collar > upperarm_{}=shoulder > lowerarm_{}=elbow > hand_{}=wrist
        upperarm_{} > upperarm_twist_{}!twist
        lowerarm_{} > lowerarm_twist_{}!twist
        hand_{} > thumb_0[123]_{}!finger
        hand_{} > index_0[123]_{}!finger
        hand_{} > pinky_0[123]_{}!finger
        hip > upperleg_{}=hip > lowerleg_{}=knee > foot_{}=ankle > ball_{}=foot
        upperleg_{} > upperleg_twist_{}!twist
    """),
    family("synty", "synty", _SHORT, """
        Root!root > Hips=pelvis > Spine_0[123]=spine > Neck=neck > Head=head > Eyebrows!face
        Spine_03 > Clavicle_{}=collar > Shoulder_{}=shoulder > Elbow_{}=elbow > Hand_{}=wrist > Prop_{}!other
        Hand_L > Thumb_0[123]!finger
        Hand_R > Thumb_0[123] 1!finger
        Hand_L > IndexFinger_0[1234]!finger
        Hand_R > IndexFinger_0[1234] 1!finger
        Hips > UpperLeg_{}=hip > LowerLeg_{}=knee > Ankle_{}=ankle > Ball_{}=foot > Toes_{}!end
    """),
)  # fmt: skip
FAMILIES: Final[dict[str, Family]] = {made.key: made for made in _ALL}
