#!/usr/bin/env python3
"""Times what a Python program does to open a COCO file: json.load, then pycocotools' index; with `copy`, what it does to write it
again: json.load and json.dump. input.json -> output.json (milliseconds).

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
        task = json.load(file)
    began = time.perf_counter()
    if "copy" in task:
        with open(task["file"]) as file, open(task["copy"], "w") as copy:
            json.dump(json.load(file), copy)
    else:
        with contextlib.redirect_stdout(io.StringIO()):
            COCO(task["file"])
    ms = (time.perf_counter() - began) * 1000
    with open(target, "w") as file:
        json.dump(ms, file)


main(*sys.argv[1:])
