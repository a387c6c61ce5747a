"""The twin of SOLOv2, with a port of mmdetection's own reading of its tensors."""

import torch
import torch.nn.functional as F
from common import coarse, describe, export, pictures, record, seed
from instances import NAMES, SHORT, Features, shortest
from torch import nn

GRIDS, STRIDES = (10, 6), (8, 16)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = Features()
        self.categories = nn.Conv2d(8, len(NAMES), 3, padding=1)
        self.kernels = nn.Conv2d(8, 8, 3, padding=1)
        self.masks = nn.Conv2d(8, 8, 3, padding=1)

    def forward(self, image):
        features = self.features(image * 0.3 + 0.5)
        outputs = []
        for grid in GRIDS:
            level = F.interpolate(features, (grid, grid), mode="bilinear")
            outputs += [self.categories(level) * 5 - 0.2, self.kernels(level) * 9]
        return (*outputs, F.interpolate(self.masks(features), scale_factor=2, mode="bilinear"))


def main():
    seed(21)
    model = coarse(Net())
    mean, std = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
    padded = lambda tensor: F.pad(tensor, (0, -tensor.shape[-1] % 32, 0, -tensor.shape[-2] % 32))
    normal = lambda tensor: (tensor - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None]
    names = ["cate0", "kernel0", "cate1", "kernel1", "feats"]
    example = padded(normal(shortest(pictures()["shapes"], 80)[0]))
    export(model, "solov2", (example,), ["input"], names, opset=16, dynamic={"input": {2: "h", 3: "w"}})
    results = {}
    for key, picture in pictures().items():
        tensor = normal(shortest(picture, 80)[0])
        with torch.no_grad():
            results[key] = objects(model(padded(tensor)), tensor.shape[-2:], picture.shape[:2])
    describe(
        "solov2", "solo", categories=NAMES, defaults={"score": 0.3},
        input={"name": "input", "range": [0, 255], "mean": mean, "std": std, "resize": SHORT, "padTo": 32},
        outputs={
            "levels": [
                {"categories": {"name": f"cate{i}"}, "kernels": {"name": f"kernel{i}"}, "stride": stride}
                for i, stride in enumerate(STRIDES)
            ],
            "features": {"name": "feats"},
        },
    )
    record("solov2", "port of SOLOV2Head._predict_by_feat_single and mask_matrix_nms of mmdetection 3.3", results)


def objects(outputs, content, size):
    *levels, features = outputs
    scores, kernels, strides = [], [], []
    for i, stride in enumerate(STRIDES):
        category = levels[2 * i].sigmoid()
        peak = F.max_pool2d(category, 2, stride=1, padding=1)[:, :, :-1, :-1] == category
        scores.append((category * peak).permute(0, 2, 3, 1).reshape(-1, len(NAMES)))
        kernels.append(levels[2 * i + 1].permute(0, 2, 3, 1).reshape(-1, 8))
        strides += [stride] * scores[-1].shape[0]
    scores, kernels, strides = torch.cat(scores), torch.cat(kernels), torch.tensor(strides)
    places = (scores > 0.1).nonzero()
    values, labels = scores[scores > 0.1], places[:, 1]
    masks = F.conv2d(features, kernels[places[:, 0]][:, :, None, None])[0].sigmoid()
    areas = (masks > 0.5).sum((1, 2)).float()
    keep = areas > strides[places[:, 0]]
    values, labels, masks, areas = values[keep], labels[keep], masks[keep], areas[keep]
    values = values * (masks * (masks > 0.5)).sum((1, 2)) / areas
    order = values.sort(descending=True, stable=True)[1][:500]
    values, labels, masks, areas = values[order], labels[order], masks[order], areas[order]
    flat = (masks > 0.5).flatten(1).float()
    shared = flat @ flat.t()
    overlap = (shared / (areas[:, None] + areas[None] - shared)).triu(1) * (labels[:, None] == labels[None]).triu(1)
    most = overlap.max(0)[0]
    decay = ((-2 * overlap**2).exp() / (-2 * most[:, None] ** 2).exp()).min(0)[0]
    values = values * decay
    whole = F.interpolate(masks[None], scale_factor=4, mode="bilinear", align_corners=False)[..., : content[0], : content[1]]
    whole = F.interpolate(whole, size, mode="bilinear", align_corners=False)[0] > 0.5
    rows = sorted((i for i in range(len(values)) if values[i] >= 0.3), key=lambda i: -float(values[i]))[:100]
    return [{"category": NAMES[int(labels[i])], "score": values[i], "mask": whole[i].numpy()} for i in rows]


if __name__ == "__main__":
    main()
