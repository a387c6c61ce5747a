"""YOLO-seg twins: the real architectures of Ultralytics at a sixteenth of their width, and the older form with objectness."""

import torch
from torch import nn

import shim  # noqa: F401
from common import coarse, describe, export, letterbox, pictures, record, seed, settle, spread
from ultralytics.nn.tasks import SegmentationModel, yaml_model_load
from ultralytics.utils.nms import non_max_suppression
from ultralytics.utils.ops import process_mask_native

SIDE = 128
NAMES = ("disc", "box", "other")
SCORE = 0.5
# Of the class scores: so that some candidates pass and most do not.
BIAS = -1.1


def small_model(name, width):
    seed(11)
    config = yaml_model_load(f"{name}.yaml")
    config["scales"] = {"n": [0.34, width, 1024]}
    config["scale"] = "n"
    model = SegmentationModel(config, ch=3, nc=len(NAMES), verbose=False)
    head = model.model[-1]
    both = torch.cat([letterbox(picture, SIDE)[0] / 255 for picture in pictures().values()])
    settle(model, both)
    if "26" in name:
        # What its exporter chooses; fusing then leaves the other head out.
        model.end2end = True
    model = coarse(model.float().eval().fuse(verbose=False))
    for branches, bias in [("cv3", BIAS), ("one2one_cv3", BIAS + 0.7), ("cv4", 0.0), ("one2one_cv4", 0.0)]:
        for part in getattr(head, branches, None) or []:
            spread(model, part[-1], both, bias)
    return model.eval()


def scaled(boxes, scale, left, top, picture):
    height, width = picture.shape[:2]
    boxes = boxes.clone()
    boxes[:, [0, 2]] = ((boxes[:, [0, 2]] - left) / scale).clamp(0, width)
    boxes[:, [1, 3]] = ((boxes[:, [1, 3]] - top) / scale).clamp(0, height)
    return boxes


def objects(rows, protos, scale, left, top, picture):
    """From Ultralytics' rows (box, score, class, coefficients) to masks at the picture's size."""
    rows = rows[rows[:, 4] >= SCORE]
    boxes = scaled(rows[:, :4], scale, left, top, picture)
    masks = process_mask_native(protos, rows[:, 6:], boxes, picture.shape[:2])
    return [
        {"category": NAMES[int(row[5])], "score": row[4], "mask": mask.numpy() > 0} for row, mask in zip(rows, masks)
    ]


def twin(folder, name, width, source, form=None):
    model = small_model(name, width)
    head = model.model[-1]
    head.export = True
    head.format = "onnx"
    head.dynamic = False
    head.max_det = 40 if getattr(head, "end2end", False) else head.max_det
    for module in model.modules():
        if hasattr(module, "fuse") is False and hasattr(module, "shape"):
            module.shape = None
    example = torch.zeros(1, 3, SIDE, SIDE)
    model(example)
    path = export(model, folder, (example,), ["images"], ["output0", "output1"])
    results = {}
    for key, picture in pictures().items():
        tensor, scale, left, top = letterbox(picture, SIDE)
        with torch.no_grad():
            rows, protos = model(tensor / 255)[:2]
        if rows.shape[-1] == 6 + protos.shape[1]:
            found = rows[0]
        else:
            found = non_max_suppression(rows, SCORE, 0.7, nc=len(NAMES))[0]
        results[key] = objects(found, protos[0], scale, left, top, picture)
    write(folder, form)
    record(folder, source, results)
    return path


def write(folder, form=None):
    describe(
        folder, "yolo-seg", categories=NAMES, defaults={"score": SCORE, "nms": 0.7} if form != "end to end" else {"score": SCORE},
        input={
            "name": "images", "padValue": 114 / 255,
            "resize": {"mode": "fixed", "width": SIDE, "height": SIDE, "keepAspect": True, "centred": True},
        },
        outputs={"detections": {"name": "output0", **({"form": form} if form else {})}, "protos": {"name": "output1"}},
    )


class WithObjectness(nn.Module):
    """The tensors of YOLOv5 and v7: a row for each candidate with the probability of any object before the classes."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.AvgPool2d(4), nn.Conv2d(3, 8, 3, padding=1), nn.Tanh(), nn.Conv2d(8, 8, 3, padding=1), nn.Tanh())
        self.head = nn.Conv2d(8, 5 + len(NAMES) + 32, 3, padding=1)
        self.protos = nn.Conv2d(8, 32, 3, padding=1)

    def forward(self, image):
        features = self.features(image)
        deep = nn.functional.avg_pool2d(features, 4)
        raw = self.head(deep)
        _, _, h, w = raw.shape
        y, x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        centre = torch.stack([(x + 0.5) * 16.0, (y + 0.5) * 16.0])[None]
        boxes = torch.cat([centre + raw[:, :2] * 12, 20 + 40 * raw[:, 2:4].sigmoid()], 1)
        scores = (raw[:, 4 : 5 + len(NAMES)] * 4 + 0.25).sigmoid()
        rows = torch.cat([boxes, scores, raw[:, 5 + len(NAMES) :] * 2], 1)
        return rows.flatten(2).transpose(1, 2), self.protos(features) * 2


def older():
    seed(6)
    model = coarse(WithObjectness())
    export(model, "yolo-v5-seg", (torch.zeros(1, 3, SIDE, SIDE),), ["images"], ["output0", "output1"])
    results = {}
    for key, picture in pictures().items():
        tensor, scale, left, top = letterbox(picture, SIDE)
        with torch.no_grad():
            rows, protos = model(tensor / 255)
        # As Ultralytics' own loader of v5 weights: objectness goes into the classes, then the same suppression.
        merged = torch.cat([rows[..., :4], rows[..., 5 : 5 + len(NAMES)] * rows[..., 4:5], rows[..., 5 + len(NAMES) :]], -1)
        found = non_max_suppression(merged.transpose(1, 2), SCORE, 0.7, nc=len(NAMES))[0]
        results[key] = objects(found, protos[0], scale, left, top, picture)
    write("yolo-v5-seg", "objectness")
    record("yolo-v5-seg", "non_max_suppression and process_mask_native of Ultralytics 8.4", results)


if __name__ == "__main__":
    older()

    twin("yolo-11-seg", "yolo11-seg", 0.03, "yolo11-seg.yaml of Ultralytics 8.4 at a smaller width, its own suppression and masks")
    twin("yolo-26-seg", "yolo26-seg", 0.03, "yolo26-seg.yaml of Ultralytics 8.4 at a smaller width, end to end", "end to end")
