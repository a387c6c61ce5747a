"""Times pycocotools on the masks of mask.ts: reads the JSON named first, writes the one named second."""
import json
import sys
from importlib.metadata import version
from time import perf_counter

import numpy as np
from pycocotools import mask as mask_api

with open(sys.argv[1]) as file:
    data = json.load(file)
h, w = data["size"]
rings = data["rings"]
masks = [{"size": [h, w], "counts": text.encode()} for text in data["strings"]]
count, group = len(masks), data["group"]


def encode(i):
    bitmap = np.ascontiguousarray(mask_api.decode(masks[i]))
    return lambda: mask_api.encode(np.asfortranarray(bitmap))


def decode(i):
    return lambda: np.ascontiguousarray(mask_api.decode(masks[i]))


def rasterise(i):
    return lambda: mask_api.merge(mask_api.frPyObjects(rings[i], h, w))


def merge(i):
    return lambda: mask_api.merge([masks[i], masks[(i + 1) % count]])


def iou(i):
    some = masks[i * group : (i + 1) * group]
    return lambda: mask_api.iou(some, some, [0] * len(some))


totals = {}
for prepare, calls in ((encode, count), (decode, count), (rasterise, count), (merge, count), (iou, count // group)):
    totals[prepare.__name__] = []
    for round_ in range(data["rounds"] + 1):
        total = 0.0
        for i in range(calls):
            run = prepare(i)
            start = perf_counter()
            run()
            total += perf_counter() - start
        if round_ > 0:
            totals[prepare.__name__].append(total * 1000)

answer = {
    "version": version("pycocotools"),
    "totals": totals,
    "unionArea": sum(int(mask_api.area(merge(i)())) for i in range(count)),
    "iouSum": float(sum(iou(i)().sum() for i in range(count // group))),
}
with open(sys.argv[2], "w") as file:
    json.dump(answer, file)
