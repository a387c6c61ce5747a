"""Goldens of the editor's end-to-end tests: masks that pycocotools makes of rings drawn in the window.

    python scripts/goldens/editor.py    # writes test/golden/editor.json

Coordinates are quarters of a pixel: the tests' zoom puts them on whole pixels of the screen.
"""
import json
import math
import pathlib

import numpy as np
from pycocotools import mask as coco_mask

SMALL = (48, 64)
PHOTO = (150, 200)


def polygon(x, y, radius, corners):
    angles = [2 * math.pi * i / corners - math.pi / 2 for i in range(corners)]
    return [[round(4 * (x + radius * math.cos(a))) / 4, round(4 * (y + radius * math.sin(a))) / 4] for a in angles]


# The two coins of the tests' photograph (test/e2e/support/desk.ts).
COPPER = polygon(64, 69.5, 40.5, 12)
SILVER = polygon(135, 85, 31.5, 10)
CENTRE = polygon(64, 69.5, 20, 6)

SHAPES = {
    "star": {"outer": [[32, 3.25], [37.5, 17], [55.25, 15.5], [42, 26.75], [50.5, 43], [32.25, 33.5], [14, 44.75], [21.5, 27], [6.75, 16.5], [26.5, 17.25]]},
    "pulledCorner": {"outer": [[10, 10], [30, 10], [50, 40], [10, 30]]},
    "pulledEdge": {"outer": [[10, 10], [20, 2], [30, 10], [50, 40], [10, 30]]},
    "cutCorner": {"outer": [[10, 10], [30, 10], [10, 30]]},
}

PHOTO_SHAPES = {
    "copper": {"outer": COPPER},
    "silver": {"outer": SILVER},
    "coins": {"outer": COPPER, "hole": CENTRE, "part": SILVER},
    # A vertex of the hole dragged, one put into an edge of the part, one of its own gone.
    "holeDragged": {"outer": COPPER, "hole": [[52, 40], *CENTRE[1:]], "part": SILVER},
    "vertexInserted": {"outer": COPPER, "hole": [[52, 40], *CENTRE[1:]], "part": [SILVER[0], [152, 46], *SILVER[1:]]},
    "vertexDeleted": {
        "outer": COPPER,
        "hole": [[52, 40], *CENTRE[1:]],
        "part": [SILVER[0], [152, 46], *SILVER[1:5], *SILVER[6:]],
    },
}


def raster(ring, size):
    flat = [float(value) for point in ring for value in point]
    return coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects([flat], *size)))


def golden(rings, size):
    mask = raster(rings["outer"], size)
    if "hole" in rings:
        mask &= 1 - raster(rings["hole"], size)
    if "part" in rings:
        mask |= raster(rings["part"], size)
    counts = coco_mask.encode(np.asfortranarray(mask))["counts"].decode("ascii")
    return {"rings": rings, "size": size, "counts": counts}


out = pathlib.Path(__file__).parents[2] / "test" / "golden" / "editor.json"
goldens = {name: golden(rings, SMALL) for name, rings in SHAPES.items()}
goldens.update({name: golden(rings, PHOTO) for name, rings in PHOTO_SHAPES.items()})
out.write_text(json.dumps(goldens, indent=2) + "\n")
