#!/usr/bin/env python3
"""Measures small masks with scikit-image and writes what it finds to test/golden/measure.json.

Needs scikit-image (PyPI: scikit-image; made with 0.26):

    python3 scripts/goldens/measure.py

Masks are uncompressed column-major runs. Samples follow from their place, so that the file stays small: see `samples`.
"""

import json
import pathlib

import numpy as np
from skimage.measure import regionprops

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden" / "measure.json"

RANGES = {"uint8": 256, "uint16": 65536, "float32": 65536}


def samples(kind, height, width, channels):
    """Channel c of pixel (x, y): (x * 7919 + y * 104729 + c * 1299709 + x * y * 31) modulo the range; floats: / 7 - 4000."""
    y, x, c = np.mgrid[:height, :width, :channels]
    values = (x * 7919 + y * 104729 + c * 1299709 + x * y * 31) % RANGES[kind]
    return (values / 7 - 4000).astype(np.float32) if kind == "float32" else values.astype(kind)


def disc(size, cx, cy, radius):
    y, x = np.mgrid[: size[0], : size[1]]
    return (x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2 < radius**2


def box(size, x0, y0, x1, y1):
    mask = np.zeros(size, bool)
    mask[y0:y1, x0:x1] = True
    return mask


def rows(*lines):
    return np.array([[c == "#" for c in line] for line in lines])


def shapes():
    rng = np.random.default_rng(3)
    yield "one pixel", box((5, 7), 3, 2, 4, 3)
    yield "an image of one pixel", np.ones((1, 1), bool)
    yield "a row", box((5, 30), 4, 2, 25, 3)
    yield "a column", box((30, 5), 2, 4, 3, 25)
    yield "a diagonal", np.eye(17, dtype=bool)
    yield "a thick diagonal", np.eye(24, 31, dtype=bool) | np.eye(24, 31, 1, dtype=bool)
    yield "two pixels", box((4, 4), 1, 1, 3, 2)
    yield "2 x 2", box((4, 4), 1, 1, 3, 3)
    yield "3 x 3", box((5, 5), 1, 1, 4, 4)
    yield "a rectangle", box((40, 50), 7, 5, 38, 22)
    yield "the whole image", np.ones((13, 21), bool)
    yield "along the left edge", box((20, 20), 0, 3, 6, 17)
    yield "along the bottom and right edges", box((21, 19), 8, 12, 19, 21)
    yield "a disc", disc((64, 64), 31, 33, 20)
    yield "a disc cut by the corner", disc((48, 40), 3, 44, 17)
    yield "a ring", disc((50, 50), 25, 25, 20) & ~disc((50, 50), 25, 25, 11)
    yield "a disc with a hole of one pixel", disc((25, 25), 12.5, 12.5, 9) & ~box((25, 25), 12, 12, 13, 13)
    yield "two parts", disc((40, 60), 13, 14, 9) | disc((40, 60), 44, 25, 12)
    yield "parts that touch by a corner", box((20, 20), 2, 2, 9, 9) | box((20, 20), 9, 9, 16, 17)
    yield "the full height, column after column", box((9, 30), 4, 0, 20, 9)
    yield "an L", box((30, 30), 3, 3, 9, 27) | box((30, 30), 3, 21, 25, 27)
    yield "a chequerboard", np.indices((12, 11)).sum(0) % 2 == 0
    yield "a comb", rows("#.#.#.#.#", "#.#.#.#.#", "#########", "#.#.#.#.#")
    for share in (0.2, 0.5, 0.8, 0.95):
        yield f"noise, {share}", rng.random((23, 29)) < share
    blob = sum(disc((64, 61), *place) for place in [(20, 22, 13), (36, 30, 15), (28, 45, 11)]) > 0
    yield "a blob with a bite", blob & ~disc((64, 61), 30, 31, 6) & ~disc((64, 61), 48, 30, 5)


def counts(mask):
    flat = mask.ravel(order="F").astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flat, [1 - flat[-1]]])))
    return np.diff(np.concatenate([[0], edges])).tolist()


def measure(mask, pixels):
    (region,) = regionprops(mask.astype(np.uint8), intensity_image=pixels)
    y0, x0, y1, x1 = (int(v) for v in region.bbox)
    y, x = region.centroid
    values = pixels[mask].astype(np.float64)
    return {
        "area": int(region.area),
        # scikit-image puts pixel centres at whole numbers; here they lie half a pixel further.
        "centroid": [x + 0.5, y + 0.5],
        "bbox": [x0, y0, x1 - x0, y1 - y0],
        "perimeter": float(region.perimeter),
        "equivalentDiameter": float(region.equivalent_diameter_area),
        "mean": values.mean(axis=0).tolist(),
        "std": values.std(axis=0).tolist(),
        "min": np.atleast_1d(region.intensity_min).tolist(),
        "max": np.atleast_1d(region.intensity_max).tolist(),
        "integrated": values.sum(axis=0).tolist(),
    }


def main():
    kinds = [("uint8", 1), ("uint16", 3), ("uint8", 3), ("uint16", 1), ("float32", 1)]
    cases = []
    for number, (name, mask) in enumerate(shapes()):
        kind, channels = kinds[number % len(kinds)]
        measured = measure(mask, samples(kind, *mask.shape, channels))
        case = {"name": name, "size": list(mask.shape), "counts": counts(mask), "kind": kind, "channels": channels}
        cases.append({**case, **measured})
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    GOLDEN.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
