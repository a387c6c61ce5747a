"""Twins of StarDist and Cellpose: tensors that suit the picture of cells, read by the libraries' own code."""

import numpy as np
import shim  # noqa: F401
import torch
import torch.nn.functional as F
from cellpose.dynamics import resize_and_compute_masks
from common import coarse, describe, export, pictures, record, seed
from stardist.geometry import polygons_to_label
from stardist.nms import non_maximum_suppression
from torch import nn

RAYS = 32


def stretched(picture, low, high):
    """Grey, each picture between its percentiles, as csbdeep.utils.normalize: float [1, 1, h, w]."""
    grey = picture.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    # Of whole numbers, as a grey picture has them.
    a, b = np.percentile(np.rint(grey), (low, high))
    grey = torch.from_numpy(grey)[None, None]
    return (grey - a) / (b - a)


def padded(tensor, to=16):
    return F.pad(tensor, (0, -tensor.shape[-1] % to, 0, -tensor.shape[-2] % to))


def blur(sigma):
    reach = int(3 * sigma)
    x = torch.arange(-reach, reach + 1).float()
    line = torch.exp(-(x**2) / (2 * sigma**2))
    kernel = nn.Conv2d(1, 1, 2 * reach + 1, padding=reach, bias=False)
    kernel.weight.data = (line[:, None] * line[None] / line.sum() ** 2)[None, None]
    return kernel


def stardist():
    seed(41)

    class Net(nn.Module):
        """Every second pixel: likely where it is bright, radii of about seven pixels that vary with the ray and the place."""

        def __init__(self):
            super().__init__()
            self.smooth = blur(2)
            self.rays = nn.Conv2d(1, RAYS, 5, padding=2, stride=2)

        def forward(self, image):
            grey = self.smooth(image.permute(0, 3, 1, 2))
            rays = self.rays(grey - 0.5)
            # Where the picture is flat the columns still differ: equal scores have no order.
            slope = torch.arange(rays.shape[-1]) * 0.002 + torch.arange(rays.shape[-2])[:, None] * 0.0007
            probability = F.avg_pool2d(grey, 2).clamp(0, 0.8) + slope
            distances = 6.5 + 2.5 * rays
            return probability.permute(0, 2, 3, 1), distances.permute(0, 2, 3, 1)

    model = coarse(Net())
    example = padded(stretched(pictures()["cells"], 1, 99.8)).permute(0, 2, 3, 1)
    export(model, "stardist", (example,), ["input"], ["prob", "dist"], opset=16,
           dynamic={"input": {1: "h", 2: "w"}, "prob": {1: "a", 2: "b"}, "dist": {1: "a", 2: "b"}})
    results = {}
    for key, picture in pictures().items():
        height, width = picture.shape[:2]
        with torch.no_grad():
            prob, dist = model(padded(stretched(picture, 1, 99.8)).permute(0, 2, 3, 1))
        rows, columns = -(-height // 2), -(-width // 2)
        points, scores, radii = non_maximum_suppression(
            dist[0, :rows, :columns].numpy(), prob[0, :rows, :columns, 0].numpy(), grid=(2, 2), nms_thresh=0.4, prob_thresh=0.5
        )
        labels = polygons_to_label(radii, points, (height, width), prob=scores)
        results[key] = [{"category": "cell", "score": score, "mask": labels == i + 1} for i, score in enumerate(scores)]
    describe(
        "stardist", "stardist", categories=["cell"], defaults={"score": 0.5, "nms": 0.4},
        input={"name": "input", "layout": "NHWC", "colour": "grey", "percentiles": [1, 99.8], "resize": {"mode": "none"}, "padTo": 16},
        outputs={"probability": {"name": "prob"}, "distances": {"name": "dist"}, "grid": 2},
    )
    record("stardist", "non_maximum_suppression and polygons_to_label of stardist 0.9", results)


def cellpose():
    seed(42)

    class Net(nn.Module):
        """Flow up the brightness of the smoothed picture, five times a unit long; a cell where it is bright."""

        def __init__(self):
            super().__init__()
            self.smooth = blur(2.5)
            self.slope = nn.Conv2d(1, 2, 3, padding=1, bias=False)
            sobel = torch.tensor([[1.0, 2, 1], [0, 0, 0], [-1, -2, -1]])
            self.slope.weight.data = torch.stack([-sobel, -sobel.t()])[:, None]

        def forward(self, image):
            grey = self.smooth(image[:, :1])
            slope = self.slope(grey)
            flow = 5 * slope / (slope.pow(2).sum(1, keepdim=True) + 1e-4).sqrt()
            return torch.cat([flow, (grey - 0.35) * 12], 1)

    model = coarse(Net())
    example = padded(stretched(pictures()["cells"], 1, 99))
    example = torch.cat([example, torch.zeros_like(example)], 1)
    export(model, "cellpose", (example,), ["input"], ["output"], opset=16, dynamic={"input": {2: "h", 3: "w"}, "output": {2: "h", 3: "w"}})
    results = {}
    for key, picture in pictures().items():
        height, width = picture.shape[:2]
        tensor = padded(stretched(picture, 1, 99))
        with torch.no_grad():
            output = model(torch.cat([tensor, torch.zeros_like(tensor)], 1))[0, :, :height, :width]
        flow, cell = output[:2].numpy(), output[2].numpy()
        raw = resize_and_compute_masks(flow, cell, min_size=-1)
        labels = resize_and_compute_masks(flow, cell)
        found = []
        for i in range(1, int(labels.max()) + 1):
            mask = labels == i
            # Cellpose gives no scores: the mean probability of what was a cell before holes were filled.
            before = raw == np.bincount(raw[mask]).argmax()
            found.append({"category": "cell", "score": (1 / (1 + np.exp(-cell[before]))).mean(), "mask": mask})
        results[key] = sorted(found, key=lambda one: -one["score"])
    describe(
        "cellpose", "cellpose", categories=["cell"],
        input={"name": "input", "colour": "grey and zeros", "percentiles": [1, 99], "resize": {"mode": "none"}, "padTo": 16},
        outputs={"flows": {"name": "output"}},
    )
    record("cellpose", "resize_and_compute_masks of cellpose 4.2", results)


if __name__ == "__main__":
    stardist()
    cellpose()
