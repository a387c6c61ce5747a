"""What the small datasets of test/fixtures/formats/ hold, whichever tool writes them. Needs pycocotools and numpy."""
import os

import numpy as np
from pycocotools import mask as coco_mask

out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "test", "fixtures", "formats")
height, width = 18, 24
ring = [2.0, 2.0, 14.0, 3.0, 12.0, 12.0, 3.0, 11.0]
blob = np.zeros((height, width), np.uint8)
blob[4:15, 15:23] = 1
blob[7:10, 18:20] = 0


def rle(mask):
    return coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()


def pixels(points):
    return coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects([points], height, width)))


def polygon(points):
    return rle(pixels(points))
