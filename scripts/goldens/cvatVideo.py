"""What CVAT shows between the keyframes of a track: test/golden/cvat-video.json.

python scripts/goldens/cvatVideo.py PATH/TO/cvat/apps/dataset_manager/annotation.py
needs: numpy, and CVAT's file (its models are replaced by names here); none of it for `npm test`.
"""
import importlib.util
import json
import os
import sys
import types

import numpy as np


def stub(name, **members):
    module = types.ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module


class Named:
    def __getattr__(self, name):
        return name.lower()


for name in ("cvat", "cvat.apps", "cvat.apps.engine", "cvat.apps.dataset_manager"):
    stub(name)
stub("cvat.apps.engine.models", ShapeType=Named(), DimensionType=Named())
stub("cvat.apps.engine.serializers", LabeledDataSerializer=None)
stub("cvat.apps.dataset_manager.util", deepcopy_simple=lambda value: json.loads(json.dumps(value)))
spec = importlib.util.spec_from_file_location("annotation", sys.argv[1])
annotation = importlib.util.module_from_spec(spec)
spec.loader.exec_module(annotation)

rng = np.random.default_rng(3)
length = 9


def outline(points):
    angles = np.sort(rng.uniform(0, 2 * np.pi, points))
    radius = rng.uniform(4, 9, points)
    return np.round(np.stack([20 + np.cos(angles) * radius, 20 + np.sin(angles) * radius], 1).ravel(), 2).tolist()


def keyframe(frame, kind, points, rotation=0, outside=False):
    return dict(frame=frame, type=kind, points=points, rotation=rotation, outside=outside, attributes=[], elements=[])


pairs = [(3, 4), (4, 3), (5, 5), (8, 3), (3, 8), (12, 7), (7, 20)]
tracks = [[keyframe(0, "polygon", outline(a)), keyframe(4, "polygon", outline(b))] for a, b in pairs]
tracks += [
    [keyframe(0, "rectangle", [1, 2, 9, 8], 350), keyframe(4, "rectangle", [5, 4, 15, 12], 10)],
    [keyframe(0, "rectangle", [1, 2, 9, 8], 10), keyframe(4, "rectangle", [5, 4, 15, 12], 300)],
    [keyframe(0, "ellipse", [10, 12, 14, 9], 0), keyframe(4, "ellipse", [18, 12, 20, 4], 90)],
    [keyframe(1, "rectangle", [1, 2, 9, 8]), keyframe(5, "rectangle", [5, 2, 13, 8], outside=True)],
    [keyframe(1, "polygon", outline(6)), keyframe(5, "polygon", outline(4), outside=True), keyframe(7, "polygon", outline(5))],
]
result = []
for shapes in tracks:
    keys = [{key: shape[key] for key in ("frame", "type", "points", "rotation", "outside")} for shape in shapes]
    track = dict(id=0, frame=shapes[0]["frame"], shapes=shapes)
    shown = annotation.TrackManager.get_interpolated_shapes(track, 0, length, "dim_2d")
    frames = {
        shape["frame"]: dict(points=np.round(shape["points"], 6).tolist(), rotation=round(shape["rotation"], 6))
        for shape in shown
        if not shape["outside"]
    }
    result.append(dict(keyframes=keys, frames=frames))
out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "test", "golden", "cvat-video.json")
with open(out, "w") as file:
    json.dump(dict(length=length, tracks=result), file)
    file.write("\n")
