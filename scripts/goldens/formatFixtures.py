"""Small datasets written by the formats' own tools, and the masks that are in them: test/fixtures/formats/.

needs: pycocotools labelme datumaro label-studio-sdk Pillow (none of them for `npm test`).
"""
import io
import json
import os
import shutil

import numpy as np
from fixtureShapes import blob, height, out, polygon, ring, rle, width
from PIL import Image as Picture

import datumaro
from datumaro.components.annotation import AnnotationType, Bbox, LabelCategories, Mask, Polygon
from datumaro.components.dataset import Dataset
from datumaro.components.dataset_base import DatasetItem
from datumaro.components.media import Image

expected = json.load(open(os.path.join(out, "expected.json")))["datasets"]
box = [1.0, 13.0, 6.0, 4.0]


def by_datumaro(fmt, name, annotations, masks):
    categories = {AnnotationType.label: LabelCategories.from_iterable(["cat", "dog"])}
    picture = np.full((height, width, 3), 90, np.uint8)
    items = [
        DatasetItem(id="a", subset="train", media=Image.from_numpy(data=picture), annotations=annotations),
        DatasetItem(id="b c", subset="val" if fmt.startswith("yolo") else "train", media=Image.from_numpy(data=picture), annotations=[]),
    ]
    path = os.path.join(out, name)
    shutil.rmtree(path, ignore_errors=True)
    try:
        Dataset.from_iterable(items, categories=categories).export(path, fmt, save_media=True)
    except Exception as error:
        print(fmt, "failed:", error)
        shutil.rmtree(path, ignore_errors=True)
        return
    expected[name] = {"tool": f"datumaro {datumaro.__version__}", "masks": masks}


outline = Polygon(ring, label=0, id=1)
cut = Mask(blob, label=1, id=2)
by_datumaro("cvat", "cvat", [outline, cut], [["cat", polygon(ring)], ["dog", rle(blob)]])
by_datumaro("datumaro", "datumaro", [outline, cut], [["cat", polygon(ring)], ["dog", rle(blob)]])
# Datumaro writes its corners as they are, where VOC counts pixels from 1 and holds both ends: read as VOC means it.
as_voc = [box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1]
by_datumaro("voc", "voc", [Bbox(*box, label=0, id=1)], [["cat", as_voc]])
by_datumaro("yolo_ultralytics", "yolo", [Bbox(*box, label=1, id=1)], [["dog", box]])

try:
    from labelme._label_file import LabelFile
    import labelme

    path = os.path.join(out, "labelme")
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    buffer = io.BytesIO()
    Picture.fromarray(np.full((height, width, 3), 90, np.uint8)).save(buffer, format="PNG")
    open(os.path.join(path, "a.png"), "wb").write(buffer.getvalue())
    box_of_blob = blob[4:15, 15:23].astype(bool)
    import base64

    mask_bytes = io.BytesIO()
    Picture.fromarray(box_of_blob.astype(np.uint8)).save(mask_bytes, format="PNG")
    shapes = [
        dict(label="cat", points=[ring[i : i + 2] for i in range(0, 8, 2)], group_id=None, description="", shape_type="polygon", flags={}, mask=None),
        dict(
            label="dog",
            points=[[15.0, 4.0], [22.0, 14.0]],
            group_id=None,
            description="",
            shape_type="mask",
            flags={},
            mask=base64.b64encode(mask_bytes.getvalue()).decode(),
        ),
    ]
    LabelFile().save(
        filename=os.path.join(path, "a.json"), shapes=shapes, imagePath="a.png", imageHeight=height, imageWidth=width, imageData=None, flags={}
    )
    expected["labelme"] = {"tool": f"labelme {labelme.__version__}", "masks": [["cat", polygon(ring)], ["dog", rle(blob)]]}
except Exception as error:
    print("labelme failed:", repr(error))

from importlib.metadata import version

from label_studio_sdk.converter.brush import mask2rle

path = os.path.join(out, "label-studio")
shutil.rmtree(path, ignore_errors=True)
os.makedirs(path)
common = {"original_width": width, "original_height": height, "image_rotation": 0, "from_name": "l", "to_name": "i"}
brush = {**common, "type": "brushlabels", "value": {"format": "rle", "rle": mask2rle(blob * 255), "brushlabels": ["dog"]}}
points = [[ring[i] / width * 100, ring[i + 1] / height * 100] for i in range(0, 8, 2)]
drawn = {**common, "type": "polygonlabels", "value": {"points": points, "polygonlabels": ["cat"]}}
task = {"id": 1, "data": {"image": "/data/upload/1/a.png"}, "annotations": [{"id": 1, "result": [drawn, brush]}]}
json.dump([task], open(os.path.join(path, "tasks.json"), "w"))
expected["label-studio"] = {"tool": f"label-studio-sdk {version('label-studio-sdk')}", "masks": [["cat", polygon(ring)], ["dog", rle(blob)]]}

json.dump({"size": [height, width], "datasets": expected}, open(os.path.join(out, "expected.json"), "w"), indent=1)
