"""Times pycocotools' COCOeval on the data of cocoEval.ts: reads the JSON named first, writes the one named second."""
import contextlib
import io
import json
import sys
from importlib.metadata import version
from time import perf_counter

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

with open(sys.argv[1]) as file:
    data = json.load(file)
h, w = data["size"]


def rle(counts):
    return {"size": [h, w], "counts": counts.encode()}


with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO()
    truth.dataset = {
        "images": [{"id": i + 1, "height": h, "width": w} for i in range(data["images"])],
        "categories": [{"id": i + 1, "name": str(i + 1)} for i in range(data["categories"])],
        "annotations": [
            {
                "id": i + 1,
                "image_id": image,
                "category_id": category,
                "iscrowd": crowd,
                "area": area,
                "bbox": bbox,
                "segmentation": rle(counts),
            }
            for i, (image, category, crowd, area, bbox, counts) in enumerate(data["truths"])
        ],
    }
    truth.createIndex()
    found = truth.loadRes(
        [
            {"image_id": image, "category_id": category, "score": score, "segmentation": rle(counts)}
            for image, category, score, counts in data["results"]
        ]
    )
    start = perf_counter()
    evaluation = COCOeval(truth, found, "segm")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    ms = (perf_counter() - start) * 1000

with open(sys.argv[2], "w") as file:
    json.dump({"version": version("pycocotools"), "ms": ms, "stats": [float(x) for x in evaluation.stats]}, file)
