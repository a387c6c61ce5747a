"""The twin of panoptic fusion: what two other twins find, put together by a port of Detectron2's own code."""

import json

import numpy as np
from common import GOLDENS, describe, record
from pycocotools import mask as coco

STUFF_AREA = 500


def read(folder):
    images = json.loads((GOLDENS / f"{folder}.json").read_text())["images"]
    decode = lambda one, size: coco.decode({"size": size, "counts": one["counts"].encode()}).astype(bool)
    return {key: [{**one, "mask": decode(one, image["size"])} for one in image["objects"]] for key, image in images.items()}


def main():
    """modeling/meta_arch/panoptic_fpn.py: combine_semantic_and_instance_outputs."""
    instances, classes = read("mmdeploy-full"), read("class-map")
    results = {}
    for key, found in instances.items():
        panoptic = np.zeros(found[0]["mask"].shape, bool)
        kept = []
        for one in sorted(found, key=lambda each: -each["score"]):
            mask = one["mask"]
            shared = np.count_nonzero(mask & panoptic)
            if shared / np.count_nonzero(mask) > 0.5:
                continue
            kept.append({**one, "mask": mask & ~panoptic})
            panoptic |= mask
        for one in classes[key]:
            mask = one["mask"] & ~panoptic
            if one["category"] == "sky" and np.count_nonzero(mask) >= STUFF_AREA:
                kept.append({**one, "mask": mask})
        results[key] = sorted(kept, key=lambda one: -np.count_nonzero(one["mask"]))
    things = [{"id": i + 1, "name": name, "isthing": 1} for i, name in enumerate(("disc", "box", "other"))]
    describe(
        "panoptic-fusion", "panoptic-fusion", (), [*things, {"id": 4, "name": "sky", "isthing": 0}],
        instances="mmdeploy-full", semantic="class-map", fusion={"free": 0.5, "stuffArea": STUFF_AREA},
    )
    record("panoptic-fusion", "port of combine_semantic_and_instance_outputs of Detectron2 0.6", results)


if __name__ == "__main__":
    main()
