"""What training code finds in our exports, split in three and with augmented copies: test/golden/trainers.json.

python scripts/goldens/trainers.py INSTANCES.json IMAGES WORK PROGRAM...
Programs: ultralytics torchvision labelme2coco mmdet (mmcv-lite will do), detectron2 (its checkout at DETECTRON2_SOURCE,
github.com/facebookresearch/detectron2), labelme (its examples, the checkout at LABELME_SOURCE, github.com/wkentaro/labelme); those named
are run and their rows replaced. Needs pycocotools and Pillow beside them, and a build (npm run build); none of it for `npm test`.
"""
import glob
import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from unittest.mock import MagicMock

import numpy as np
from exports import Source, convert, root
from PIL import Image
from pycocotools.coco import COCO

work = sys.argv[3]
golden = os.path.join(root, "test", "golden", "trainers.json")
source = Source("photos", sys.argv[1], sys.argv[2])
recipe = {
    **{"copies": 1, "seed": 7, "splits": ["train"], "flipHorizontal": 0.5, "rotate": {"probability": 0.5, "angles": [90, 270]}},
    **{"scale": {"range": [0.5, 1.2]}, "crop": {"range": [0.6, 0.9]}, "brightness": {}, "paste": {"count": [1, 2], "maxArea": 5000}},
}
SPLITS = ("train", "val", "test")
made = {}


def export(fmt, variant, *options):
    """Its folder; where the format has no places for splits, a folder or a file each."""
    key = (fmt, variant, *options)
    if key not in made:
        more = ["--split", "0.6,0.25,0.15"]
        if variant == "augmented":
            file = os.path.join(work, "recipe.json")
            json.dump(recipe, open(file, "w"))
            more += ["--augment", file]
        name = "-".join([variant, fmt, *options]).replace("--option-", "")
        if fmt == "coco":
            name = name.replace("=", "-")
            os.makedirs(os.path.join(work, f"photos-{name}"), exist_ok=True)
            name += "/instances.json"
        made[key] = convert(work, source, fmt, name, *more, *options)
    return made[key]


def coco_files(variant):
    path = export("coco", variant)
    return {split: path.replace(".json", f".{split}.json") for split in SPLITS}


def expected(variant):
    """Images and objects of the export to COCO, to which every other is held."""
    return {
        split: (len(data["images"]), len(data["annotations"]), {image["file_name"] for image in data["images"]})
        for split, data in ((split, json.load(open(file))) for split, file in coco_files(variant).items())
    }


def hold(variant, split, images, objects):
    want = expected(variant)[split]
    assert (images, objects) == want[:2], f"{variant} {split}: {images} images and {objects} objects, not {want[:2]}"


def ultralytics_segments(variant, fmt="yolo-seg"):
    from ultralytics.data.dataset import YOLODataset
    from ultralytics.data.utils import check_det_dataset
    from ultralytics.utils import DEFAULT_CFG

    data = check_det_dataset(f"{export(fmt, variant)}/data.yaml")
    task = "segment" if fmt == "yolo-seg" else "detect"
    for split in SPLITS:
        dataset = YOLODataset(data[split], imgsz=64, augment=split == "train", hyp=DEFAULT_CFG, data=data, task=task, prefix="")
        found = [dataset.get_image_and_label(place) for place in range(len(dataset))]
        hold(variant, split, len(found), sum(len(one["instances"]) for one in found))
        for place in range(len(dataset)):
            item = dataset[place]
            assert item["img"].shape[0] == 3 and (task == "detect" or item["masks"].max() <= 255)
    return "each item after its own augmentation"


def torchvision_coco(variant):
    from torchvision.datasets import CocoDetection, wrap_dataset_for_transforms_v2

    for split, file in coco_files(variant).items():
        dataset = wrap_dataset_for_transforms_v2(CocoDetection(os.path.dirname(file), file), target_keys="all")
        objects = 0
        for place in range(len(dataset)):
            image, target = dataset[place]
            objects += len(target.get("boxes", []))
            if "masks" in target:
                assert target["masks"].shape[1:] == (image.height, image.width)
        hold(variant, split, len(dataset), objects)
    return "CocoDetection, with its masks"


def torchvision_voc(variant):
    from torchvision.datasets import VOCDetection, VOCSegmentation

    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/VOCdevkit")
        # The year whose test set it knows.
        os.symlink(os.path.abspath(export("voc", variant)), f"{folder}/VOCdevkit/VOC2007")
        for split in SPLITS:
            maps = VOCSegmentation(folder, "2007", image_set=split)
            for place in range(len(maps)):
                image, map_ = maps[place]
                assert image.size == map_.size and map_.mode == "P"
            boxes = VOCDetection(folder, "2007", image_set=split)
            objects = sum(len(boxes[place][1]["annotation"].get("object", [])) for place in range(len(boxes)))
            hold(variant, split, len(boxes), objects)
    return "VOCDetection and VOCSegmentation"


def torchvision_city(variant):
    from torchvision.datasets import Cityscapes

    for split in SPLITS:
        dataset = Cityscapes(export("cityscapes", variant), split, target_type=["instance", "semantic", "polygon"])
        for place in range(len(dataset)):
            image, (instance, semantic, polygons) = dataset[place]
            assert image.size == instance.size == semantic.size == (polygons["imgWidth"], polygons["imgHeight"])
        assert len(dataset) == expected(variant)[split][0]
    return "Cityscapes, every image with its maps as large as the picture"


def detectron(variant):
    for name in ("fvcore", "fvcore.common", "fvcore.common.timer", "iopath", "iopath.common", "iopath.common.file_io"):
        sys.modules.setdefault(name, MagicMock(__path__=[]))
    for name in ("detectron2", "detectron2.data", "detectron2.data.datasets", "detectron2.structures", "detectron2.utils", "detectron2.utils.file_io"):
        sys.modules.setdefault(name, MagicMock(__path__=[]))
    sys.modules["fvcore.common.timer"].Timer.return_value.seconds.return_value = 0
    sys.modules["detectron2.utils.file_io"].PathManager.get_local_path = lambda path: path
    path = os.path.join(os.environ["DETECTRON2_SOURCE"], "detectron2", "data", "datasets", "coco.py")
    spec = importlib.util.spec_from_file_location("detectron2.data.datasets.coco", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for split, file in coco_files(variant).items():
        records = module.load_coco_json(file, os.path.dirname(file), f"mine_{split}")
        for record in records:
            with Image.open(record["file_name"]) as image:
                assert image.size == (record["width"], record["height"]), record["file_name"]
        hold(variant, split, len(records), sum(len(record["annotations"]) for record in records))
    return "load_coco_json, sizes held against the pictures"


def mmdet(variant):
    for name in ("mmcv.ops", "mmcv.ops.roi_align", "mmcv.ops.nms"):
        sys.modules.setdefault(name, MagicMock(__path__=[]))
    from mmdet.datasets import CocoDataset
    from mmdet.datasets.transforms import LoadAnnotations
    from mmcv.transforms import LoadImageFromFile

    pipeline = [LoadImageFromFile(), LoadAnnotations(with_bbox=True, with_mask=True)]
    for split, file in coco_files(variant).items():
        classes = tuple(one["name"] for one in json.load(open(file))["categories"])
        dataset = CocoDataset(
            **{"ann_file": file, "data_prefix": {"img": os.path.dirname(file) + "/"}, "metainfo": {"classes": classes}},
            **{"pipeline": pipeline, "filter_cfg": {}},
        )
        objects = 0
        for place in range(len(dataset)):
            item = dataset[place]
            assert len(item["gt_masks"]) == len(item["gt_bboxes"])
            objects += len(item["gt_bboxes"])
        hold(variant, split, len(dataset), objects)
    return "CocoDataset with LoadAnnotations"


keyhole = ("--option", "holes=keyhole")


def labelme_coco(variant):
    """By labelme's example for COCO, each split. It knows no masks."""
    count = lambda out: len(json.load(open(f"{out}/annotations.json"))["annotations"])
    return labelme_script(export("labelme", variant, *keyhole), variant, "labelme2coco.py", count) + f", with {keyhole[1]}"


def labelme_voc(variant):
    """By its example for VOC, in whose maps every pixel has one owner."""

    def objects(out):
        maps = glob.glob(f"{out}/SegmentationObject/*.png")
        return sum(len(set(np.unique(np.array(Image.open(file)))) - {0, 255}) for file in maps)

    return labelme_script(export("labelme", variant), variant, "labelme2voc.py", objects, "--nonpy") + ", one owner a pixel"


def labelme_script(path, variant, name, count, *options):
    script = os.path.join(os.environ["LABELME_SOURCE"], "examples", "instance_segmentation", name)
    labels = ["__ignore__", "_background_", *(one["name"] for one in source.coco.dataset["categories"])]
    found = []
    for split in SPLITS:
        with tempfile.TemporaryDirectory() as folder:
            given = glob.glob(f"{path}/**/{split}", recursive=True)
            with open(f"{folder}/labels.txt", "w") as file:
                file.write("\n".join(labels))
            done = subprocess.run(
                [sys.executable, script, given[0], f"{folder}/out", "--labels", f"{folder}/labels.txt", "--noviz", *options],
                **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True},
            )
            assert done.returncode == 0, done.stderr
            found.append(count(f"{folder}/out"))
    return f"{name}: {joined(found)} objects of {joined(one[1] for one in expected(variant).values())}"


def labelme2coco_package(variant):
    from labelme2coco import get_coco_from_labelme_folder

    found = []
    for split in SPLITS:
        given = glob.glob(f"{export('labelme', variant, *keyhole)}/**/{split}", recursive=True)
        found.append(len(get_coco_from_labelme_folder(given[0]).json["annotations"]))
    return f"{joined(found)} shapes of {joined(one[1] for one in expected(variant).values())} objects, with {keyhole[1]}"


def joined(numbers):
    return " + ".join(map(str, numbers))


programs = {
    "ultralytics": [("yolo-seg", ultralytics_segments), ("yolo", lambda variant: ultralytics_segments(variant, "yolo"))],
    "torchvision": [("coco", torchvision_coco), ("voc", torchvision_voc), ("cityscapes", torchvision_city)],
    "detectron2": [("coco", detectron)],
    "mmdet": [("coco", mmdet)],
    "labelme": [("labelme", labelme_coco), ("labelme", labelme_voc)],
    "labelme2coco": [("labelme", labelme2coco_package)],
}


def version_of(program):
    if program == "detectron2":
        said = open(os.path.join(os.environ["DETECTRON2_SOURCE"], "detectron2", "__init__.py")).read()
        return said.split('__version__ = "')[1].split('"')[0]
    return importlib.metadata.version(program)


rows = json.load(open(golden)) if os.path.exists(golden) else []
for program in sys.argv[4:]:
    rows = [row for row in rows if row["program"].split()[0] != program]
    for fmt, run in programs[program]:
        for variant in ("split", "augmented"):
            counts = [list(one[:2]) for one in expected(variant).values()]
            row = {"program": f"{program} {version_of(program)}", "format": fmt, "exported": variant, "note": run(variant)}
            rows.append({**row, "images": sum(one[0] for one in counts), "objects": sum(one[1] for one in counts)})
            print(rows[-1], flush=True)
rows.sort(key=lambda row: (row["format"], row["program"], row["note"].split(":")[0], row["exported"] != "split"))
with open(golden, "w") as file:
    json.dump(rows, file, indent=2)
    file.write("\n")
