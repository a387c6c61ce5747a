#!/usr/bin/env python3
"""Times what a Python program does to open a COCO file: json.load, then pycocotools' index. input.json -> output.json (milliseconds).

Called by cocoOpen.ts.
"""

import contextlib
import io
import json
import sys
import time

from pycocotools.coco import COCO


def main(source, target):
    with open(source) as file:
        path = json.load(file)["file"]
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        COCO(path)
    ms = (time.perf_counter() - began) * 1000
    with open(target, "w") as file:
        json.dump(ms, file)


main(*sys.argv[1:])
