"""CVAT's own code for its XML files and tracks, without its server: models, database and web framework are names here.

CVAT_SOURCE names a checkout of github.com/cvat-ai/cvat (2.15 was read). needs: numpy scipy shapely defusedxml datumaro pycocotools
opencv-python-headless (none of them for `npm test`).
"""
import copy
import importlib.util
import io
import os
import re
import sys
import types
from collections import OrderedDict, namedtuple
from unittest.mock import MagicMock

SOURCE = os.environ["CVAT_SOURCE"]


class Named:
    """ShapeType and DimensionType: their members are what their names say."""

    def __getattr__(self, name):
        return name.lower()

    def __or__(self, other):
        return self


def _stub(name, **members):
    module = MagicMock(__path__=[])
    for key, value in members.items():
        setattr(module, key, value)
    sys.modules[name] = module


def _load(path):
    name = "cvat_" + path.replace("/", "_")
    spec = importlib.util.spec_from_file_location(name, os.path.join(SOURCE, "cvat", "apps", "dataset_manager", f"{path}.py"))
    module = importlib.util.module_from_spec(spec)
    module.__package__ = "cvat.apps.dataset_manager.formats"
    spec.loader.exec_module(module)
    return module


def _same(**_):
    return lambda function: function


for one in ("cvat", "cvat.apps", "cvat.apps.engine", "cvat.apps.dataset_manager", "cvat.apps.engine.frame_provider"):
    _stub(one)
_stub("cvat.apps.engine.models", ShapeType=Named(), DimensionType=Named())
_stub("cvat.apps.engine.serializers")
_stub("cvat.apps.dataset_manager.util", deepcopy_simple=copy.deepcopy)
_stub("cvat.apps.dataset_manager.formats")
_stub("cvat.apps.dataset_manager.formats.registry", exporter=_same, importer=_same)
# An item of its reader is asked for the number of its frame only, and its older Datumaro kept its parts elsewhere.
_stub(
    "cvat.apps.dataset_manager.bindings",
    match_dm_item=lambda item, instance_data: instance_data.frames[item.image],
    ProjectData=type("ProjectData", (), {}),
    CommonData=type("CommonData", (), {}),
)
for one in ("annotation", "dataset", "extractor"):
    _stub(f"datumaro.components.{one}")
sys.modules["datumaro.components.dataset"].DatasetItem = lambda **members: types.SimpleNamespace(**members)
_stub("datumaro.components")
_stub("datumaro.plugins")
_stub("datumaro.plugins.cvat_format")
_stub("datumaro.plugins.cvat_format.extractor")
_stub("datumaro.util")
_stub("datumaro.util.image")
_stub("datumaro", RleMask=lambda rle, **_: types.SimpleNamespace(rle=rle), ItemTransform=type("ItemTransform", (), {}))

annotation = _load("annotation")
xml = _load("formats/cvat")
masks = _load("formats/transformations").MaskConverter

with open(os.path.join(SOURCE, "cvat", "__init__.py")) as _file:
    version = ".".join(re.search(r"^VERSION = \((\d+), (\d+), (\d+)", _file.read(), re.M).groups())

# As its bindings.py has them.
Attribute = namedtuple("Attribute", "name, value")
LabeledShape = namedtuple(
    "LabeledShape", "type, frame, label, points, occluded, attributes, source, rotation, group, z_order, elements, outside, id"
)
LabeledShape.__new__.__defaults__ = (0, 0, 0, [], False, None)
TrackedShape = namedtuple(
    "TrackedShape",
    "type, frame, points, occluded, outside, keyframe, attributes, rotation, source, group, z_order, label, track_id, elements, id",
)
TrackedShape.__new__.__defaults__ = (0, "manual", 0, 0, None, 0, [], None)
Track = namedtuple("Track", "label, group, source, shapes, elements, id")
Track.__new__.__defaults__ = ([], None)
Tag = namedtuple("Tag", "frame, label, attributes, source, group, id")
Tag.__new__.__defaults__ = (0, None)
Frame = namedtuple("Frame", "frame, name, width, height, labeled_shapes, tags")


class Task:
    """What a reader fills and a writer asks."""

    Attribute, LabeledShape, TrackedShape, Track, Tag = Attribute, LabeledShape, TrackedShape, Track, Tag

    def __init__(self, names, meta=None, frames=(), tracks=(), shapes=()):
        self.frames = {name: place for place, name in enumerate(names)}
        self.meta, self.written, self.tracks, self.shapes = meta, list(frames), list(tracks), list(shapes)
        self.tags = []

    def abs_frame_id(self, frame):
        return frame

    def add_shape(self, shape):
        self.shapes.append(shape)

    def add_track(self, track):
        self.tracks.append(track)

    def add_tag(self, tag):
        self.tags.append(tag)

    def group_by_frame(self, include_empty):
        return self.written


def read(path, names):
    """The task after its importer, frames by number in `names`."""
    task = Task(names)
    with open(path, "rb") as file:
        xml.load_anno(file, task)
    return task


def mask_of(shape, height, width):
    """Of a shape of the type mask, as its exporters make it."""
    numbers = shape._replace(points=[float(value) for value in shape.points])
    return masks.cvat_rle_to_dm_rle(numbers, height, width).rle


def shown(track, length):
    """The shapes of a track on its frames, as its exporter asks for them."""
    return annotation.TrackManager.get_interpolated_shapes(track, 0, length, "dim_2d")


def ordered(value):
    """Its writer goes into nothing else."""
    return OrderedDict((key, ordered(one)) for key, one in value.items()) if isinstance(value, dict) else value


def labels_meta(labels):
    return [("label", ordered({"name": name, "color": color, "type": "any", "attributes": []})) for name, color in labels]


def write(task, is_video):
    """The text of annotations.xml."""
    out = io.BytesIO()
    writer = xml.create_xml_dumper(out)
    writer.open_document()
    (xml.dump_as_cvat_interpolation if is_video else xml.dump_as_cvat_annotation)(writer, task)
    writer.close_document()
    return out.getvalue()
