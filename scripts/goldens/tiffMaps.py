"""Maps of objects as TIFF files, written by StarDist's own saver (csbdeep) and by tifffile, and what tifffile reads of them.

python scripts/goldens/tiffMaps.py
needs: csbdeep tifffile imagecodecs numpy (none of them for `npm test`). Writes test/fixtures/formats/tiff-maps/.
"""
import importlib.metadata
import json
import os
import shutil

import numpy as np
import tifffile
from csbdeep.io import save_tiff_imagej_compatible

root = os.path.join(os.path.dirname(__file__), "..", "..")
folder = os.path.join(root, "test", "fixtures", "formats", "tiff-maps")
version = importlib.metadata.version


def made(height, width, top):
    """Objects that touch, with a hole and of two pieces; the last has the number `top`."""
    labels = np.zeros((height, width), np.int64)
    labels[1:6, 1:8] = 1
    labels[3, 4] = 0
    labels[1:6, 8:10] = 2
    labels[8, 0] = labels[8, 11] = 3
    labels[height - 1, width - 1] = top
    return labels


def main():
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    labels = made(11, 13, 200)
    deep = made(11, 13, 40000)
    huge = made(11, 13, 70000)
    saver = f"csbdeep {version('csbdeep')}"
    for name, values in (
        ("imagej-8", labels.astype(np.uint8)),
        ("imagej-16", deep.astype(np.uint16)),
        # What 16 bits do not hold ImageJ keeps in 32-bit numbers with a point.
        ("imagej-float", huge.astype(np.float32)),
    ):
        save_tiff_imagej_compatible(os.path.join(folder, f"{name}.tif"), values, axes="YX")
    plain = {
        "lzw": (deep.astype(np.uint16), {"compression": "lzw"}),
        "lzw-predictor": (deep.astype(np.uint16), {"compression": "lzw", "predictor": True}),
        "deflate-tiles": (huge.astype(np.uint32), {"compression": "zlib", "tile": (16, 16)}),
        "packbits": (labels.astype(np.uint8), {"compression": "packbits"}),
        "signed": (huge.astype(np.int32), {}),
        "big-endian": (deep.astype(np.uint16), {"byteorder": ">"}),
        "bigtiff": (deep.astype(np.uint16), {"bigtiff": True, "compression": "zlib"}),
        "palette": (labels.astype(np.uint8), {"photometric": "palette", "colormap": colours(), "compression": "zlib"}),
        "white-is-zero": (labels.astype(np.uint8), {"photometric": "miniswhite"}),
        "rows": (deep.astype(np.uint16), {"rowsperstrip": 3}),
    }
    for name, (values, options) in plain.items():
        tifffile.imwrite(os.path.join(folder, f"{name}.tif"), values, **{"metadata": None, "software": False, "photometric": "minisblack", **options})
    refused = {
        "fractions": deep.astype(np.float32) / 3,
        "negative": -labels.astype(np.int16),
        "stack": np.stack([labels, labels]).astype(np.uint8),
        "whole-64": deep,
    }
    for name, values in refused.items():
        tifffile.imwrite(os.path.join(folder, f"{name}.tif"), values, metadata=None, software=False, photometric="minisblack", compression="zlib")
    # One directory that says it is of several, as ImageJ writes stacks of more than 4 GB.
    text = "ImageJ=1.53t\nimages=3\nslices=3\n"
    tifffile.imwrite(os.path.join(folder, "imagej-stack.tif"), labels.astype(np.uint8), description=text, metadata=None, software=False, compression="zlib")
    expected = {}
    for name in sorted(os.listdir(folder)):
        stem = name.removesuffix(".tif")
        tool = saver if stem.startswith("imagej-") and stem != "imagej-stack" else f"tifffile {version('tifffile')}"
        expected[stem] = {"tool": tool}
        if stem in refused or stem == "imagej-stack":
            continue
        expected[stem]["values"] = [int(v) for v in tifffile.imread(os.path.join(folder, name)).ravel()]
    with open(os.path.join(folder, "expected.json"), "w") as file:
        rows = ",\n".join(f" {json.dumps(name)}: {json.dumps(row, separators=(',', ':'))}" for name, row in expected.items())
        file.write(f"{{\n{rows}\n}}\n")


def colours():
    """Of 256 colours red, green and blue, 16 bits each."""
    shades = np.arange(256, dtype=np.uint16) * 257
    return np.stack([shades, shades[::-1], np.roll(shades, 7)])


main()
