# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty prompts as the models at hand answer them: ``python -m training.gallery --out docs``.

Writes ``gallery.png``, a strip of figures and the path seen from above for each prompt, and ``gallery.webp``, all of them
moving. Left limbs are blue, right ones red. Nothing is picked: every prompt has one take, with seed 0.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tqdm import tqdm

from server.motion.motion import Motion
from server.motion.skeleton import FPS
from server.pipeline import GenerateRequest, Pipeline

from .evaluate.checks.body import Body
from .evaluate.page.canvas import canvas, check_pillow, image_of, save, write
from .evaluate.page.strips import TILE, figure, strip

if TYPE_CHECKING:
    from PIL import Image

PROMPTS: Final[tuple[tuple[str, str], ...]] = (
    ("walks in a circle", "like a monkey"),
    ("walks forward", "like an old man with a bad back"),
    ("walks forward", "proudly, chest out"),
    ("walks forward", "like a zombie"),
    ("walks forward", "exhausted"),
    ("walks forward", "sneaking on tiptoe"),
    ("walks backward", "afraid"),
    ("sidesteps to the left", ""),
    ("runs", ""),
    ("runs", "angrily"),
    ("waves the right hand", "happily"),
    ("waves both hands", "like a child"),
    ("raises the left hand", "slowly"),
    ("bows", "politely"),
    ("kicks", "furiously"),
    ("punches", "like a boxer"),
    ("stands with crossed arms", "impatiently"),
    ("stands with the hands behind the back", ""),
    ("turns around to the right", "like a robot"),
    ("walks and then stops", "tired"),
)
_SECONDS: Final = 4.0
_COLUMNS: Final = 5
_TITLE: Final = 30  # pixels above a strip or a moving figure
_EVERY: Final = 3  # frames: ten a second are enough to see
_WIDE: Final = 210  # pixels of a moving figure's place


def takes(pipeline: Pipeline) -> list[Motion]:
    """Return the motion of every prompt."""
    requests = [GenerateRequest(content, style, _SECONDS) for content, style in PROMPTS]
    return [pipeline.generate(request)[0].motion for request in tqdm(requests, "gallery")]


def _title(number: int) -> str:
    content, style = PROMPTS[number]
    return f"{number + 1}. {content}{', ' + style if style else ''}"


def sheet(motions: list[Motion]) -> Image.Image:
    """Return all motions as strips in two columns."""
    strips = [image_of(strip(motion)) for motion in motions]
    width, height = strips[0].width + 12, strips[0].height + _TITLE
    rows = (len(strips) + 1) // 2
    image, draw = canvas(2 * width, rows * height)
    for number, picture in enumerate(strips):
        x, y = number // rows * width, number % rows * height
        write(draw, (x + 6, y + 8), _title(number))
        image.paste(picture, (x + 6, y + _TITLE))
    return image


def moving(motions: list[Motion]) -> list[Image.Image]:
    """Return the pictures of a moving sheet, one every `_EVERY` frames."""
    bodies = [Body(motion) for motion in motions]
    rows = -(-len(motions) // _COLUMNS)
    pictures = []
    for frame in range(0, min(motion.frames for motion in motions), _EVERY):
        image, draw = canvas(_COLUMNS * _WIDE, rows * (TILE[1] + _TITLE))
        for number, body in enumerate(bodies):
            x, y = number % _COLUMNS * _WIDE, number // _COLUMNS * (TILE[1] + _TITLE)
            write(draw, (x + 4, y + 10), _title(number), 10)
            image.paste(image_of(figure(body, frame)), (x + (_WIDE - TILE[0]) // 2, y + _TITLE))
        pictures.append(image)
    return pictures


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder for the pictures")
    out = parser.parse_args().out
    check_pillow()
    out.mkdir(parents=True, exist_ok=True)
    motions = takes(Pipeline.load())
    save(sheet(motions), out / "gallery.png")
    first, *others = moving(motions)
    pace = round(1000 * _EVERY / FPS)
    first.save(out / "gallery.webp", save_all=True, append_images=others, duration=pace, loop=0, quality=40, method=4)


if __name__ == "__main__":
    main()
