"""What CVAT shows between the keyframes of a track: test/golden/cvat-video.json.

python scripts/goldens/cvatVideo.py
needs: what cvatServer.py needs.
"""
import json
import os

import cvatServer as server
import numpy as np

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
    shown = server.shown(track, length)
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
