"""What the formats' own tools read of our exports: test/golden/formats.json.

python scripts/goldens/formats.py INSTANCES.json IMAGES WORK [TOOL...]
Tools: labelme supervision datumaro label-studio-sdk ultralytics supervisely shapely geopandas roifile pycocotools pandas transformers
cellpose scikit-image (with torch) VIA (github.com/ox-vgg/via, VIA_JS=via-2.x.y/src/via.js) CVAT (cvatServer.py); those named are run, and their rows
replaced. They do not all fit one environment: run it once for each. Needs pycocotools and Pillow beside them, and a build
(npm run build); none of it for `npm test`. Panoptic maps and Cityscapes are mapFormats.py's. CVAT is read by its own importer without
its server. Roboflow and Label Studio are programs with a server, QuPath one with a window: their formats are read by libraries here.
"""
import glob
import importlib.metadata
import json
import os
import subprocess
import sys

import numpy as np
from exports import Source, box_mask, compare, convert, here, keep, parts_source, polygon
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

work = sys.argv[3]
wanted = sys.argv[4:]


def version_of(tool):
    if tool == "VIA":
        return next(line.split("'")[1] for line in open(os.environ["VIA_JS"]) if line.startswith("var VIA_VERSION"))
    if tool == "CVAT":
        return importlib.import_module("cvatServer").version
    return importlib.metadata.version(tool)


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


def read_ultralytics_boxes(source, path):
    from ultralytics.data.utils import check_det_dataset, img2label_paths, verify_image_label

    data = check_det_dataset(f"{path}/data.yaml")
    files = sorted(glob.glob(f"{data['train']}/**/*.*", recursive=True))
    found, corrupt = {}, 0
    for file, labels in zip(files, img2label_paths(files)):
        image, lines, (height, width), _, _, _, _, _, bad, message = verify_image_label(
            (file, labels, "", False, len(data["names"]), 0, 0, False)
        )
        corrupt += bad
        if image is None:
            print(message)
            continue
        boxes = [(line[1] - line[3] / 2, line[2] - line[4] / 2, line[3], line[4]) for line in lines]
        scaled = [(x * width, y * height, w * width, h * height) for x, y, w, h in boxes]
        found[os.path.basename(file)] = [
            (data["names"][int(line[0])], box_mask(box, height, width)) for line, box in zip(lines, scaled)
        ]
    return found, f"boxes; {len(files)} images, {corrupt} of them corrupt to verify_image_label"


def read_cvat(source, path):
    import cvatServer as server

    names = list(source.sizes)
    task = server.read(f"{path}/annotations.xml", names)
    found = {name: [] for name in names}
    for shape in task.shapes:
        height, width = source.sizes[names[shape.frame]]
        if shape.type == "mask":
            mask = coco_mask.decode(server.mask_of(shape, height, width)).astype(bool)
        else:
            mask = polygon(shape.points, height, width)
        found[names[shape.frame]].append((shape.label, mask))
    return found, "its own importer, without its server"


def read_pandas(source, path):
    import pandas

    found = {name: [] for name in source.sizes}
    for row in pandas.read_csv(path, keep_default_na=False).itertuples():
        mask = {"size": [int(row.rle_height), int(row.rle_width)], "counts": row.rle_counts}
        found[row.image].append((row.category, coco_mask.decode(mask).astype(bool)))
    return found


def maps_of(source, path, folder):
    """Of each image its map, as Pillow reads it, which is how training code does."""
    from PIL import Image

    for name in source.sizes:
        yield name, np.array(Image.open(f"{path}/{folder}/{os.path.splitext(name)[0]}.png"))


def processed(values, ignore, **more):
    """The numbers of a map and their masks as the training scripts of transformers take them."""
    from transformers import Mask2FormerImageProcessor

    take = Mask2FormerImageProcessor(ignore_index=ignore, do_resize=False, do_rescale=False, do_normalize=False, size=None)
    picture = np.zeros((3, *values.shape), np.float32)
    given = take(images=[picture], segmentation_maps=[values], return_tensors="pt", input_data_format="channels_first", **more)
    height, width = values.shape
    for number, mask in zip(given["class_labels"][0].tolist(), given["mask_labels"][0].numpy()):
        yield number, mask[:height, :width] > 0


def read_processor(source, path):
    """Maps of classes: unlabelled pixels are not of any class."""
    legend = json.load(open(f"{path}/legend.json"))
    names = {one["id"]: one["name"] for one in legend["classes"]}
    found = {}
    for name, values in maps_of(source, path, "labels"):
        found[name] = [(names[number], mask) for number, mask in processed(values, 255) if number in names]
    return found, "classes, not objects"


def read_instance_processor(source, path):
    """Maps of objects and what each is."""
    said = json.load(open(f"{path}/objects.json"))
    names = {one["id"]: one["name"] for one in said["categories"]}
    found = {}
    for name, values in maps_of(source, path, "instances"):
        kinds = {one["id"]: one["category_id"] for one in said["maps"][f"instances/{os.path.splitext(name)[0]}.png"]}
        if not kinds:
            found[name] = []
            continue
        taken = processed(values.astype(np.int32), 0, instance_id_to_semantic_id=[{0: 0, **kinds}])
        found[name] = [(names[number], mask) for number, mask in taken]
    return found


def read_cellpose(source, path):
    """Its reader of masks; objects are all it knows, their categories are asked of our list."""
    from cellpose import io

    said = json.load(open(f"{path}/objects.json"))
    names = {one["id"]: one["name"] for one in said["categories"]}
    found = {}
    for name in source.sizes:
        file = f"instances/{os.path.splitext(name)[0]}.png"
        values = io.imread(f"{path}/{file}")
        found[name] = [(names[one["category_id"]], values == one["id"]) for one in said["maps"][file]]
        assert set(np.unique(values)) - {0} == {one["id"] for one in said["maps"][file]}
    return found


class Bowl:
    """A dataset for torch as notebooks of the Data Science Bowl 2018 have it: folders by os.walk, files by skimage.io."""

    def __init__(self, path):
        self.path, self.ids = path, sorted(next(os.walk(path))[1])

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, place):
        from skimage.io import imread

        folder = f"{self.path}/{self.ids[place]}"
        (picture,) = next(os.walk(f"{folder}/images"))[2]
        image = imread(f"{folder}/images/{picture}")
        # An image on which nothing is has no folder of masks.
        files = next(os.walk(f"{folder}/masks"), (None, [], []))[2]
        masks = [imread(f"{folder}/masks/{file}") for file in sorted(files)]
        assert all(mask.dtype == np.uint8 and set(np.unique(mask)) == {0, 255} for mask in masks)
        stacked = np.stack([mask > 0 for mask in masks]) if masks else np.zeros((0, *image.shape[:2]), bool)
        assert stacked.shape[1:] == image.shape[:2]
        return picture, stacked


def read_bowl(source, path):
    from torch.utils.data import DataLoader

    batches = DataLoader(Bowl(path), batch_size=None)
    return {name: [("object", np.asarray(mask)) for mask in masks] for name, masks in batches}, "through a DataLoader of torch"


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
    "ultralytics": [("yolo-seg", "yolo", read_ultralytics), ("yolo", "yolo-boxes", read_ultralytics_boxes, Source.boxes)],
    "supervisely": [("supervisely", "supervisely", read_supervisely)],
    "roifile": [("imagej", "imagej", read_roifile)],
    "shapely": [("geojson", "geojson", read_shapely)],
    "CVAT": [("cvat", "cvat-own", read_cvat)],
    "pandas": [("csv", "table.csv", read_pandas)],
    "transformers": [
        ("label-map", "label-map", read_processor, Source.classes),
        ("instance-map", "instance-map", read_instance_processor),
    ],
    "scikit-image": [("object-masks", "object-masks", read_bowl, Source.objects)],
    "cellpose": [("instance-map", "instance-map", read_cellpose)],
}

for tool in wanted or tools:
    for fmt, name, read, *truth in tools[tool]:
        for source in (Source("photos", sys.argv[1], sys.argv[2]), parts_source(work)):
            result = read(source, convert(work, source, fmt, name))
            found, note = result if isinstance(result, tuple) else (result, None)
            keep([compare(source, fmt, f"{tool} {version_of(tool)}", found, note, *[of(source) for of in truth])])
