"""Times scikit-learn's confusion matrix, and panopticapi where it is there, on maps painted as labelMap.ts paints them."""

import contextlib
import io
import json
import sys
import time

import numpy as np
import sklearn
from sklearn.metrics import confusion_matrix


def paint(patches, side):
    out = np.zeros((side, side), np.uint8)
    for label, x, y, w, h in patches:
        out[y : y + h, x : x + w] = label
    return out


def semantic(pairs, side, classes):
    times, total = [], np.zeros((classes, classes), np.int64)
    for pair in pairs:
        a, b = paint(pair["truth"], side).ravel(), paint(pair["predicted"], side).ravel()
        start = time.perf_counter()
        total += confusion_matrix(a, b, labels=range(classes))
        times.append((time.perf_counter() - start) * 1000)
    hit = np.diag(total)
    return times, float(np.mean(hit / (total.sum(0) + total.sum(1) - hit)))


def panoptic(pairs, side, classes):
    try:
        from panopticapi import evaluation
    except ImportError:
        sys.stderr.write("No panopticapi to compare with\n")
        return None, None

    # The maps come from memory on both sides, not from PNG files.
    class Image:
        maps = {}

        @staticmethod
        def open(name):
            return Image.maps[name.split("/")[-1]]

    evaluation.Image = Image
    categories = {c: {"id": c, "isthing": 1} for c in range(1, classes)}
    times, stat = [], evaluation.PQStat()
    for pair in pairs:
        both = []
        for key in ("truth", "predicted"):
            ids = paint(pair[key], side)
            Image.maps[key] = np.dstack([ids, np.zeros_like(ids), np.zeros_like(ids)])
            areas = zip(*(v.tolist() for v in np.unique(ids, return_counts=True)))
            info = [{"id": i, "category_id": i, "iscrowd": 0, "area": n} for i, n in areas if i]
            both.append({"image_id": 1, "file_name": key, "segments_info": info})
        start = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            stat += evaluation.pq_compute_single_core(0, [both], "", "", categories)
        times.append((time.perf_counter() - start) * 1000)
    return times, float(stat.pq_average(categories, None)[0]["pq"])


def main():
    source, target = sys.argv[1:]
    with open(source) as file:
        data = json.load(file)
    semantic_ms, mean_iou = semantic(data["pairs"], data["side"], data["classes"])
    panoptic_ms, pq = panoptic(data["pairs"], data["side"], data["classes"])
    result = {
        "semanticMs": semantic_ms,
        "panopticMs": panoptic_ms,
        "meanIou": mean_iou,
        "pq": pq,
        "versions": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    }
    with open(target, "w") as file:
        json.dump(result, file)


if __name__ == "__main__":
    main()
