"""Small datasets written by tools that do not share an environment: test/fixtures/formats/.

python scripts/goldens/toolFixtures.py TOOL... with tools of: VIA VIA3 supervision supervisely geopandas labelme cellpose CVAT JSON_MIN
needs: pycocotools numpy Pillow, and beside them those that are named (none of them for `npm test`); of labelme the checkout at
LABELME_SOURCE (github.com/wkentaro/labelme, its examples), of VIA the file at VIA_JS (github.com/ox-vgg/via, via-2.x.y/src/via.js), of
VIA3 the folder at VIA3_JS (the same, via-3.x.y/src/js), of JSON_MIN label-studio-sdk, of
CVAT the checkout at CVAT_SOURCE (cvatServer.py). Roboflow's own export and QuPath are out of reach of a script: their formats are
written by the library of Roboflow's makers and by geopandas.
"""
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
from types import SimpleNamespace

import numpy as np
from fixtureShapes import blob, height, out, pixels, polygon, ring, rle, width
from PIL import Image as Picture
from pycocotools import mask as coco_mask

here = os.path.dirname(os.path.abspath(__file__))
parts = np.zeros((height, width), np.uint8)
parts[0:2, 0:3] = 1
parts[16:18, 3:9] = 1
picture = np.full((height, width, 3), 90, np.uint8)


def folder(name):
    path = os.path.join(out, name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


def via():
    version = next(line.split("'")[1] for line in open(os.environ["VIA_JS"]) if line.startswith("var VIA_VERSION"))
    region = lambda kind, **shape: {"shape_attributes": shape, "region_attributes": {"class": kind}}
    regions = [
        region("cat", name="polygon", all_points_x=ring[::2], all_points_y=ring[1::2]),
        region("dog", name="rect", x=1, y=13, width=6, height=4),
    ]
    images = [
        {"filename": "a.png", "size": 87, "regions": regions},
        {"filename": "b, \"c\" ü.png", "size": 12, "regions": []},
    ]
    with tempfile.TemporaryDirectory() as work:
        given = os.path.join(work, "images.json")
        json.dump(images, open(given, "w"))
        targets = [os.path.join(folder("via"), "pets.json"), os.path.join(folder("via-csv"), "pets.csv")]
        subprocess.run(["node", os.path.join(here, "viaWrite.mjs"), os.environ["VIA_JS"], given, *targets], check=True)
    masks = [["cat", polygon(ring)], ["dog", [1, 13, 6, 4]]]
    return {name: {"tool": f"VIA {version}", "masks": masks} for name in ("via", "via-csv")}


def via3():
    regions = "FILE1_Z0_XY1"
    given = {
        "attributes": [
            ["caption", "FILE1_Z0_XY0", "TEXT", None],
            ["light", "FILE1_Z0_XY0", "RADIO", "dark,bright"],
            ["note", regions, "TEXT", None],
            ["class", regions, "SELECT", "*cat,dog"],
            ["seen", regions, "CHECKBOX", "whole,near"],
        ],
        "files": [
            ["a.png", "IMAGE", "LOCAL", ""],
            ["b c.png", "IMAGE", "URIHTTP", "https://example.org/pets/b%20c.png"],
            ["film.mp4", "VIDEO", "LOCAL", ""],
        ],
        "views": [[1], [2], [3]],
        "metadata": [
            [1, [], ["POLYGON", *ring], {"4": "0", "3": "tail", "5": "0,1"}],
            [1, [], ["RECTANGLE", 1, 13, 6, 4], {"4": "1"}],
            [1, [], ["EXTREME_RECTANGLE", 3, 2, 9.5, 4, 5, 8, 1.25, 5], {"4": "1"}],
            [1, [], ["POINT", 4, 4], {"4": "1"}],
            [1, [], [None], {"1": "two pets", "2": "1"}],
            [3, [2, 6.5], [None], {}],
            [3, [0.917], ["RECTANGLE", 1, 2, 3, 4], {"4": "0"}],
        ],
    }
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "given.json")
        json.dump(given, open(path, "w"))
        command = ["node", os.path.join(here, "via3Write.mjs"), os.environ["VIA3_JS"], path, f"{folder('via-3')}/project.json"]
        version = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    masks = [["cat", polygon(ring)], ["dog", [1, 13, 6, 4]], ["dog", [1.25, 2, 8.25, 6]]]
    return {"via-3": {"tool": f"VIA {version}", "masks": masks}}


def json_min():
    from label_studio_sdk.converter import Converter

    interface = """<View><Image name="i" value="$image"/>
      <PolygonLabels name="l" toName="i"><Label value="cat"/></PolygonLabels>
      <BrushLabels name="b" toName="i"><Label value="dog"/></BrushLabels>
      <RectangleLabels name="r" toName="i"><Label value="cat"/><Label value="dog"/></RectangleLabels>
      <Choices name="c" toName="i"><Choice value="dark"/><Choice value="bright"/></Choices></View>"""
    (task,) = json.load(open(os.path.join(out, "label-studio", "tasks.json")))
    results = task["annotations"][0]["result"]
    common = {key: results[0][key] for key in ("original_width", "original_height", "image_rotation", "to_name")}
    box = {"x": 1 / width * 100, "y": 13 / height * 100, "width": 6 / width * 100, "height": 4 / height * 100, "rotation": 0}
    results[1]["from_name"] = "b"
    results += [
        {**common, "from_name": "r", "type": "rectanglelabels", "value": {**box, "rectanglelabels": ["dog"]}},
        {"from_name": "c", "to_name": "i", "type": "choices", "value": {"choices": ["dark"]}},
    ]
    said = {"completed_by": 1, "created_at": "2024-05-01T08:00:00Z", "updated_at": "2024-05-01T08:01:00Z", "lead_time": 3.5}
    task["annotations"][0] |= said
    second = {**said, "id": 2, "created_at": "2024-05-02T08:00:00Z", "completed_by": 2, "result": results[:1]}
    task["annotations"].append(second)
    empty = {"id": 2, "data": {"image": "/data/upload/1/b%20c.png"}, "annotations": []}
    with tempfile.TemporaryDirectory() as work:
        given = os.path.join(work, "tasks.json")
        json.dump([task, empty], open(given, "w"))
        Converter(interface, project_dir=None).convert_to_json_min(given, work, is_dir=False)
        shutil.copy(os.path.join(work, "result.json"), os.path.join(folder("label-studio-min"), "result.json"))
    holed = rle(blob)
    masks = [["cat", polygon(ring)], ["dog", holed], ["dog", [1, 13, 6, 4]]]
    return {"label-studio-min": {"tool": f"label-studio-sdk {importlib.metadata.version('label-studio-sdk')}", "masks": masks}}


def roboflow():
    import supervision

    path = folder("roboflow")
    with tempfile.TemporaryDirectory() as work:
        for split, masks in (("train", [pixels(ring), blob, parts]), ("valid", [])):
            name = os.path.join(work, f"{split}.png")
            Picture.fromarray(picture).save(name)
            found = supervision.Detections.empty()
            if masks:
                stack = np.stack(masks).astype(bool)
                found = supervision.Detections(supervision.mask_to_xyxy(stack), stack, class_id=np.array([0, 1, 1]))
            dataset = supervision.DetectionDataset(["cat", "dog"], [name], {name: found})
            dataset.as_coco(annotations_path=f"{path}/{split}/_annotations.coco.json")
    # It draws an outline through the centres of pixels: what it says is asked of pycocotools.
    lists = json.load(open(f"{path}/train/_annotations.coco.json"))
    names = {one["id"]: one["name"] for one in lists["categories"]}
    masks = []
    for one in lists["annotations"]:
        shape = one["segmentation"]
        given = coco_mask.frPyObjects(shape, height, width)
        masks.append([names[one["category_id"]], rle(coco_mask.decode(coco_mask.merge(given) if isinstance(shape, list) else given))])
    return {"roboflow": {"tool": f"supervision {supervision.__version__}", "masks": masks}}


def sly():
    import supervisely

    path = folder("supervisely")
    shutil.rmtree(path)
    project = supervisely.Project(path, supervisely.OpenMode.CREATE)
    cat = supervisely.ObjClass("cat", supervisely.Polygon, color=[220, 20, 60])
    dog = supervisely.ObjClass("dog", supervisely.Bitmap, color=[10, 9, 8])
    box = supervisely.ObjClass("box", supervisely.Rectangle, color=[1, 2, 3])
    project.set_meta(supervisely.ProjectMeta([cat, dog, box]))
    dataset = project.create_dataset("pets")
    # [row, column] of pixels.
    corners = [supervisely.PointLocation(int(y), int(x)) for x, y in zip(ring[::2], ring[1::2])]
    inside = [supervisely.PointLocation(y, x) for x, y in ((5, 5), (8, 5), (8, 8), (5, 8))]
    labels = [
        supervisely.Label(supervisely.Polygon(corners, [inside]), cat),
        supervisely.Label(supervisely.Bitmap(blob.astype(bool)), dog),
        supervisely.Label(supervisely.Rectangle(13, 1, 16, 6), box),
    ]
    dataset.add_item_np("a.png", picture, supervisely.Annotation((height, width), labels))
    dataset.add_item_np("b c.png", picture, supervisely.Annotation((height, width)))
    for name in ("a.png", "b c.png"):
        os.remove(os.path.join(dataset.img_dir, name))
    holed = pixels(ring) & ~pixels([5.0, 5.0, 8.0, 5.0, 8.0, 8.0, 5.0, 8.0])
    said = json.load(open(dataset.get_ann_path("a.png")))["objects"][2]["points"]["exterior"]
    masks = [["cat", rle(holed)], ["dog", rle(blob)], ["box", [*said[0], said[1][0] - said[0][0], said[1][1] - said[0][1]]]]
    version = importlib.metadata.version("supervisely")
    return {"supervisely": {"tool": f"supervisely {version}", "masks": masks}}


def geojson():
    import geopandas
    from shapely.geometry import MultiPolygon, Polygon, box

    path = folder("geojson")
    points = list(zip(ring[::2], ring[1::2]))
    inside = [(5, 5), (5, 8), (8, 8), (8, 5)]
    shapes = [Polygon(points, [inside]), MultiPolygon([box(0, 0, 3, 2), box(3, 16, 9, 18)])]
    kinds = [{"name": "cat", "color": [220, 20, 60]}, {"name": "dog", "color": [10, 9, 8]}]
    table = geopandas.GeoDataFrame({"objectType": "annotation", "classification": kinds}, geometry=shapes)
    with open(f"{path}/a.geojson", "w") as file:
        file.write(table.to_json())
    holed = pixels(ring) & ~pixels([5.0, 5.0, 8.0, 5.0, 8.0, 8.0, 5.0, 8.0])
    masks = [["cat", rle(holed)], ["dog", rle(parts)]]
    return {"geojson": {"tool": f"geopandas {importlib.metadata.version('geopandas')}", "masks": masks}}


def label_map():
    """By labelme's own script for semantic maps."""
    path = folder("label-map")
    shutil.rmtree(path)
    with tempfile.TemporaryDirectory() as work:
        Picture.fromarray(picture).save(f"{work}/a.png")
        points = [[x, y] for x, y in zip(ring[::2], ring[1::2])]
        rest = {"group_id": None, "flags": {}}
        shapes = [
            {"label": "cat", "shape_type": "polygon", "points": points, **rest},
            {"label": "dog", "shape_type": "rectangle", "points": [[13.0, 6.0], [20.0, 12.0]], **rest},
        ]
        said = {"version": "5.0.0", "flags": {}, "shapes": shapes, "imagePath": "a.png", "imageData": None}
        json.dump({**said, "imageHeight": height, "imageWidth": width}, open(f"{work}/a.json", "w"))
        script = os.path.join(os.environ["LABELME_SOURCE"], "examples", "semantic_segmentation", "labelme2voc.py")
        labels = "__ignore__,_background_,cat,dog"
        options = ["--labels", labels, "--noobject", "--nonpy", "--noviz"]
        subprocess.run([sys.executable, script, work, path, *options], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(f"{path}/SegmentationObject", ignore_errors=True)
    with Picture.open(f"{path}/SegmentationClass/a.png") as map_:
        values = np.array(map_)
    assert set(values.ravel().tolist()) == {0, 1, 2}
    masks = [["cat", rle(values == 1)], ["dog", rle(values == 2)]]
    version = importlib.metadata.version("labelme")
    return {"label-map": {"tool": f"labelme {version}", "masks": masks}}


def instance_map():
    from cellpose import io

    path = folder("instance-map")
    map_ = np.zeros((height, width), np.int32)
    map_[pixels(ring) > 0] = 1
    map_[blob > 0] = 2
    # Numbers that no object has, as they remain after some were removed.
    map_[parts > 0] = 700
    Picture.fromarray(picture).save(f"{path}/a.png")
    io.save_masks([picture], [map_], [[None] * 5], [f"{path}/a.png"])
    masks = [["object", rle(map_ == number)] for number in (1, 2, 700)]
    return {"instance-map": {"tool": f"cellpose {importlib.metadata.version('cellpose')}", "masks": masks}}


def cvat():
    import cvatServer as server

    meta = lambda mode, frames: {
        "task": {
            **{"id": "1", "name": "pets", "size": str(frames), "mode": mode, "overlap": "0", "start_frame": "0"},
            **{"stop_frame": str(frames - 1), "labels": server.labels_meta([("cat", "#dc143c"), ("dog", "#0a0908")])},
            **({"original_size": {"width": str(width), "height": str(height)}} if mode == "interpolation" else {}),
        },
        "dumped": "2000-01-01 00:00:00+00:00",
    }
    shape = lambda kind, label, points, **more: server.LabeledShape(
        **{"type": kind, "frame": 0, "label": label, "points": points, "occluded": False, "attributes": [], "source": "manual", **more}
    )
    mask = server.masks.dm_mask_to_cvat_rle(SimpleNamespace(image=blob, get_bbox=lambda: (15, 4, 8, 11)))
    shapes = [
        shape("polygon", "cat", ring, attributes=[server.Attribute("name", "Mia & Tom")]),
        shape("mask", "dog", mask, z_order=1),
        shape("rectangle", "dog", [1.0, 13.0, 7.0, 17.0], occluded=True),
    ]
    names = ["a.png", "b/c d.png"]
    frames = [server.Frame(place, name, width, height, shapes if place == 0 else [], []) for place, name in enumerate(names)]
    task = server.Task(names, server.ordered(meta("annotation", 2)), frames)
    with open(os.path.join(folder("cvat-own"), "annotations.xml"), "wb") as file:
        file.write(server.write(task, False))
    # In the order in which they are painted.
    masks = [["cat", polygon(ring)], ["dog", [1, 13, 6, 4]], ["dog", rle(blob)]]
    return {"cvat-own": {"tool": f"CVAT {server.version}", "masks": masks}, **cvat_video(server, meta)}


def cvat_video(server, meta):
    length = 5
    key = lambda frame, kind, points, outside=False: {
        **{"frame": frame, "type": kind, "points": points, "rotation": 0, "outside": outside, "attributes": [], "elements": []}
    }
    tracks = {
        "cat": [key(0, "polygon", ring), key(3, "polygon", [4.0, 3.0, 16.0, 4.0, 18.0, 9.0, 13.0, 14.0, 4.0, 12.0])],
        "dog": [key(1, "rectangle", [1.0, 1.0, 5.0, 6.0]), key(3, "rectangle", [9.0, 1.0, 15.0, 8.0], outside=True)],
    }
    written, masks = [], []
    for place, (label, shapes) in enumerate(tracks.items()):
        found = server.shown({"id": place, "frame": shapes[0]["frame"], "shapes": shapes}, length)
        tracked = [
            server.TrackedShape(
                **{name: one[name] for name in ("type", "frame", "points", "outside", "keyframe", "attributes", "rotation")},
                occluded=False,
            )
            for one in found
        ]
        written.append(server.Track(label, 0, "manual", tracked))
        for one in (one for one in tracked if not one.outside):
            points = [round(float(value), 2) for value in one.points]
            box = [points[0], points[1], round(points[2] - points[0], 2), round(points[3] - points[1], 2)]
            masks.append([label, polygon(points) if one.type == "polygon" else box])
    task = server.Task([], server.ordered(meta("interpolation", length)), tracks=written)
    with open(os.path.join(folder("cvat-video"), "annotations.xml"), "wb") as file:
        file.write(server.write(task, True))
    return {"cvat-video": {"tool": f"CVAT {server.version}", "masks": masks}}


tools = {
    **{"VIA": via, "supervision": roboflow, "supervisely": sly, "geopandas": geojson},
    **{"labelme": label_map, "cellpose": instance_map, "CVAT": cvat},
    **{"VIA3": via3, "JSON_MIN": json_min},
}
for tool in sys.argv[1:]:
    made = tools[tool]()
    path = os.path.join(out, "expected.json")
    expected = json.load(open(path))
    expected["datasets"] |= made
    with open(path, "w") as file:
        json.dump(expected, file, indent=1)
