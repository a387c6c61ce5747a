#!/usr/bin/env python3
"""Measures label maps with the reference tools and writes what they find to test/golden/label-maps.json.

Semantic numbers come from scikit-learn (and one formula of numpy's), panoptic quality from panopticapi's own pq_compute_single_core,
boundaries from the code of the boundary IoU paper. Needs scikit-learn, opencv-python-headless, pycocotools, Pillow, and the
two repositories (github.com/cocodataset/panopticapi, github.com/bowenc0221/boundary-iou-api), made with the revisions of
2020 and 2022:

    PYTHONPATH=panopticapi:boundary-iou-api python3 scripts/goldens/labelMaps.py

Maps are rows joined to one string, a character a pixel: chr(48 + label).
"""

import contextlib
import io
import json
import math
import pathlib
import tempfile

import numpy as np
from boundary_iou.utils.boundary_utils import mask_to_boundary
from panopticapi.evaluation import PQStat, pq_compute_single_core
from panopticapi.utils import id2rgb
from PIL import Image
from pycocotools import mask as mask_utils
from pycocotools.coco import COCO
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, jaccard_score

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden"
IGNORE = 40


def text(labels):
    return "".join(chr(48 + v) for v in labels.ravel())


def number(value):
    return None if math.isnan(value) else float(value)


def blocks(rng, height, width, labels, count):
    """A map of rectangles painted over each other, so that regions have sizes of all kinds."""
    out = np.full((height, width), rng.choice(labels))
    for _ in range(count):
        y, x = rng.integers(0, height), rng.integers(0, width)
        out[y : y + rng.integers(1, height + 1), x : x + rng.integers(1, width + 1)] = rng.choice(labels)
    return out


def disturbed(rng, labels_map, labels, share):
    out = labels_map.copy()
    noise = rng.random(out.shape) < share
    out[noise] = rng.choice(labels, noise.sum())
    return out


def semantic(rng):
    for index in range(200):
        height, width = (1, 1) if index % 25 == 0 else (int(v) for v in rng.integers(1, 15, 2))
        classes = int(rng.integers(1, 8))
        # Some classes never occur.
        present = rng.choice(classes, int(rng.integers(1, classes + 1)), replace=False)
        truth = blocks(rng, height, width, present, 5)
        predicted = disturbed(rng, truth, range(classes), rng.random())
        if index % 3 == 0:
            truth = disturbed(rng, truth, [IGNORE], 0.2)
        kept = truth != IGNORE
        t, p = truth[kept], predicted[kept]
        case = {"size": [height, width], "classes": classes, "truth": text(truth), "predicted": text(predicted)}
        if t.size == 0:
            yield {**case, "confusion": None}
            continue
        labels = list(range(classes))
        matrix = confusion_matrix(t, p, labels=labels)
        seen = [c for c in labels if (t == c).any() or (p == c).any()]
        true = [c for c in labels if (t == c).any()]
        iou = {c: v for c, v in zip(seen, jaccard_score(t, p, labels=seen, average=None, zero_division=0))}
        dice = {c: v for c, v in zip(seen, f1_score(t, p, labels=seen, average=None, zero_division=0))}
        share = matrix.sum(axis=1) / matrix.sum()
        yield {
            **case,
            "confusion": matrix.ravel().tolist(),
            "iou": [number(iou.get(c, math.nan)) for c in labels],
            "dice": [number(dice.get(c, math.nan)) for c in labels],
            "meanIou": float(jaccard_score(t, p, labels=seen, average="macro", zero_division=0)),
            "meanDice": float(f1_score(t, p, labels=seen, average="macro", zero_division=0)),
            "pixelAccuracy": float(accuracy_score(t, p)),
            "meanAccuracy": float(np.mean([matrix[c, c] / matrix[c].sum() for c in true])),
            "frequencyWeightedIou": float(sum(share[c] * iou[c] for c in true)),
        }


CATEGORIES = {c: {"id": c, "isthing": int(c < 4)} for c in range(1, 7)}


def panoptic(rng):
    for index in range(200):
        height, width = (1, 1) if index % 50 == 0 else (int(v) for v in rng.integers(1, 17, 2))
        ids = list(range(0 if index % 2 else 1, 10))
        truth = blocks(rng, height, width, ids, 8)
        predicted = disturbed(rng, truth, ids, rng.choice([0, 0.05, 0.3, 0.9]))
        categories = rng.integers(1, 7, 10)
        found = np.where(rng.random(10) < 0.8, categories, rng.integers(1, 7, 10))
        crowds = rng.random(10) < 0.25
        yield {
            "size": [height, width],
            "truth": text(truth),
            "predicted": text(predicted),
            "trueSegments": [[int(i), int(categories[i]), int(crowds[i])] for i in np.unique(truth) if i],
            "segments": [[int(i), int(found[i])] for i in np.unique(predicted) if i],
        }, truth, predicted


def pq_stat(pairs, categories):
    """`pairs`: map and segments_info of truth, then of the prediction."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        annotations = []
        for index, pair in enumerate(pairs):
            both = []
            for side, (labels, segments) in zip("gp", pair):
                name = f"{side}{index}.png"
                Image.fromarray(id2rgb(labels.astype(np.uint32))).save(f"{folder}/{name}")
                both.append({"image_id": index, "file_name": name, "segments_info": segments})
            annotations.append(both)
        return pq_compute_single_core(0, annotations, folder, folder, categories)


def pq_numbers(stat, categories):
    out = {}
    for name, isthing in (("all", None), ("things", True), ("stuff", False)):
        try:
            out[name] = {k: (int if k == "n" else float)(v) for k, v in stat.pq_average(categories, isthing)[0].items()}
        except ZeroDivisionError:
            out[name] = None
    return out


def info(labels, segments):
    areas = {int(i): int(n) for i, n in zip(*np.unique(labels, return_counts=True))}
    return [
        {"id": i, "category_id": c, "iscrowd": (crowd or [0])[0], "area": areas[i]} for i, c, *crowd in segments
    ]


def panoptic_cases(rng):
    total = PQStat()
    cases = []
    for case, truth, predicted in panoptic(rng):
        pair = ((truth, info(truth, case["trueSegments"])), (predicted, info(predicted, case["segments"])))
        stat = pq_stat([pair], CATEGORIES)
        total += stat
        per_category = {c: [s.iou, s.tp, s.fp, s.fn] for c, s in stat.pq_per_cat.items() if s.tp + s.fp + s.fn}
        cases.append({**case, "perCategory": {str(c): [float(v) for v in values] for c, values in per_category.items()}})
    return {"cases": cases, "total": pq_numbers(total, CATEGORIES)}


def coco_mini():
    """Annotations painted in file order; the prediction is the same map 7 to the right and 5 down, every fifth renamed."""
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(str(GOLDEN / "coco-mini" / "instances.json"))
    categories = {c: {"id": c, "isthing": int(c < 62)} for c in coco.cats}
    names = sorted(categories)
    following = dict(zip(names, names[1:] + names[:1]))
    pairs = []
    for image in coco.dataset["images"]:
        truth = np.zeros((image["height"], image["width"]), np.int64)
        owners = [a for a in coco.dataset["annotations"] if a["image_id"] == image["id"]]
        for place, annotation in enumerate(owners, 1):
            truth[coco.annToMask(annotation) == 1] = place
        predicted = np.zeros_like(truth)
        predicted[5:, 7:] = truth[:-5, :-7]
        segment = lambda place: [place, owners[place - 1]["category_id"], owners[place - 1]["iscrowd"]]
        true_segments = [segment(int(i)) for i in np.unique(truth) if i]
        segments = [segment(int(i))[:2] for i in np.unique(predicted) if i]
        segments = [[i, following[c] if i % 5 == 0 else c] for i, c in segments]
        pairs.append(((truth, info(truth, true_segments)), (predicted, info(predicted, segments))))
    return pq_numbers(pq_stat(pairs, categories), categories)


def counts(mask):
    return mask_utils.encode(np.asfortranarray(mask))["counts"].decode()


def boundaries(rng):
    # 0.02 * 125 is exactly 2.5, which the reference rounds to even.
    sizes = [(75, 100), (100, 75), (1, 1), (1, 90), (90, 1)]
    for index in range(100):
        height, width = sizes[index] if index < len(sizes) else (int(v) for v in rng.integers(2, 160, 2))
        a = blocks(rng, height, width, [0, 1], 6).astype(np.uint8)
        b = np.roll(a, (int(rng.integers(-3, 4)), int(rng.integers(-3, 4))), (0, 1))
        if index % 10 == 9:
            a = disturbed(rng, a, [0, 1], 0.05).astype(np.uint8)
        ratio = 0.02 if index % 4 else 0.05
        edges = [np.asfortranarray(mask_to_boundary(m, ratio)) for m in (a, b)]
        iou = mask_utils.iou([mask_utils.encode(edges[0])], [mask_utils.encode(edges[1])], [0])
        case = {"size": [height, width], "ratio": ratio, "a": counts(a), "b": counts(b)}
        yield {**case, "boundary": counts(edges[0]), "iou": float(iou[0][0])}


def main():
    rng = np.random.default_rng(12)
    golden = {
        "semantic": list(semantic(rng)),
        "panoptic": panoptic_cases(rng),
        "cocoMini": coco_mini(),
        "boundary": list(boundaries(rng)),
    }
    parts = []
    for name, value in golden.items():
        if isinstance(value, list):
            body = "[\n" + ",\n".join(json.dumps(v, separators=(",", ":")) for v in value) + "\n]"
        else:
            body = json.dumps(value, separators=(",", ":")).replace('{"size"', '\n{"size"')
        parts.append(f'"{name}":{body}')
    (GOLDEN / "label-maps.json").write_text("{\n" + ",\n".join(parts) + "\n}\n")


if __name__ == "__main__":
    main()
