"""The pixels that Pillow gives to filled polygons, which is how cityscapesScripts draws those of Cityscapes.

python scripts/goldens/cityscapesPolygons.py
needs: Pillow numpy opencv-python-headless (none of them for `npm test`). Writes test/golden/cityscapes-polygons.json.
"""
import json
import os
import random

import cv2
import numpy as np
import PIL
from PIL import Image, ImageDraw

random.seed(5)
here = os.path.dirname(os.path.abspath(__file__))
path = os.path.join(here, "..", "..", "test", "golden", "cityscapes-polygons.json")


def drawn(ring, width, height):
    image = Image.new("L", (width, height), 0)
    ImageDraw.Draw(image).polygon([tuple(point) for point in ring], fill=1)
    return "".join("01"[value] for value in np.array(image).ravel())


def ring_of(kind, width, height):
    low, high = (-5, 22) if kind % 3 == 0 else (0, min(width, height) - 1)
    number = (lambda: round(random.uniform(low, high), 2)) if kind % 4 == 0 else (lambda: random.randint(low, high))
    ring = [[number(), number()] for _ in range(random.randint(3, 9))]
    if kind % 5 == 0:
        ring.append(ring[0])
    if kind % 7 == 0:
        ring = [[x, ring[0][1]] if random.random() < 0.4 else [x, y] for x, y in ring]
    return ring


rows = []
for kind in range(120):
    width, height = random.randint(1, 16), random.randint(1, 16)
    ring = ring_of(kind, width, height)
    rows.append({"size": [height, width], "ring": ring, "pixels": drawn(ring, width, height)})
# Outlines along pixels, one pixel a step.
for kind in range(30):
    mask = cv2.GaussianBlur(np.random.default_rng(kind).random((12, 14), np.float32), (5, 5), 0) > 0.5
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    ring = max(contours, key=len)[:, 0].tolist()
    rows.append({"size": [12, 14], "ring": ring, "pixels": drawn(ring, 14, 12)})
json.dump({"tool": f"Pillow {PIL.__version__}", "polygons": rows}, open(path, "w"), separators=(",", ":"))
print(len(rows), "polygons", os.path.getsize(path), "bytes")
