"""Goldens of the editor's end-to-end tests: masks that pycocotools makes of rings drawn in the window.

    python scripts/goldens/editor.py    # writes test/golden/editor.json

Coordinates are quarters of a pixel: the tests' zoom puts them on whole pixels of the screen.
"""
import json
import pathlib

import numpy as np
from pycocotools import mask as coco_mask

HEIGHT, WIDTH = 48, 64

SHAPES = {
    "star": {"outer": [[32, 3.25], [37.5, 17], [55.25, 15.5], [42, 26.75], [50.5, 43], [32.25, 33.5], [14, 44.75], [21.5, 27], [6.75, 16.5], [26.5, 17.25]]},
    "pulledCorner": {"outer": [[10, 10], [30, 10], [50, 40], [10, 30]]},
    "pulledEdge": {"outer": [[10, 10], [20, 2], [30, 10], [50, 40], [10, 30]]},
    "cutCorner": {"outer": [[10, 10], [30, 10], [10, 30]]},
    "ringAndIsland": {
        "outer": [[5.5, 6], [34, 3.5], [38.25, 24], [22, 40.5], [6, 29.25]],
        "hole": [[14.25, 13], [27.5, 11.75], [25, 25.5], [16, 26]],
        "part": [[45, 20.5], [60.5, 28], [57.25, 44], [43.5, 37.75]],
    },
}


def raster(ring):
    flat = [float(value) for point in ring for value in point]
    return coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects([flat], HEIGHT, WIDTH)))


def golden(rings):
    mask = raster(rings["outer"])
    if "hole" in rings:
        mask &= 1 - raster(rings["hole"])
    if "part" in rings:
        mask |= raster(rings["part"])
    counts = coco_mask.encode(np.asfortranarray(mask))["counts"].decode("ascii")
    return {"rings": rings, "counts": counts}


out = pathlib.Path(__file__).parents[2] / "test" / "golden" / "editor.json"
out.write_text(json.dumps({name: golden(rings) for name, rings in SHAPES.items()}, indent=2) + "\n")
