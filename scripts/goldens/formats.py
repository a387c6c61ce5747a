"""What the formats' own tools read of our exports: test/golden/formats.json.

python scripts/goldens/formats.py INSTANCES.json IMAGES WORK
needs: pycocotools labelme datumaro label-studio-sdk supervision (none of them for `npm test`), and a build (npm run build).
"""
import glob
import importlib.metadata
import json
import os
import subprocess
import sys

import numpy as np
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(here, "..", "..")
instances, images, work = sys.argv[1:4]
source = COCO(instances)
sizes = {image["file_name"]: (image["height"], image["width"]) for image in source.dataset["images"]}
truth = {
    image["file_name"]: [
        (source.cats[a["category_id"]]["name"], source.annToMask(a).astype(bool)) for a in source.imgToAnns[image["id"]]
    ]
    for image in source.dataset["images"]
}


def convert(fmt, name):
    path = os.path.join(work, name)
    command = ["node", os.path.join(root, "out", "main", "cli.cjs"), "convert", "--from", instances, "--to", path]
    command += ["--to-format", fmt, "--images", images, "--link-images"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return path


def polygon(ring, height, width):
    return coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects([list(map(float, ring))], height, width))).astype(bool)


def compare(fmt, tool, found):
    """Each object with the one of its category that overlaps it most."""
    ious, missing = [], 0
    for name, objects in truth.items():
        left = list(found.get(name, []))
        for category, mask in objects:
            best, place = -1, None
            for index, (other, candidate) in enumerate(left):
                if other != category or candidate.shape != mask.shape:
                    continue
                iou = (mask & candidate).sum() / max(1, (mask | candidate).sum())
                if iou > best:
                    best, place = iou, index
            if place is None:
                missing += 1
                continue
            ious.append(best)
            left.pop(place)
    row = {
        "format": fmt,
        "tool": f"{tool} {importlib.metadata.version(tool)}",
        "objects": len(ious),
        "missing": missing,
        "meanIou": round(float(np.mean(ious)), 5),
        "exact": int(sum(iou == 1 for iou in ious)),
    }
    print(row)
    return row


def read_labelme(path):
    from labelme._label_file import LabelFile

    found = {}
    for file in sorted(glob.glob(f"{path}/*.json")):
        labels = LabelFile(file)
        name = os.path.basename(labels.imagePath)
        height, width = sizes[name]
        groups = {}
        for index, shape in enumerate(labels.shapes):
            key = (shape["label"], index if shape["group_id"] is None else f"g{shape['group_id']}")
            if shape["shape_type"] == "mask":
                mask = np.zeros((height, width), bool)
                (x1, y1), (x2, y2) = np.asarray(shape["points"]).astype(int)
                mask[y1 : y2 + 1, x1 : x2 + 1] = shape["mask"]
            else:
                mask = polygon(np.asarray(shape["points"]).ravel(), height, width)
            groups[key] = groups.get(key, np.zeros((height, width), bool)) | mask
        found[name] = [(label, mask) for (label, _), mask in groups.items()]
    return found


def read_datumaro(path, fmt):
    import datumaro

    dataset = datumaro.components.dataset.Dataset.import_from(path, fmt)
    labels = dataset.categories()[datumaro.AnnotationType.label]
    found = {}
    for item in dataset:
        names = [name for name in sizes if os.path.splitext(name)[0] == os.path.basename(item.id)]
        if not names:
            continue
        height, width = sizes[names[0]]
        found[names[0]] = [
            (
                labels[a.label].name,
                polygon(a.points, height, width) if a.type.name == "polygon" else np.asarray(a.image).astype(bool),
            )
            for a in item.annotations
            if a.type.name in ("polygon", "mask")
        ]
    return found


def read_supervision(path):
    import supervision

    dataset = supervision.DetectionDataset.from_yolo(
        images_directory_path=f"{path}/images/train",
        annotations_directory_path=f"{path}/labels/train",
        data_yaml_path=f"{path}/data.yaml",
        force_masks=True,
    )
    return {
        os.path.basename(name): [
            (dataset.classes[kind], np.asarray(mask).astype(bool)) for kind, mask in zip(found.class_id, found.mask)
        ]
        for name, found in dataset.annotations.items()
        if found.mask is not None
    }


def read_label_studio(path):
    from label_studio_sdk.converter.brush import decode_rle

    found = {}
    for task in json.load(open(path)):
        name = task["data"]["image"].split("d=")[-1]
        height, width = sizes[name]
        objects = found.setdefault(name, [])
        for result in task["annotations"][0]["result"]:
            value = result["value"]
            if result["type"] == "brushlabels":
                mask = decode_rle(value["rle"]).reshape(height, width, 4)[:, :, 3] > 0
                objects.append((value["brushlabels"][0], mask))
            else:
                ring = [c / 100 * (height if i else width) for point in value["points"] for i, c in enumerate(point)]
                objects.append((value["polygonlabels"][0], polygon(ring, height, width)))
    return found


rows = [
    compare("labelme", "labelme", read_labelme(convert("labelme", "labelme"))),
    compare("yolo-seg", "supervision", read_supervision(convert("yolo-seg", "yolo"))),
    compare("voc", "datumaro", read_datumaro(convert("voc", "voc"), "voc")),
    compare("cvat", "datumaro", read_datumaro(convert("cvat", "cvat"), "cvat")),
    compare("datumaro", "datumaro", read_datumaro(convert("datumaro", "datumaro"), "datumaro")),
    compare("label-studio", "label-studio-sdk", read_label_studio(convert("label-studio", "tasks.json"))),
]
with open(os.path.join(root, "test", "golden", "formats.json"), "w") as file:
    json.dump(rows, file, indent=2)
    file.write("\n")
