#!/usr/bin/env python3
"""Runs native OpenCV's GrabCut on the boxes of a COCO sample and writes its IoU with the truth, box by box.

Needs cv2, numpy and pycocotools. The sample is the folder with `instances.json` and `images/`:

    python3 scripts/goldens/grabcutCoco.py FOLDER

Full resolution, 5 iterations, GC_INIT_WITH_RECT on the box padded by a quarter of its sides: what the recipe in the product is
measured against (test/integration/grabcutQuality.test.ts).
"""

import json
import math
import pathlib
import sys

import cv2
import numpy as np
from pycocotools import mask as masks

TARGET = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden" / "grabcut-coco.json"
MIN_AREA = 1024
PADDING = 0.25
ITERATIONS = 5


def truth_of(segmentation, height, width):
    if isinstance(segmentation, list):
        return masks.decode(masks.merge(masks.frPyObjects(segmentation, height, width)))
    if isinstance(segmentation["counts"], list):
        segmentation = masks.frPyObjects(segmentation, height, width)
    return masks.decode(segmentation)


def grabcut(image, box):
    height, width = image.shape[:2]
    left, top = max(0, math.floor(box[0])), max(0, math.floor(box[1]))
    right, bottom = min(width, math.ceil(box[0] + box[2])), min(height, math.ceil(box[1] + box[3]))
    dx, dy = math.floor((right - left) * PADDING + 0.5), math.floor((bottom - top) * PADDING + 0.5)
    x0, y0, x1, y1 = max(0, left - dx), max(0, top - dy), min(width, right + dx), min(height, bottom + dy)
    crop = np.ascontiguousarray(image[y0:y1, x0:x1])
    rect = [left - x0, top - y0, right - left, bottom - top]
    if rect[2] == x1 - x0 and rect[3] == y1 - y0:
        rect = [1, 1, rect[2] - 2, rect[3] - 2]
    mask = np.zeros(crop.shape[:2], np.uint8)
    cv2.setRNGSeed(0)
    cv2.grabCut(crop, mask, rect, np.zeros((1, 65)), np.zeros((1, 65)), ITERATIONS, cv2.GC_INIT_WITH_RECT)
    found = np.zeros(image.shape[:2], np.uint8)
    found[y0:y1, x0:x1] = mask & 1
    return found


def main(folder):
    folder = pathlib.Path(folder)
    dataset = json.loads((folder / "instances.json").read_text())
    images = {image["id"]: image for image in dataset["images"]}
    boxes = {}
    for annotation in dataset["annotations"]:
        if annotation["area"] <= MIN_AREA:
            continue
        image = images[annotation["image_id"]]
        truth = truth_of(annotation["segmentation"], image["height"], image["width"])
        found = grabcut(cv2.imread(str(folder / "images" / image["file_name"])), annotation["bbox"])
        both, either = np.count_nonzero(truth & found), np.count_nonzero(truth | found)
        boxes[annotation["id"]] = round(both / either, 6)
    mean = sum(boxes.values()) / len(boxes)
    golden = {"opencv": cv2.__version__, "iterations": ITERATIONS, "padding": PADDING, "minArea": MIN_AREA}
    TARGET.write_text(json.dumps({**golden, "meanIou": round(mean, 6), "iou": boxes}, indent=1) + "\n")
    print(f"{TARGET}: {len(boxes)} boxes, mean IoU {mean:.4f}")


main(*sys.argv[1:])
