#!/usr/bin/env python3
"""Runs the classical recipes in native OpenCV and writes what they give to test/golden/classical/*.json.

Needs cv2 and numpy (Debian: python3-opencv; PyPI: opencv-python-headless). Run it again after the sample scenes changed:

    python3 scripts/goldens/classical.py

It is written from the recipes, not from the TypeScript: a step that both got wrong in the same way would pass unseen.
Masks are COCO's compressed run lengths, sorted, because the order of proposals is not what is compared.
"""

import hashlib
import json
import pathlib

import cv2
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "resources" / "sample" / "images"
GOLDEN = ROOT / "test" / "golden" / "classical"

BINARIZE = {"channel": "gray", "blur": 5, "mode": "otsu", "value": 128, "invert": "auto"}
MORPHOLOGY = {"open": 1, "close": 0, "kernel": 5}
DEFAULTS = {
    "threshold": {**BINARIZE, **MORPHOLOGY, "holes": 0, "minArea": 100, "maxArea": 0},
    "components": {**BINARIZE, **MORPHOLOGY, "connectivity": 8, "minArea": 100, "maxArea": 0, "dropBorder": 0},
    "watershed": {**BINARIZE, "ratio": 0.5, "local": 0, "kernel": 3, "open": 2, "dilate": 3, "minArea": 20, "maxArea": 0},
    "kmeans": {"k": 4, "iterations": 20, "epsilon": 0.5, "attempts": 10, "spatial": 0, "minArea": 100, "seed": 0},
    "grabcut": {"iterations": 5, "padding": 0.25},
}

# Scene -> cases (method, parameters that differ from the defaults, box).
CASES = {
    "nuclei-01.png": [
        ("threshold", {}, None),
        ("threshold", {"mode": "manual", "value": 30, "blur": 0, "holes": 1, "open": 0}, None),
        ("components", {}, None),
        ("components", {"connectivity": 4, "minArea": 30, "dropBorder": 1, "blur": 3}, None),
        ("watershed", {}, None),
        ("watershed", {"local": 1}, None),
    ],
    "nuclei-03.png": [
        ("threshold", {"channel": "l", "open": 2, "close": 1, "kernel": 3, "maxArea": 800}, None),
        ("components", {"channel": "g", "invert": 0, "open": 0, "minArea": 40}, None),
        ("watershed", {}, None),
        ("watershed", {"ratio": 0.3, "blur": 9, "open": 1}, (37, 61, 311, 203)),
    ],
    "coins-01.jpg": [
        ("threshold", {}, None),
        ("threshold", {"channel": "a", "holes": 1}, None),
        ("components", {"channel": "b_", "blur": 9}, None),
        ("watershed", {}, None),
        ("watershed", {"local": 1, "ratio": 0.45}, None),
        ("grabcut", {}, (190, 4, 62, 62)),
    ],
    "coins-02.jpg": [
        ("components", {}, (100, 50, 401, 333)),
        ("watershed", {"local": 1, "ratio": 0.45}, None),
        ("watershed", {"local": 1, "ratio": 0.45}, (100, 50, 401, 333)),
    ],
    "coins-03.jpg": [
        ("threshold", {"holes": 1, "open": 0, "minArea": 5}, None),
        ("watershed", {"local": 1, "ratio": 0.45}, None),
    ],
    "four-colours.png": [
        ("kmeans", {}, None),
        ("kmeans", {"spatial": 0.05, "minArea": 50}, None),
    ],
}


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    make_four_colours(GOLDEN / "four-colours.png")
    for name, cases in CASES.items():
        path = GOLDEN / name if (GOLDEN / name).exists() else SAMPLE / name
        image = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if image is None:
            raise SystemExit(f"{path} cannot be read")
        golden = {
            "opencv": cv2.__version__,
            "scene": name,
            # Of the RGB pixels: tells a changed scene or decoder from a changed algorithm.
            "pixelsSha256": hashlib.sha256(np.ascontiguousarray(image[:, :, ::-1]).tobytes()).hexdigest(),
            "size": list(image.shape[:2]),
            "cases": [],
        }
        for method, params, box in cases:
            masks = run(image, method, {**DEFAULTS[method], **params}, box)
            case = {"method": method, "params": params, "masks": sorted(compressed(mask) for mask in masks)}
            if box:
                case["box"] = list(box)
            golden["cases"].append(case)
            print(f"{name} {method} {params} {box or ''}: {len(masks)} masks")
        target = GOLDEN / f"{path.stem}.json"
        target.write_text(json.dumps(golden, indent=1) + "\n")


def run(image, method, params, box):
    """Masks of the whole image's size (bool arrays) from a method on the box, or on everything."""
    x, y, w, h = box or (0, 0, image.shape[1], image.shape[0])
    if method == "grabcut":
        return grabcut(image, params, box)
    crop = np.ascontiguousarray(image[y : y + h, x : x + w])
    masks = []
    for part in globals()[method](crop, params):
        mask = np.zeros(image.shape[:2], bool)
        mask[y : y + h, x : x + w] = part
        masks.append(mask)
    return masks


# ---------------------------------------------------------------------------------------------------------- recipes


def binarize(image, params):
    """White foreground on black (uint8)."""
    grey = channel_of(image, params["channel"])
    if params["blur"] > 1:
        grey = cv2.GaussianBlur(grey, (params["blur"], params["blur"]), 0)
    kind = cv2.THRESH_OTSU if params["mode"] == "otsu" else 0
    level, binary = cv2.threshold(grey, params["value"], 255, cv2.THRESH_BINARY + kind)
    border = np.concatenate([binary[0], binary[-1], binary[1:-1, 0], binary[1:-1, -1]])
    invert = (border > 0).mean() > 0.5 if params["invert"] == "auto" else params["invert"] == 1
    if invert:
        _, binary = cv2.threshold(grey, level, 255, cv2.THRESH_BINARY_INV)
    return binary


def channel_of(image, name):
    if name == "gray":
        return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    if name in ("b", "g", "r"):
        return np.ascontiguousarray(image[:, :, "bgr".index(name)])
    lab = cv2.cvtColor(image, cv2.COLOR_BGR2LAB)
    return np.ascontiguousarray(lab[:, :, ["l", "a", "b_"].index(name)])


def clean_up(binary, params):
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (params["kernel"], params["kernel"]))
    if params["open"]:
        binary = cv2.morphologyEx(binary, cv2.MORPH_OPEN, kernel, iterations=params["open"])
    if params["close"]:
        binary = cv2.morphologyEx(binary, cv2.MORPH_CLOSE, kernel, iterations=params["close"])
    return binary


def keeps(area, params):
    return area >= params["minArea"] and (not params.get("maxArea") or area <= params["maxArea"])


def threshold(image, params):
    binary = clean_up(binarize(image, params), params)
    mode = cv2.RETR_CCOMP if params["holes"] else cv2.RETR_EXTERNAL
    contours, hierarchy = cv2.findContours(binary, mode, cv2.CHAIN_APPROX_NONE)
    masks = []
    for i in range(len(contours)):
        if hierarchy[0][i][3] >= 0:
            continue
        canvas = np.zeros(binary.shape, np.uint8)
        cv2.drawContours(canvas, contours, i, 1, cv2.FILLED, cv2.LINE_8, hierarchy, 1 if params["holes"] else 0)
        if keeps(int(canvas.sum()), params):
            masks.append(canvas > 0)
    return masks


def components(image, params):
    binary = clean_up(binarize(image, params), params)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(binary, connectivity=params["connectivity"])
    height, width = binary.shape
    masks = []
    for i in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[i])
        if params["dropBorder"] and (x == 0 or y == 0 or x + w == width or y + h == height):
            continue
        if keeps(area, params):
            masks.append(labels == i)
    return masks


def watershed(image, params):
    kernel = np.ones((params["kernel"], params["kernel"]), np.uint8)
    clean = cv2.morphologyEx(binarize(image, params), cv2.MORPH_OPEN, kernel, iterations=params["open"])
    sure_background = cv2.dilate(clean, kernel, iterations=params["dilate"])
    distance = cv2.distanceTransform(clean, cv2.DIST_L2, 5)
    sure_foreground = np.zeros_like(clean)
    if params["local"]:
        count, blobs = cv2.connectedComponents(clean)
        for i in range(1, count):
            inside = blobs == i
            sure_foreground[inside & (distance > params["ratio"] * distance[inside].max())] = 255
    else:
        sure_foreground[distance > params["ratio"] * distance.max()] = 255
    unknown = cv2.subtract(sure_background, sure_foreground)
    count, markers = cv2.connectedComponents(sure_foreground)
    markers = markers + 1
    markers[unknown == 255] = 0
    markers = cv2.watershed(image, markers)
    masks = [markers == i for i in range(2, count + 1)]
    return [mask for mask in masks if keeps(int(mask.sum()), params)]


def kmeans(image, params):
    """Components of every group: which group is called what does not matter."""
    lab = cv2.cvtColor(image, cv2.COLOR_BGR2LAB).astype(np.float32)
    height, width = lab.shape[:2]
    if params["spatial"]:
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        lab = np.dstack([lab, xs * params["spatial"], ys * params["spatial"]]).astype(np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, params["iterations"], params["epsilon"])
    cv2.setRNGSeed(params["seed"])
    samples = np.ascontiguousarray(lab.reshape(-1, lab.shape[2]))
    _, labels, _ = cv2.kmeans(samples, params["k"], None, criteria, params["attempts"], cv2.KMEANS_PP_CENTERS)
    labels = labels.reshape(height, width)
    masks = []
    for group in range(params["k"]):
        count, parts = cv2.connectedComponents((labels == group).astype(np.uint8))
        masks += [parts == i for i in range(1, count) if keeps(int((parts == i).sum()), params)]
    return masks


def grabcut(image, params, box):
    """On the padded box at full resolution."""
    x, y, w, h = box
    dx, dy = round(w * params["padding"]), round(h * params["padding"])
    left, top = max(0, x - dx), max(0, y - dy)
    right, bottom = min(image.shape[1], x + w + dx), min(image.shape[0], y + h + dy)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)
    crop = np.ascontiguousarray(image[top:bottom, left:right])
    cv2.grabCut(crop, mask, (x - left, y - top, w, h), *models, params["iterations"], cv2.GC_INIT_WITH_RECT)
    full = np.zeros(image.shape[:2], bool)
    full[top:bottom, left:right] = (mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)
    return [full]


# --------------------------------------------------------------------------------------------------- scene and runs


def make_four_colours(path):
    """Red, green and blue shapes on grey, with a little noise; 160 x 120."""
    ys, xs = np.mgrid[0:120, 0:160]
    image = np.full((120, 160, 3), (128, 124, 120), np.int16)
    for cx, cy, r, bgr in [
        (30, 28, 17, (40, 50, 200)),
        (85, 30, 21, (60, 170, 50)),
        (132, 84, 19, (190, 90, 40)),
        (40, 88, 22, (190, 90, 40)),
        (92, 92, 13, (40, 50, 200)),
    ]:
        image[(xs - cx) ** 2 + (ys - cy) ** 2 <= r * r] = bgr
    image[20:50, 120:150] = (60, 170, 50)
    noise = np.random.RandomState(7).randint(-9, 10, image.shape)
    cv2.imwrite(str(path), np.clip(image + noise, 0, 255).astype(np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, 9])


def compressed(mask):
    """COCO's compressed string of a bool mask; maskApi.c rleEncode and rleToString."""
    pixels = np.concatenate([[0], mask.astype(np.uint8).ravel(order="F")])
    changes = np.flatnonzero(np.diff(pixels))
    counts = np.diff(np.concatenate([[0], changes, [mask.size]])).tolist()
    out = []
    for i, run in enumerate(counts):
        x = run - counts[i - 2] if i > 2 else run
        more = True
        while more:
            c = x & 0x1F
            x >>= 5
            more = x != -1 if c & 0x10 else x != 0
            out.append(chr((c | 0x20 if more else c) + 48))
    return "".join(out)


if __name__ == "__main__":
    main()
