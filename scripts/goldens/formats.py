"""What the formats' own tools read of our exports: test/golden/formats.json.

python scripts/goldens/formats.py INSTANCES.json IMAGES WORK [TOOL...]
Tools: labelme supervision datumaro label-studio-sdk ultralytics supervisely shapely geopandas roifile pycocotools VIA (github.com/ox-vgg/via,
VIA_JS=via-2.x.y/src/via.js); those named are run, and their rows
replaced. They do not all fit one environment: run it once for each. Needs pycocotools and Pillow beside them, and a build
(npm run build); none of it for `npm test`. CVAT, Roboflow and Label Studio themselves are programs with a server: their formats are
read by libraries here.
"""
import glob
import importlib.metadata
import json
import os
import subprocess
import sys

import numpy as np
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(here, "..", "..")
work = sys.argv[3]
wanted = sys.argv[4:]
golden = os.path.join(root, "test", "golden", "formats.json")


class Source:
    """A COCO file with its images, and the masks in it."""

    def __init__(self, name, instances, images):
        self.name, self.instances, self.images = name, instances, images
        coco = COCO(instances)
        self.sizes = {image["file_name"]: (image["height"], image["width"]) for image in coco.dataset["images"]}
        self.truth = {
            image["file_name"]: [
                (coco.cats[a["category_id"]]["name"], coco.annToMask(a).astype(bool)) for a in coco.imgToAnns[image["id"]]
            ]
            for image in coco.dataset["images"]
        }


def parts_source():
    """Rings, several parts, parts with holes, single pixels, objects at the border, overlaps, an image without any."""
    folder = os.path.join(work, "parts-images")
    os.makedirs(folder, exist_ok=True)
    height, width = 48, 64
    yy, xx = np.mgrid[:height, :width]
    disc = lambda x, y, r: (xx - x) ** 2 + (yy - y) ** 2 <= r * r
    pixel = np.zeros((height, width), bool)
    pixel[20, 33] = True
    masks = [
        [disc(20, 20, 14) & ~disc(20, 20, 6), disc(48, 30, 9)],
        [disc(10, 10, 6) | disc(40, 30, 9), (disc(50, 10, 8) & ~disc(50, 10, 3)) | disc(10, 40, 5)],
        [pixel, disc(0, 0, 12), disc(63, 47, 15) & ~disc(55, 42, 3)],
        [disc(24, 24, 12), disc(32, 24, 12)],
        [],
    ]
    annotations = []
    for image, objects in enumerate(masks):
        Image.fromarray(np.full((height, width, 3), 60 + 30 * image, np.uint8)).save(f"{folder}/p{image}.png")
        for mask in objects:
            rle = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
            annotations.append(
                dict(
                    id=len(annotations) + 1,
                    image_id=image + 1,
                    category_id=1 + len(annotations) % 2,
                    segmentation=dict(size=rle["size"], counts=rle["counts"].decode()),
                    bbox=coco_mask.toBbox(rle).tolist(),
                    area=int(mask.sum()),
                    iscrowd=0,
                )
            )
    images = [dict(id=i + 1, file_name=f"p{i}.png", width=width, height=height) for i in range(len(masks))]
    categories = [dict(id=1, name="cat"), dict(id=2, name="dog")]
    instances = os.path.join(work, "parts.json")
    json.dump(dict(images=images, annotations=annotations, categories=categories), open(instances, "w"))
    return Source("parts", instances, folder)


def convert(source, fmt, name):
    path = os.path.join(work, f"{source.name}-{name}")
    command = ["node", os.path.join(root, "out", "main", "cli.cjs"), "convert", "--from", source.instances, "--to", path]
    command += ["--to-format", fmt, "--images", source.images, "--copy-images", "--force"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return path


def via_version():
    return next(line.split("'")[1] for line in open(os.environ["VIA_JS"]) if line.startswith("var VIA_VERSION"))


def polygon(ring, height, width):
    return coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects([list(map(float, ring))], height, width))).astype(bool)


def compare(source, fmt, tool, found, note=None):
    """Each object with the one of its category that overlaps it most."""
    ious, missing = [], 0
    for name, objects in source.truth.items():
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
        "dataset": source.name,
        "format": fmt,
        "tool": f"{tool} {via_version() if tool == 'VIA' else importlib.metadata.version(tool)}",
        "objects": len(ious),
        "missing": missing,
        "meanIou": round(float(np.mean(ious)), 5),
        "exact": int(sum(iou == 1 for iou in ious)),
        **({"note": note} if note else {}),
    }
    print(row)
    return row


def read_labelme(source, path):
    from labelme._label_file import LabelFile

    found = {}
    for file in sorted(glob.glob(f"{path}/*.json")):
        labels = LabelFile(file)
        name = os.path.basename(labels.imagePath)
        height, width = source.sizes[name]
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


def read_datumaro(source, path, fmt):
    import datumaro

    dataset = datumaro.components.dataset.Dataset.import_from(path, fmt)
    labels = dataset.categories()[datumaro.AnnotationType.label]
    found = {}
    for item in dataset:
        names = [name for name in source.sizes if os.path.splitext(name)[0] == os.path.basename(item.id)]
        if not names:
            continue
        height, width = source.sizes[names[0]]
        found[names[0]] = [
            (
                labels[a.label].name,
                polygon(a.points, height, width) if a.type.name == "polygon" else np.asarray(a.image).astype(bool),
            )
            for a in item.annotations
            if a.type.name in ("polygon", "mask")
        ]
    return found


def read_supervision(source, path):
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


def read_label_studio(source, path):
    from label_studio_sdk.converter.brush import decode_rle

    found = {}
    for task in json.load(open(path)):
        name = task["data"]["image"].split("d=")[-1]
        height, width = source.sizes[name]
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


def read_ultralytics(source, path):
    from ultralytics.data.utils import check_det_dataset, img2label_paths, verify_image_label

    data = check_det_dataset(f"{path}/data.yaml")
    files = sorted(glob.glob(f"{data['train']}/**/*.*", recursive=True))
    found, corrupt = {}, 0
    for file, labels in zip(files, img2label_paths(files)):
        image, lines, shape, segments, _, _, _, _, bad, message = verify_image_label(
            (file, labels, "", False, len(data["names"]), 0, 0, False)
        )
        corrupt += bad
        if image is None:
            print(message)
            continue
        height, width = shape
        found[os.path.basename(file)] = [
            (data["names"][int(line[0])], polygon((ring * [width, height]).ravel(), height, width))
            for line, ring in zip(lines, segments)
        ]
    return found, f"{len(files)} images, {corrupt} of them corrupt to verify_image_label"


def read_supervisely(source, path):
    import supervisely

    project = supervisely.Project(path, supervisely.OpenMode.READ)
    found = {}
    for dataset in project.datasets:
        for name in dataset.get_items_names():
            annotation = supervisely.Annotation.load_json_file(dataset.get_ann_path(name), project.meta)
            objects = found.setdefault(name, [])
            for label in annotation.labels:
                mask = np.zeros(annotation.img_size, np.uint8)
                label.geometry.draw(mask, 1)
                objects.append((label.obj_class.name, mask.astype(bool)))
    return found


def read_via(source, path):
    out = subprocess.run(["node", os.path.join(here, "viaRead.mjs"), os.environ["VIA_JS"], path], check=True, stdout=subprocess.PIPE)
    found = {}
    for image in json.loads(out.stdout)["images"].values():
        height, width = source.sizes[image["filename"]]
        objects = found.setdefault(image["filename"], [])
        for region in image["regions"]:
            shape = region["shape_attributes"]
            assert shape["name"] == "polygon", shape
            ring = np.stack([shape["all_points_x"], shape["all_points_y"]], 1).ravel()
            objects.append((next(iter(region["region_attributes"].values())), polygon(ring, height, width)))
    return found, "read by its own via.js without a window; parts are objects of their own"


def read_roboflow(source, path):
    import supervision

    found = {}
    for split in glob.glob(f"{path}/*/_annotations.coco.json"):
        dataset = supervision.DetectionDataset.from_coco(os.path.dirname(split), split, force_masks=True)
        for name, objects in dataset.annotations.items():
            if objects.mask is not None:
                masks = zip(objects.class_id, objects.mask)
                found[os.path.basename(name)] = [(dataset.classes[kind], np.asarray(mask).astype(bool)) for kind, mask in masks]
    return found


def read_geopandas(source, path):
    import geopandas

    found = {}
    for file in glob.glob(f"{path}/*.geojson"):
        name = next(name for name in source.sizes if os.path.splitext(name)[0] == os.path.basename(file)[:-8])
        objects = found.setdefault(name, [])
        # A collection without features is no table to it.
        if not json.load(open(file))["features"]:
            continue
        for row in geopandas.read_file(file).itertuples():
            kind = row.classification if isinstance(row.classification, dict) else json.loads(row.classification)
            mask = np.zeros(source.sizes[name], bool)
            for part in getattr(row.geometry, "geoms", [row.geometry]):
                own = polygon(np.asarray(part.exterior.coords)[:-1].ravel(), *mask.shape)
                for hole in part.interiors:
                    own &= ~polygon(np.asarray(hole.coords)[:-1].ravel(), *mask.shape)
                mask |= own
            objects.append((kind["name"], mask))
    return found


def read_pycocotools(source, path):
    coco = COCO(path)
    return {
        image["file_name"]: [(coco.cats[a["category_id"]]["name"], coco.annToMask(a).astype(bool)) for a in coco.imgToAnns[image["id"]]]
        for image in coco.dataset["images"]
    }


def read_shapely(source, path):
    from shapely.geometry import shape

    found, odd = {}, 0
    for file in glob.glob(f"{path}/*.geojson"):
        name = next(name for name in source.sizes if os.path.splitext(name)[0] == os.path.basename(file)[:-8])
        height, width = source.sizes[name]
        objects = found.setdefault(name, [])
        for feature in json.load(open(file))["features"]:
            geometry = shape(feature["geometry"])
            odd += not geometry.is_valid
            mask = np.zeros((height, width), bool)
            for part in getattr(geometry, "geoms", [geometry]):
                own = polygon(np.asarray(part.exterior.coords)[:-1].ravel(), height, width)
                for hole in part.interiors:
                    own &= ~polygon(np.asarray(hole.coords)[:-1].ravel(), height, width)
                mask |= own
            objects.append((feature["properties"]["classification"]["name"], mask))
    return found, f"{odd} geometries cross themselves, as the outlines that came do"


def read_roifile(source, path):
    from roifile import roiread

    found = {}
    for file in glob.glob(f"{path}/*.zip"):
        name = next(name for name in source.sizes if os.path.splitext(name)[0] == os.path.basename(file)[:-4])
        height, width = source.sizes[name]
        objects = found.setdefault(name, [])
        for roi in roiread(file) if os.path.getsize(file) > 22 else []:
            mask = np.zeros((height, width), bool)
            for ring in roi.coordinates(multi=True):
                ring = np.asarray(ring, float)
                ring = ring[:-1] if len(ring) > 3 and (ring[0] == ring[-1]).all() else ring
                mask ^= polygon(ring.ravel(), height, width)
            objects.append((roi.name.rsplit(" ", 1)[0], mask))
    return found


tools = {
    "labelme": [("labelme", "labelme", read_labelme)],
    "supervision": [("yolo-seg", "yolo-supervision", read_supervision), ("roboflow", "roboflow", read_roboflow)],
    "pycocotools": [("coco", "coco.json", read_pycocotools)],
    "geopandas": [("geojson", "geojson", read_geopandas)],
    "VIA": [("via", "via.json", read_via), ("via-csv", "via.csv", read_via)],
    "datumaro": [
        (fmt, fmt, lambda source, path, fmt=fmt: read_datumaro(source, path, fmt)) for fmt in ("voc", "cvat", "datumaro")
    ],
    "label-studio-sdk": [("label-studio", "tasks.json", read_label_studio)],
    "ultralytics": [("yolo-seg", "yolo", read_ultralytics)],
    "supervisely": [("supervisely", "supervisely", read_supervisely)],
    "roifile": [("imagej", "imagej", read_roifile)],
    "shapely": [("geojson", "geojson", read_shapely)],
}

rows = json.load(open(golden))
for tool in wanted or tools:
    for fmt, name, read in tools[tool]:
        for source in (Source("photos", sys.argv[1], sys.argv[2]), parts_source()):
            result = read(source, convert(source, fmt, name))
            found, note = result if isinstance(result, tuple) else (result, None)
            row = compare(source, fmt, tool, found, note)
            same = [r for r in rows if (r["format"], r["tool"].split()[0], r.get("dataset", "photos")) == (fmt, tool, source.name)]
            if same:
                rows[rows.index(same[0])] = row
            else:
                rows.append(row)
order = {row["format"]: place for place, row in reversed(list(enumerate(rows)))}
rows.sort(key=lambda row: (order[row["format"]], row["tool"], row.get("dataset") == "parts"))
with open(golden, "w") as file:
    json.dump(rows, file, indent=2)
    file.write("\n")
