# SPDX-License-Identifier: GPL-3.0-or-later
"""Free wordings for legs. A row's own leg is "this" one, whichever side the animator named."""

from __future__ import annotations

from typing import Final

from .patterns import PACE, Rows

_LEG: Final = "(leg|foot)"
_STEP: Final = r"(?= ([\w']+ )?(step|stride))"
_SPOT: Final = "(in place|on spot)"
_GROUND: Final = "(ground|floor|earth)"
_TURNED: Final = "(turned|turn|point|pointed|rotated|splayed)"
_SET: Final = "(placed |set |put |held |kept |well |far |slightly |one )*"

_ACTION: Final[Rows] = (
    (rf"(walk|step|march|run|jog|tread|trot|pace) {_SPOT}|{_SPOT}", "action=steps"),
    (rf"(stand|stay|remain) {_SPOT}", "action=stands"),
    (rf"(stand|balance|rest|weight) on other {_LEG}", "action=stands held=off"),
    (rf"(stand|balance) on (one|this|single) {_LEG}", "action=stands stance=lasting"),
    (rf"on (one|this|single) {_LEG}", "stance=lasting action~stands"),
    (r"NOT (step|walk|move|run)", "action=stands"),
    (r"stand|still|rooted|stationary|motionless", "action=stands"),
    (r"balance|wait", "action~stands"),
    (r"shift( weight)?|(shift )?from .. (foot to foot|one (foot|leg) to other)|fidget", "action=shifts"),
    (r"high kick|kick .. high", "action=kicks lift=very_high"),
    (r"kick|kicked", "action=kicks"),
    (r"run|jog|sprint|dash|race|gallop", "action=runs"),
    (r"(trudge|plod)", "action=walks cadence~slow"),
    (r"walk|march|stroll|amble|saunter|wander|strut|swagger|sneak|creep|skip|tread", "action=walks"),
    (PACE, "action=walks"),
    (r"stride (out|long)", "action=walks stride=long"),
    (r"step|stride", "action~walks"),
    (r"limp|hobble", "stance=brief action~walks"),
    (
        rf"spare .. {_LEG}|(no|little|less|hardly any|NOT .. ) ?weight on .. {_LEG}|weight on other {_LEG}",
        "stance=brief",
    ),
    (rf"favor .. {_LEG}|NOT (bear|take|carry|support|put) .. weight", "stance=brief"),
    (
        rf"weight .. on this {_LEG}|(bear|take|carry|support) .. weight|(lean|rest|linger) on this {_LEG}",
        "stance=lasting",
    ),
    (r"goose step", "action=walks knee~straight lift=very_high"),
    (r"lunge( forward)?", "knee=deep place=front"),
)
_STEPS: Final[Rows] = (
    (rf"(very (long|big)|huge|giant|enormous|massive){_STEP}", "stride=very_long"),
    (rf"(long|big|large|wide|great){_STEP}", "stride=long"),
    (rf"(short|tiny|small|little|mincing|baby){_STEP}", "stride=short"),
    (rf"(ordinary|normal|medium){_STEP}", "stride=medium"),
    (r"slow|slowly|heavy|heavily|leisurely|unhurried", "cadence=slow"),
    (r"rapid|rapidly|hurried|hurriedly|very (fast|quick|quickly)|frantic|frantically", "cadence=rapid"),
    (r"brisk|briskly|quick|quickly|fast|lively|swift|swiftly", "cadence=brisk"),
    (r"steady|steadily|even|evenly|regular|regularly|calm|calmly", "cadence=steady"),
    (r"tiptoe", "sole=tiptoe action~walks"),
    (
        r"on .. (tiptoe|toe|tip of toe)|(on )?ball of foot|heel (raised|lifted|up|off|NOT touch .. ground)",
        "sole=tiptoe",
    ),
    (r"on .. heel|toe (up|lifted|raised|off)( off)?( ground| floor)?|heel only", "sole=heels"),
    (r"heel to toe|toe to heel|high heel", ""),
)
_KNEE: Final[Rows] = (
    (r"(never|not|without) bend( .. knee| leg| .. leg)?", "knee=straight fold=stiff"),
    (r"stiff|stiffly|stiff (leg|legged|knee|kneed)", "knee=straight fold=stiff"),
    (
        r"(not|never|hardly|barely|scarcely) bent|unbent|locked|straight(?! (on|ahead|line|forward|to))|stretched( out)?|extended",
        "knee=straight",
    ),
    (r"(leg )?(stretched|extended|straight) (out )?(behind|back|backward)", "knee=straight place=behind"),
    (r"(leg )?(stretched|extended|straight) (out )?(in front|forward|ahead)", "knee=straight place=front"),
    (r"(deeply|strongly|low|very|heavily|well|deep) bent|bent (deeply|strongly|low|lot|deep)", "knee=deep"),
    (r"bend (deep|deeply|low)( .. knee)?|(bent in .. )?(crouch|crouched)|deep (knee )?bend", "knee=deep"),
    (r"(bent in .. )?squat|kneel|knelt|sit|seated|fully bent", "knee=squat"),
    (r"(LITTLE|softly|loosely) bent|bent LITTLE|soft|relaxed|loose", "knee=soft"),
    (r"bent|bend", "knee~bent"),
    (
        r"heel .. (bottom|bum|butt|backside|seat)|butt kick|heel (flick|flicked|kick|kicked|drawn|pulled) .. up",
        "fold=heel_up",
    ),
    (r"bend (lot|strongly)|flex (lot|strongly)", "fold=much"),
    (r"(bend|flex) LITTLE|(hardly|barely|scarcely) .. (bend|flex)", "fold=little"),
)
_FOOT: Final[Rows] = (
    (r"NOT (drag|dragged|scrape|shuffle|scuff)", "lift=low"),
    (r"drag|dragged|scrape|scuff|skim", "lift=drags"),
    (r"shuffle", "lift=drags stride~short action~walks"),
    (r"(hardly|barely|scarcely) .. (lift|leave|clear|raise|lifted|raised)( .. foot)?", "lift=drags"),
    (r"(lift|lifted|raise|raised) .. (low|LITTLE)|lift LITTLE", "lift=low"),
    (
        r"very high|.. to chest|high knee|(knee )?(pulled|drawn|lifted|lift|raise|raised|pull|up) .. to chest|jump",
        "lift=very_high",
    ),
    (r"high|(lift|lifted|raise|raised) (.. )?high|knee up|lifted|raised|hop( on .. foot| on .. leg)?", "lift=high"),
    (r"(lifted|raised) (back|backward|behind)", "lift=high place=behind"),
    (r"stomp|stamp", "lift=high action~walks"),
    (r"planted( firmly)?", "lift=planted action~stands"),
    (
        rf"glued .. {_GROUND}|NOT (leave|lift|left|come|rise) .. {_GROUND}|(flat |stay .. |remain .. )on {_GROUND}",
        "lift=planted",
    ),
    (rf"{_TURNED} (toe |foot |slightly )*(in|inward)|toe (in|inward)|pigeon( toed)?", "toes=in"),
    (rf"{_TURNED} (toe |foot |slightly )*(out|outward)|toe (out|outward)", "toes=out"),
    (
        rf"{_TURNED} (toe |foot )*(far|well|wide|very far|strongly|right) (out|outward)|splay|splayed",
        "toes=far_out",
    ),
    (r"duck (foot|footed|walk|like)|like .. duck", "toes=far_out"),
    (r"(toe|foot) (point|face|pointed|turned) (straight )?(ahead|forward)", "toes=ahead"),
    (r"very wide( apart)?|straddle|straddled|splits", "width=very_wide"),
    (r"wide|wide apart|apart|bow legged|shoulder width( apart)?|spread|broad", "width=wide"),
    (r"knee (rise|lift|come|go) .. to (hip|waist|chest)( height| level)?", "lift=high"),
    (r"(hip|pelvis) width( apart)?|hip wide", "width=normal"),
    (r"narrow|close|close together|together|(foot |knee )?close together", "width=narrow"),
    (r"cross|crossed|crosswise|tightrope", "width=crossing"),
)
_HELD: Final[Rows] = (
    (
        rf"((lifted|raised|held|kept|hold|keep|stay|hang|dangle|hover) .. )(off {_GROUND}|in air|above {_GROUND})( .. there)?",
        "held=off",
    ),
    (r"(lifted|raised) and (held|kept|stay)( there| up| .. in air)?|(held|kept) there|(held|kept) up", "held=off"),
    (r"knee .. (up|raised|lifted|pulled up|drawn up|high) (and )?(held|kept|stay|hold)( there| up)?", "held=up"),
    (r"(hold|keep|held|kept) .. knee (up|raised|high|lifted)", "held=up"),
    (r"knee (held|kept|stay) (up|high|raised|lifted|at)( .. (height|level))?( .. hip height)?", "held=up"),
    (rf"(one )?{_LEG} {_SET}(forward|in front|ahead)( of .. (body|other))?", "place=front"),
    (r"(placed|set|put) (forward|in front|ahead)|in front of .. (body|other)", "place=front"),
    (rf"(one )?{_LEG} {_SET}(behind|back|backward)( .. body)?", "place=behind"),
    (r"(placed|set|put|trail|drawn) (behind|back|backward)|behind (body|other)|trail", "place=behind"),
)
LEG: Final[Rows] = (*_ACTION, *_STEPS, *_KNEE, *_FOOT, *_HELD)
