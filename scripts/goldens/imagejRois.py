"""ROIs written by roifile, the reference reader of ImageJ's files, and what it reads of ours: test/fixtures/formats/imagej/.

python scripts/goldens/imagejRois.py [SET.zip ...]   (with sets that Maskwright wrote: prints what roifile reads of them)
needs: roifile numpy pycocotools (none of them for `npm test`).
"""
import json
import os
import sys
import zipfile

import numpy as np
from pycocotools import mask as coco_mask
from roifile import ROI_OPTIONS, ROI_TYPE, ImagejRoi, roiread

if len(sys.argv) > 1:
    for path in sys.argv[1:]:
        for roi in roiread(path) if zipfile.is_zipfile(path) else [ImagejRoi.fromfile(path)]:
            rings = roi.coordinates(multi=True)
            print(json.dumps([roi.name, roi.roitype.name, [np.asarray(ring).tolist() for ring in rings]]))
    sys.exit()

out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "test", "fixtures", "formats", "imagej")
os.makedirs(out, exist_ok=True)
height, width = 18, 24
ring = np.array([[2, 2], [14, 3], [12, 12], [3, 11]])
fine = np.array([[15.25, 4.5], [22.75, 4.5], [22.5, 14.125], [16, 13]], np.float32)


def rle(*points):
    masks = [coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects([np.asarray(p, float).ravel().tolist()], height, width))) for p in points]
    return coco_mask.encode(np.asfortranarray(np.bitwise_xor.reduce(masks).astype(np.uint8)))["counts"].decode()


def named(roi, name):
    roi.name = name
    return roi


outline = named(ImagejRoi.frompoints(ring), "cat-1")
float_outline = named(ImagejRoi.frompoints(fine), "0004-0018")
free = named(ImagejRoi.frompoints(ring + [0, 5]), "cat 2")
free.roitype = ROI_TYPE.FREEHAND
box = ImagejRoi.frompoints(np.array([[1, 13], [7, 13], [7, 17], [1, 17]]))
box.left, box.top, box.right, box.bottom = 1, 13, 7, 17
box.roitype, box.n_coordinates, box.integer_coordinates, box.name = ROI_TYPE.RECT, 0, None, "dog"
round_ = ImagejRoi.frompoints(np.array([[10, 4], [20, 4], [20, 12], [10, 12]]))
round_.left, round_.top, round_.right, round_.bottom = 10, 4, 20, 12
round_.roitype, round_.n_coordinates, round_.integer_coordinates, round_.name = ROI_TYPE.OVAL, 0, None, "dog 2"
path, outer, hole, other = [], [[1, 1], [11, 1], [11, 11], [1, 11]], [[4, 4], [8, 4], [8, 8], [4, 8]], [[14, 2], [20, 2], [20, 9], [14, 9]]
for points in (outer, hole, other):
    for place, (x, y) in enumerate(points):
        path += [0.0 if place == 0 else 1.0, float(x), float(y)]
    path += [4.0]
whole = ImagejRoi.frompoints(np.array([[1, 1], [20, 11]]))
whole.roitype, whole.n_coordinates, whole.integer_coordinates = ROI_TYPE.RECT, 0, None
whole.left, whole.top, whole.right, whole.bottom = 1, 1, 20, 11
whole.multi_coordinates, whole.shape_roi_size, whole.name = np.array(path, np.float32), len(path), "ring"
line = named(ImagejRoi.frompoints(np.array([[1, 1], [9, 9]])), "line")
line.roitype = ROI_TYPE.POLYLINE
with zipfile.ZipFile(os.path.join(out, "a_RoiSet.zip"), "w") as archive:
    for place, roi in enumerate([outline, float_outline, free, box, round_, whole, line]):
        entry = zipfile.ZipInfo(f"{place + 1:04}.roi", (2000, 1, 1, 0, 0, 0))
        archive.writestr(entry, roi.tobytes())
expected = [
    ["cat", "mask", rle(ring)],
    ["object", "points", fine.ravel().tolist()],
    ["cat", "mask", rle(ring + [0, 5])],
    ["dog", "box", [1, 13, 6, 4]],
    ["dog", "box", [10, 4, 10, 8]],
    ["ring", "mask", rle(outer, hole, other)],
]
json.dump({"size": [height, width], "objects": expected}, open(os.path.join(out, "expected.json"), "w"))
