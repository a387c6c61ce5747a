"""Twins of the detection families: their tensors from a tiny untrained network, masks by the library's own code or a port of it."""

import math

import numpy as np
import shim  # noqa: F401
import torch
import torch.nn.functional as F
from common import Read, coarse, describe, export, pictures, record, resize, seed
from torch import nn
from torchvision.models.detection.roi_heads import paste_masks_in_image

NAMES = ("disc", "box", "other")
SCORE = 0.5
# The outputs of the ONNX model zoo's Mask R-CNN; a tracer refuses such names.
ZOO = ("6568", "6570", "6572", "6887")


class Features(nn.Module):
    """Smooth features at an eighth of the input's size."""

    def __init__(self, channels=8):
        super().__init__()
        self.body = nn.Sequential(
            nn.AvgPool2d(4), nn.Conv2d(3, channels, 3, padding=1), nn.Tanh(), nn.AvgPool2d(2),
            nn.Conv2d(channels, channels, 3, padding=1), nn.Tanh(),
        )

    def forward(self, image):
        return self.body(image * 2 - 1)


class Boxes(nn.Module):
    """The best twelve cells as boxes with class, score and a mask of 28 x 28: boxes in input pixels, labels from 0."""

    def __init__(self, unit=1 / 255, batched=True, mask_logits=False):
        super().__init__()
        self.unit, self.batched, self.mask_logits = unit, batched, mask_logits
        self.features = Features()
        self.head = nn.Conv2d(8, 5 + len(NAMES), 3, padding=1)
        self.masks = nn.ConvTranspose2d(8, 1, 28)

    def forward(self, image):
        if not self.batched:
            image = image[None]
        features = self.features(image * self.unit + 0.5)
        raw = self.head(features)[0].flatten(1).t()
        _, _, h, w = features.shape
        y, x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        centre = torch.stack([x, y], -1).reshape(-1, 2) * 8.0 + 4 + raw[:, :2] * 9
        half = 8 + 22 * raw[:, 2:4].sigmoid()
        scores, labels = (raw[:, 5:] * 5 + 1).sigmoid().max(-1)
        best = scores.topk(12).indices
        grids = self.masks(features[0].flatten(1).t()[best][:, :, None, None]) * 3
        grids = F.avg_pool2d(grids, 5, 1, 2, count_include_pad=False) * 3 + 0.4
        boxes = torch.cat([centre - half, centre + half], -1)[best]
        return boxes, labels[best], scores[best], grids if self.mask_logits else grids.sigmoid()


def shortest(picture, side, pad=1):
    """The picture with its shorter side of `side` pixels, padded on the right and at the bottom."""
    height, width = picture.shape[:2]
    scale = side / min(height, width)
    w, h = round(width * scale), round(height * scale)
    return F.pad(resize(picture, w, h), (0, -w % pad, 0, -h % pad)), (w / width, h / height)


def in_picture(boxes, scales):
    return boxes / torch.tensor([scales[0], scales[1], scales[0], scales[1]])


def paste_exact(grids, boxes, height, width):
    """detectron2/layers/mask_ops.py: _do_paste_mask without skipping, at a threshold of 0.5."""
    x0, y0, x1, y1 = boxes.split(1, 1)
    y = ((torch.arange(height) + 0.5)[None] - y0) / (y1 - y0) * 2 - 1
    x = ((torch.arange(width) + 0.5)[None] - x0) / (x1 - x0) * 2 - 1
    grid = torch.stack([x[:, None, :].expand(-1, height, -1), y[:, :, None].expand(-1, -1, width)], -1)
    return F.grid_sample(grids, grid, align_corners=False)[:, 0] >= 0.5


def found(boxes, labels, scores, masks):
    rows = [i for i in range(len(scores)) if scores[i] >= SCORE]
    rows.sort(key=lambda i: -float(scores[i]))
    return [{"category": NAMES[int(labels[i])], "score": scores[i], "mask": masks[i].numpy()} for i in rows]


SHORT = {"mode": "shortestSide", "side": 80, "maxSide": 133}


def detectron2():
    seed(3)
    model = coarse(Boxes(batched=False))

    def tensors(found, image):
        boxes, labels, scores, masks = found
        return boxes, labels, masks, scores, torch.tensor([image.shape[1], image.shape[2]])

    names = ["pred_boxes", "pred_classes", "pred_masks", "scores", "image_size"]
    example = shortest(pictures()["shapes"], 80)[0][0]
    export(Read(model, tensors), "detectron2", (example,), ["image"], names, opset=16, dynamic={"image": {1: "h", 2: "w"}})
    results = {}
    for key, picture in pictures().items():
        tensor, scales = shortest(picture, 80)
        with torch.no_grad():
            boxes, labels, scores, grids = model(tensor[0].flip(0))
        masks = paste_exact(grids, in_picture(boxes, scales), *picture.shape[:2])
        results[key] = found(boxes, labels, scores, masks)
    describe(
        "detectron2", "detectron2", categories=NAMES,
        input={"name": "image", "layout": "CHW", "colour": "BGR", "range": [0, 255], "resize": SHORT},
        outputs={"boxes": {"name": "pred_boxes"}, "labels": {"name": "pred_classes"}, "scores": {"name": "scores"},
                 "masks": {"name": "pred_masks"}},
    )
    record("detectron2", "port of paste_masks_in_image of Detectron2 0.6", results)


def model_zoo():
    """The ONNX model zoo's Mask R-CNN: BGR without batch, mean taken off, padded to 32, labels from 1."""
    seed(4)
    model = coarse(Boxes(batched=False))
    mean = torch.tensor([102.9801, 115.9465, 122.7717])[:, None, None]

    def tensors(found, _image):
        boxes, labels, scores, masks = found
        return boxes, labels + 1, scores, masks

    prepare = lambda picture: shortest(picture, 80)
    padded = lambda tensor: F.pad(tensor, (0, -tensor.shape[-1] % 32, 0, -tensor.shape[-2] % 32))
    example = padded(prepare(pictures()["shapes"])[0][0])
    export(Read(model, tensors), "maskrcnn-zoo", (example,), ["image"], ["boxes", "labels", "scores", "masks"], opset=16,
           dynamic={"image": {1: "h", 2: "w"}}, rename=dict(zip(("boxes", "labels", "scores", "masks"), ZOO)))
    results = {}
    for key, picture in pictures().items():
        tensor, scales = prepare(picture)
        with torch.no_grad():
            boxes, labels, scores, grids = model(padded(tensor[0].flip(0) - mean))
        masks = paste_masks_in_image(grids, in_picture(boxes, scales), picture.shape[:2])[:, 0] >= 0.5
        results[key] = found(boxes, labels, scores, masks)
    describe(
        "maskrcnn-zoo", "maskrcnn-roi", categories=NAMES,
        input={"name": "image", "layout": "CHW", "colour": "BGR", "range": [0, 255], "mean": mean.flatten().tolist(),
               "resize": SHORT, "padTo": 32},
        outputs={"boxes": {"name": ZOO[0]}, "labels": {"name": ZOO[1], "firstCategory": 1}, "scores": {"name": ZOO[2]},
                 "masks": {"name": ZOO[3]}},
    )
    record("maskrcnn-zoo", "paste_masks_in_image of torchvision 0.28", results)


def mmdeploy():
    mean, std = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
    normal = lambda tensor: (tensor - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None]
    image_input = {"name": "input", "range": [0, 255], "mean": mean, "std": std, "resize": SHORT, "padTo": 32}
    outputs = {key: {"name": key} for key in ("dets", "labels", "masks")}

    seed(8)
    model = coarse(Boxes(unit=0.3))

    def tensors(found, _image):
        boxes, labels, scores, masks = found
        dets = torch.cat([boxes, scores[:, None]], -1)
        # Static exports fill up with rows of nothing.
        return F.pad(dets, (0, 0, 0, 4))[None], F.pad(labels, (0, 4))[None], F.pad(masks[:, 0], (0, 0, 0, 0, 0, 4))[None]

    padded = lambda tensor: F.pad(tensor, (0, -tensor.shape[-1] % 32, 0, -tensor.shape[-2] % 32))
    dynamic = {"input": {2: "h", 3: "w"}}
    example = padded(normal(shortest(pictures()["shapes"], 80)[0]))
    export(Read(model, tensors), "mmdeploy-roi", (example,), ["input"], list(outputs), opset=16, dynamic=dynamic)
    results = {}
    for key, picture in pictures().items():
        tensor, scales = shortest(picture, 80)
        with torch.no_grad():
            boxes, labels, scores, grids = model(padded(normal(tensor)))
        masks = paste_exact(grids, in_picture(boxes, scales), *picture.shape[:2])
        results[key] = found(boxes, labels, scores, masks)
    describe("mmdeploy-roi", "mmdeploy", categories=NAMES, input=image_input, outputs=outputs)
    record("mmdeploy-roi", "port of _do_paste_mask of mmdetection 3.3", results)

    class Full(nn.Module):
        """As of models without boxes: these are 0, masks have the input's size."""

        def __init__(self):
            super().__init__()
            self.features = Features()
            self.masks = nn.Conv2d(8, 6, 3, padding=1)
            self.scores = nn.Conv2d(8, 6, 3, padding=1)

        def forward(self, image):
            features = self.features(image * 0.3 + 0.5)
            masks = F.interpolate(self.masks(features) * 6, scale_factor=8, mode="bilinear").sigmoid()
            scores = (self.scores(features).mean((2, 3)) * 6).sigmoid()
            labels = torch.tensor([[0, 1, 2, 0, 1, 2]])
            return torch.cat([torch.zeros(1, 6, 4), scores[..., None]], -1), labels, masks

    seed(9)
    full = coarse(Full())
    export(full, "mmdeploy-full", (example,), ["input"], list(outputs), opset=16, dynamic=dynamic)
    results = {}
    for key, picture in pictures().items():
        tensor = normal(shortest(picture, 80)[0])
        h, w = tensor.shape[-2:]
        with torch.no_grad():
            dets, labels, masks = full(padded(tensor))
        masks = F.interpolate(masks[..., :h, :w], picture.shape[:2], mode="bilinear", align_corners=False)[0] > 0.5
        results[key] = found(None, labels[0], dets[0, :, 4], masks)
    describe("mmdeploy-full", "mmdeploy", categories=NAMES, input=image_input, outputs=outputs)
    record("mmdeploy-full", "masks cut to the picture and resized, as mmdetection's SOLOv2 and RTMDet-Ins", results)


def yolact():
    side = 96
    seed(12)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = Features()
            self.head = nn.Conv2d(8, 3 * (4 + len(NAMES) + 1 + 16), 3, padding=1)
            self.protos = nn.Conv2d(8, 16, 3, padding=1)

        def forward(self, image):
            features = self.features(image * 0.3 + 0.5)
            levels, level = [], features
            for _ in range(5):
                raw = self.head(level)
                levels.append(raw.permute(0, 2, 3, 1).reshape(1, -1, 4 + len(NAMES) + 1 + 16))
                level = F.avg_pool2d(level, 2, ceil_mode=True)
            rows = torch.cat(levels, 1)
            protos = F.interpolate(self.protos(features), scale_factor=2, mode="bilinear").relu()
            classes = (rows[..., 4 : 5 + len(NAMES)] * 6).softmax(-1)
            return rows[..., :4] * 2, classes, (rows[..., 5 + len(NAMES) :] * 3).tanh(), protos.permute(0, 2, 3, 1)

    model = coarse(Net())
    mean, std = (123.68, 116.78, 103.94), (58.40, 57.12, 57.38)
    export(model, "yolact", (torch.zeros(1, 3, side, side),), ["input"], ["loc", "conf", "mask", "proto"])
    results = {}
    for key, picture in pictures().items():
        tensor = resize(picture, side, side)
        tensor = (tensor - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None]
        with torch.no_grad():
            results[key] = yolact_objects(*model(tensor), side, picture.shape[:2])
    describe(
        "yolact", "yolact", categories=NAMES, defaults={"score": 0.55, "nms": 0.5},
        input={"name": "input", "range": [0, 255], "mean": mean, "std": std,
               "resize": {"mode": "fixed", "width": side, "height": side}},
        outputs={"loc": {"name": "loc"}, "conf": {"name": "conf"}, "coefficients": {"name": "mask"}, "protos": {"name": "proto"}},
    )
    record("yolact", "port of YOLACT's make_priors, decode, fast_nms, crop and postprocess", results)


def yolact_objects(loc, conf, coefficients, protos, side, size):
    priors = []
    cells = math.ceil(math.ceil(math.ceil(side / 2) / 2) / 2)
    for scale in (24, 48, 96, 192, 384):
        for j in range(cells):
            for i in range(cells):
                for ratio in (1, 1 / 2, 2):
                    length = scale * math.sqrt(ratio) / side
                    priors.append([(i + 0.5) / cells, (j + 0.5) / cells, length, length])
        cells = math.ceil(cells / 2)
    priors = torch.tensor(priors)
    boxes = torch.cat([priors[:, :2] + loc[0, :, :2] * 0.1 * priors[:, 2:], priors[:, 2:] * (loc[0, :, 2:] * 0.2).exp()], 1)
    boxes[:, :2] -= boxes[:, 2:] / 2
    boxes[:, 2:] += boxes[:, :2]
    objects = []
    for c, name in enumerate(NAMES):
        scores, order = conf[0, :, 1 + c].sort(0, descending=True)
        order = order[scores >= 0.55][:200]
        if not len(order):
            continue
        a = boxes[order]
        low = torch.max(a[:, None, :2], a[None, :, :2])
        high = torch.min(a[:, None, 2:], a[None, :, 2:])
        shared = (high - low).clamp(min=0).prod(2)
        areas = (a[:, 2:] - a[:, :2]).prod(1)
        overlap = (shared / (areas[:, None] + areas[None] - shared)).triu_(1)
        for row in order[overlap.max(0)[0] <= 0.5]:
            objects.append((float(conf[0, row, 1 + c]), name, boxes[row], coefficients[0, row]))
    objects.sort(key=lambda one: -one[0])
    results = []
    for score, name, box, weights in objects[:100]:
        mask = (protos[0] @ weights).sigmoid()
        h, w = mask.shape
        # As crop() with sanitize_coordinates(cast=False): cells i with i >= x1 - 1 and i < x2 + 1.
        span = lambda a, b, n: (max(math.ceil(min(a, b) * n - 1), 0), min(math.ceil(max(a, b) * n + 1), n))
        (x1, x2), (y1, y2) = span(box[0], box[2], w), span(box[1], box[3], h)
        cut = torch.zeros_like(mask)
        cut[y1:y2, x1:x2] = mask[y1:y2, x1:x2]
        whole = F.interpolate(cut[None, None], size, mode="bilinear", align_corners=False)[0, 0] > 0.5
        results.append({"category": name, "score": score, "mask": whole.numpy()})
    return results


def detr():
    side = 96
    seed(14)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = Features(16)
            self.queries = nn.Linear(16, 12 * 6)
            self.classes = nn.Linear(6, 8)
            self.kernels = nn.Linear(6, 16)
            self.boxes = nn.Linear(6, 4)

        def forward(self, image):
            features = self.features(image * 0.3 + 0.5)
            queries = (self.queries(features.mean((2, 3))) * 4).reshape(1, 12, 6)
            masks = torch.einsum("bqc,bchw->bqhw", self.kernels(queries), features) * 8
            masks = F.interpolate(masks, scale_factor=2, mode="bilinear")
            return self.boxes(queries).sigmoid(), self.classes(queries) * 2, masks

    model = coarse(Net())
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    export(model, "rfdetr-seg", (torch.zeros(1, 3, side, side),), ["input"], ["dets", "labels", "masks"])
    # Sparse ids, as COCO's: the number of a class is an id, and some stand for nothing.
    categories = [{"id": 1, "name": "disc"}, {"id": 3, "name": "box"}, {"id": 6, "name": "other"}]
    names = {one["id"]: one["name"] for one in categories}
    results = {}
    for key, picture in pictures().items():
        tensor = resize(picture, side, side, antialias=True) / 255
        tensor = (tensor - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None]
        with torch.no_grad():
            _, logits, masks = model(tensor)
        scores, places = logits.sigmoid().flatten(1).topk(min(300, logits[0].numel()), 1)
        masks = F.interpolate(masks, picture.shape[:2], mode="bilinear", align_corners=False)[0] > 0
        results[key] = [
            {"category": names[int(place) % 8], "score": score, "mask": masks[int(place) // 8].numpy()}
            for score, place in zip(scores[0], places[0]) if score >= SCORE and int(place) % 8 in names
        ]
    describe(
        "rfdetr-seg", "detr-seg", categories=categories,
        input={"name": "input", "mean": mean, "std": std, "interpolation": "antialiased",
               "resize": {"mode": "fixed", "width": side, "height": side}},
        outputs={"classes": {"name": "labels"}, "masks": {"name": "masks"}},
    )
    record("rfdetr-seg", "port of PostProcess of RF-DETR 1.4", results)


if __name__ == "__main__":
    detectron2()
    model_zoo()
    mmdeploy()
    yolact()
    detr()
