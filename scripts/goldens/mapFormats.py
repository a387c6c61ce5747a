"""What the tools of panoptic maps read of our exports, and small datasets that they wrote themselves.

python scripts/goldens/mapFormats.py INSTANCES.json IMAGES WORK [--fixtures]
needs: pycocotools numpy Pillow cityscapesScripts, github.com/cocodataset/panopticapi on PYTHONPATH (none of them for `npm test`),
and a build (npm run build). Writes rows of test/golden/formats.json; with --fixtures also test/fixtures/formats/.
"""
import contextlib
import glob
import importlib.metadata
import io
import json
import os
import shutil
import sys

import numpy as np
from exports import Source, cli, compare, convert, keep, parts_source
from fixtureShapes import out as fixtures, rle
from panopticapi.evaluation import pq_compute
from panopticapi.utils import id2rgb, rgb2id
from PIL import Image
from pycocotools.coco import COCO

instances, images, work = sys.argv[1:4]
# numpy's whole numbers, which the tools of 2019 hand to json as they are.
json.JSONEncoder.default = lambda self, value: value.item()


def read_panoptic(path):
    """By panopticapi's own converter to COCO, then pycocotools."""
    from converters.panoptic2detection_coco_format import convert_panoptic_to_detection_coco_format

    detection, lists = os.path.join(work, "detection.json"), os.path.join(work, "categories.json")
    panoptic = json.load(open(f"{path}/panoptic.json"))
    json.dump(panoptic["categories"], open(lists, "w"))
    with contextlib.redirect_stdout(io.StringIO()):
        convert_panoptic_to_detection_coco_format(f"{path}/panoptic.json", f"{path}/panoptic", detection, lists, False)
        coco = COCO(detection)
    found = {}
    for image in coco.dataset["images"]:
        anns = coco.imgToAnns[image["id"]]
        found[image["file_name"]] = [(coco.cats[a["category_id"]]["name"], coco.annToMask(a).astype(bool)) for a in anns]
    return found


def disturbed(path):
    """A prediction: every segment moved a little, some of another category, some gone."""
    rng = np.random.default_rng(7)
    target = os.path.join(work, "predicted")
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(f"{target}/panoptic")
    data = json.load(open(f"{path}/panoptic.json"))
    categories = [category["id"] for category in data["categories"]]
    for annotation in data["annotations"]:
        ids = rgb2id(np.array(Image.open(f"{path}/panoptic/{annotation['file_name']}"), dtype=np.uint32))
        ids = np.roll(ids, tuple(int(v) for v in rng.integers(-9, 10, 2)), (0, 1))
        kept = []
        for segment in annotation["segments_info"]:
            if rng.random() < 0.1:
                ids[ids == segment["id"]] = 0
                continue
            if rng.random() < 0.1:
                segment["category_id"] = int(rng.choice(categories))
            segment["iscrowd"] = 0
            kept.append(segment)
        annotation["segments_info"] = [segment for segment in kept if (ids == segment["id"]).any()]
        Image.fromarray(id2rgb(ids)).save(f"{target}/panoptic/{annotation['file_name']}")
    json.dump(data, open(f"{target}/panoptic.json", "w"))
    return target


def check_quality(truth, predicted):
    """panopticapi's numbers and ours of the same files."""
    with contextlib.redirect_stdout(io.StringIO()):
        theirs = pq_compute(f"{truth}/panoptic.json", f"{predicted}/panoptic.json")
    ours = json.loads(
        cli("evaluate", "--task", "panoptic", "--gt", f"{truth}/panoptic.json", "--dt", f"{predicted}/panoptic.json", "--json")
    )
    worst = 0.0
    for name, key in (("All", "all"), ("Things", "things"), ("Stuff", "stuff")):
        if theirs[name]["n"] == 0:
            continue
        worst = max(worst, *(abs(theirs[name][part] - ours[key][part]) for part in ("pq", "sq", "rq")))
    for one in ours["perClass"]:
        other = theirs["per_class"][one["id"]]
        worst = max(worst, *(abs(other[part] - one[part]) for part in ("pq", "sq", "rq")))
    print(f"PQ {theirs['All']['pq']:.6f} of {theirs['All']['n']} categories; largest difference {worst:.2e}")
    assert worst <= 1e-12
    return {"format": "coco-panoptic", "tool": "panopticapi", "pq": theirs["All"]["pq"], "difference": worst}


def with_stuff():
    """The same photos with three kinds of stuff, so that things lie over it and unlabelled pixels remain."""
    data = json.load(open(instances))
    stuff = [{"id": 1000 + k, "name": name, "supercategory": "", "isthing": 0} for k, name in enumerate(("floor", "wall", "sky"))]
    data["categories"] = [{**category, "isthing": 1} for category in data["categories"]] + stuff
    next_id = max(a["id"] for a in data["annotations"]) + 1
    for image in data["images"]:
        w, h = image["width"], image["height"]
        for k, (top, bottom) in enumerate(((0.7, 1), (0.3, 0.75), (0, 0.25))):
            ring = [0, h * top, w, h * top, w, h * bottom, 0, h * bottom]
            data["annotations"].append(
                {"id": next_id, "image_id": image["id"], "category_id": 1000 + k, "segmentation": [ring], "area": 0, "bbox": [0, 0, 1, 1], "iscrowd": 0}
            )
            next_id += 1
    path = os.path.join(work, "with-stuff.json")
    json.dump(data, open(path, "w"))
    return Source("stuff", path, images)


STREET = ("person", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle")


def as_street():
    """The same objects, called as Cityscapes calls its own."""
    data = json.load(open(instances))
    order = {category["id"]: at for at, category in enumerate(data["categories"])}
    for annotation in data["annotations"]:
        annotation["category_id"] = order[annotation["category_id"]] % len(STREET) + 1
    data["categories"] = [{"id": at + 1, "name": name, "supercategory": ""} for at, name in enumerate(STREET)]
    path = os.path.join(work, "street.json")
    json.dump(data, open(path, "w"))
    return Source("photos", path, images)


def read_cityscapes(path, ending):
    """By cityscapesScripts' own conversion to panoptic files."""
    from cityscapesscripts.helpers.annotation import Annotation
    from cityscapesscripts.preparation.createPanopticImgs import convert2panoptic

    with contextlib.redirect_stdout(io.StringIO()):
        convert2panoptic(f"{path}/gtFine", path, False, ["train"])
    data = json.load(open(f"{path}/cityscapes_panoptic_train.json"))
    names = {category["id"]: category["name"] for category in data["categories"]}
    found = {}
    for annotation in data["annotations"]:
        ids = rgb2id(np.array(Image.open(f"{path}/cityscapes_panoptic_train/{annotation['file_name']}"), dtype=np.uint32))
        found[f"{annotation['image_id']}{ending}"] = [(names[s["category_id"]], ids == s["id"]) for s in annotation["segments_info"]]
    polygons = glob.glob(f"{path}/gtFine/train/*/*_polygons.json")
    for file in polygons:
        annotation = Annotation()
        annotation.fromJsonFile(file)
        size = Image.open(file.replace("polygons.json", "labelIds.png")).size
        assert (annotation.imgWidth, annotation.imgHeight) == size
        assert all(len(one.polygon) >= 3 for one in annotation.objects)
    assert len(polygons) == len(found)
    return found


def make_city(path, height, width):
    """Polygons, and the maps that cityscapesScripts makes of them."""
    from cityscapesscripts.helpers.annotation import Annotation
    from cityscapesscripts.preparation.json2instanceImg import createInstanceImage
    from cityscapesscripts.preparation.json2labelImg import json2labelImg

    objects = [
        {"label": "road", "polygon": [[0, 10], [23, 10], [23, 17], [0, 17]]},
        {"label": "car", "polygon": [[2, 3], [9, 3], [9, 12], [2, 12]]},
        {"label": "pole", "polygon": [[5, 0], [6, 0], [6, 17], [5, 17]]},
        {"label": "cargroup", "polygon": [[15, 8], [22, 8], [22, 11], [15, 11]]},
        {"label": "license plate", "polygon": [[3, 9], [4, 9], [4, 10], [3, 10]]},
    ]
    stem = f"{path}/gtFine/train/aachen/aachen_000000_000019_gtFine"
    os.makedirs(os.path.dirname(stem))
    json.dump({"imgHeight": height, "imgWidth": width, "objects": objects}, open(f"{stem}_polygons.json", "w"))
    json2labelImg(f"{stem}_polygons.json", f"{stem}_labelIds.png", "ids")
    annotation = Annotation()
    annotation.fromJsonFile(f"{stem}_polygons.json")
    # As json2instanceImg saves it, which Pillow no longer does with 32 bits.
    instance_map = np.array(createInstanceImage(annotation, "ids")).astype(np.uint16)
    Image.fromarray(instance_map).save(f"{stem}_instanceIds.png")
    ids = np.array(Image.open(f"{stem}_instanceIds.png"))
    numbers = {7: "road", 26000: "car", 17: "pole", 26: "car"}
    assert sorted(numbers) == sorted(set(ids.ravel().tolist()) - {0})
    return [[name, rle(ids == number)] for number, name in numbers.items()]


def make_fixtures():
    expected_path = os.path.join(fixtures, "expected.json")
    expected = json.load(open(expected_path))
    height, width = expected["size"]
    masks = [np.zeros((height, width), np.uint8) for _ in range(3)]
    masks[0][2:9, 1:10] = 1
    masks[0][4:6, 3:5] = 0
    masks[1][0, 23] = 1
    masks[2][10:, :] = 1
    categories = [{"id": 1, "name": "cat", "isthing": 1, "color": [220, 20, 60]}, {"id": 4, "name": "floor", "isthing": 0, "color": [10, 9, 8]}]
    detection = {
        "info": {}, "licenses": [],
        "images": [{"id": 7, "file_name": "a b.jpg", "height": height, "width": width}],
        "annotations": [
            {"id": k + 1, "image_id": 7, "category_id": c, "iscrowd": 0, "area": int(m.sum()), "bbox": [0, 0, 1, 1], "segmentation": {"size": [height, width], "counts": rle(m)}}
            for k, (m, c) in enumerate(zip(masks, (1, 1, 4)))
        ],
        "categories": categories,
    }  # fmt: skip
    np.random.seed(1)  # of the colours
    from converters.detection2panoptic_coco_format import convert_detection_to_panoptic_coco_format

    path = os.path.join(fixtures, "coco-panoptic")
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(f"{path}/panoptic")
    given, lists = os.path.join(work, "given.json"), os.path.join(work, "lists.json")
    json.dump(detection, open(given, "w"))
    json.dump(categories, open(lists, "w"))
    with contextlib.redirect_stdout(io.StringIO()):
        convert_detection_to_panoptic_coco_format(given, f"{path}/panoptic", f"{path}/panoptic.json", lists)
    names = ("cat", "cat", "floor")
    expected["datasets"]["coco-panoptic"] = {"tool": "panopticapi (2019)", "masks": [[n, rle(m)] for n, m in zip(names, masks)]}
    city = os.path.join(fixtures, "cityscapes")
    shutil.rmtree(city, ignore_errors=True)
    tool = f"cityscapesScripts {importlib.metadata.version('cityscapesScripts')}"
    expected["datasets"]["cityscapes"] = {"tool": tool, "masks": make_city(city, height, width)}
    json.dump(expected, open(expected_path, "w"), indent=1)


def main():
    os.makedirs(work, exist_ok=True)
    if "--fixtures" in sys.argv:
        make_fixtures()
    for source in (Source("photos", instances, images), parts_source(work)):
        found = read_panoptic(convert(work, source, "coco-panoptic", "panoptic"))
        keep([compare(source, "coco-panoptic", "panopticapi (2019) and pycocotools", found)])
    tool = f"cityscapesScripts {importlib.metadata.version('cityscapesScripts')}"
    for source in (as_street(), parts_source(work, ("car", "person"))):
        found = read_cityscapes(convert(work, source, "cityscapes", "city"), os.path.splitext(next(iter(source.sizes)))[1])
        keep([compare(source, "cityscapes", tool, found)])
    truth = convert(work, with_stuff(), "coco-panoptic", "truth")
    check_quality(truth, disturbed(truth))
    check_quality(truth, truth)


main()
