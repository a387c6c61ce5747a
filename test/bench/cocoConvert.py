#!/usr/bin/env python3
"""Times what a Python program does to write a COCO file as outlines of YOLO (ultralytics' own converter) or as files of labelme
(json.load, then labelme's own LabelFile.save an image). Imports are not counted. input.json -> output.json (milliseconds).

Called by datasets.ts.
"""

import contextlib
import io
import json
import os
import shutil
import sys
import time


def yolo(path, folder):
    from ultralytics.data.converter import convert_coco

    lists = os.path.join(os.path.dirname(path), "lists")
    os.makedirs(lists)
    shutil.copy(path, lists)
    return lambda: convert_coco(lists, folder, use_segments=True, cls91to80=False)


def labelme(path, folder):
    from labelme._label_file import LabelFile

    os.makedirs(folder)
    return lambda: save_all(LabelFile, path, folder)


def save_all(LabelFile, path, folder):
    with open(path) as file:
        data = json.load(file)
    names = {one["id"]: one["name"] for one in data["categories"]}
    shapes = {image["id"]: [] for image in data["images"]}
    for one in data["annotations"]:
        for ring in one["segmentation"]:
            points = [ring[place : place + 2] for place in range(0, len(ring), 2)]
            shape = {"label": names[one["category_id"]], "points": points, "group_id": None, "description": ""}
            shapes[one["image_id"]].append({**shape, "shape_type": "polygon", "flags": {}, "mask": None})
    for image in data["images"]:
        name = os.path.join(folder, os.path.splitext(image["file_name"])[0] + ".json")
        LabelFile().save(name, shapes[image["id"]], image["file_name"], image["height"], image["width"])


def main(source, target):
    with open(source) as file:
        task = json.load(file)
    run = {"ultralytics": yolo, "labelme": labelme}[task["tool"]](task["file"], task["folder"])
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        run()
    ms = (time.perf_counter() - began) * 1000
    with open(target, "w") as file:
        json.dump(ms, file)


main(*sys.argv[1:])
