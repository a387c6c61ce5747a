"""Twins of the semantic family: a real SegFormer of small width, a U-Net with one channel, a map of class numbers."""

import torch
import torch.nn.functional as F
from common import Read, coarse, describe, export, pictures, record, resize, seed, spread
from instances import NAMES, Features
from torch import nn
from transformers import SegformerConfig, SegformerForSemanticSegmentation, SegformerImageProcessor

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def normal(tensor):
    return (tensor / 255 - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]


def classes(labels, names, background=None, ignore=()):
    return [
        {"category": name, "score": 1, "mask": (labels == i).numpy()}
        for i, name in enumerate(names) if name != background and i not in ignore
    ]


def by_area(found):
    return sorted(found, key=lambda one: -int(one["mask"].sum()))


def segformer():
    side = 128
    seed(31)
    config = SegformerConfig(
        num_labels=len(NAMES), depths=[1, 1, 1, 1], hidden_sizes=[8, 8, 16, 16], num_attention_heads=[1, 1, 2, 2],
        mlp_ratios=[2, 2, 2, 2], decoder_hidden_size=16, initializer_range=0.4,
    )
    model = coarse(SegformerForSemanticSegmentation(config).eval())
    spread(model, model.decode_head.classifier, torch.cat([normal(resize(one, side, side)) for one in pictures().values()]))
    export(Read(model, lambda found, _image: found.logits), "segformer", (torch.zeros(1, 3, side, side),), ["pixel_values"], ["logits"])
    results = {}
    for key, picture in pictures().items():
        with torch.no_grad():
            outputs = model(normal(resize(picture, side, side)))
        labels = SegformerImageProcessor().post_process_semantic_segmentation(outputs, [picture.shape[:2]])[0]
        results[key] = by_area(classes(labels, NAMES))
    describe(
        "segformer", "semantic", categories=NAMES,
        input={"name": "pixel_values", "mean": MEAN, "std": STD, "resize": {"mode": "fixed", "width": side, "height": side}},
        outputs={"map": {"name": "logits"}},
    )
    record("segformer", "SegformerForSemanticSegmentation and its processor of transformers 5.24, small width", results)


class Head(nn.Module):
    def __init__(self, channels, gain=4.0):
        super().__init__()
        self.features = Features()
        self.head = nn.Conv2d(8, channels, 3, padding=1)
        self.gain = gain

    def forward(self, image):
        return self.head(self.features(image)) * self.gain


def one_channel():
    """A U-Net's: one channel of logits at the input's size, pictures as they are, padded to 32."""
    seed(33)
    model = coarse(Head(1))
    spread(model, model.head, torch.cat([resize(one, 96, 96) / 255 for one in pictures().values()]))

    net = Read(model, lambda found, _image: F.interpolate(found, scale_factor=8, mode="bilinear"))
    example = torch.zeros(1, 3, 96, 96)
    export(net, "unet", (example,), ["input"], ["output"], opset=16, dynamic={"input": {2: "h", 3: "w"}, "output": {2: "h", 3: "w"}})
    results = {}
    for key, picture in pictures().items():
        height, width = picture.shape[:2]
        tensor = F.pad(resize(picture, width, height) / 255, (0, -width % 32, 0, -height % 32))
        with torch.no_grad():
            mask = net(tensor)[0, 0, :height, :width].sigmoid() > 0.5
        results[key] = [{"category": "cell", "score": 1, "mask": mask.numpy()}]
    describe(
        "unet", "semantic", categories=["cell"], input={"name": "input", "resize": {"mode": "none"}, "padTo": 32},
        outputs={"map": {"name": "output"}},
    )
    record("unet", "the network in torch, sigmoid > 0.5", results)


def class_numbers():
    """argmax inside the graph: 64-bit numbers of classes, 255 where nothing is said; and each piece of a thing by itself."""
    seed(38)
    model = coarse(Head(3, 2.0))
    spread(model, model.head, torch.cat([resize(one, 96, 96) / 255 for one in pictures().values()]))

    def numbers(found, _image):
        best = F.interpolate(found, scale_factor=4, mode="bilinear").softmax(1).max(1)
        return torch.where(best[0] < 0.4, torch.full_like(best[1], 255), best[1])

    net = Read(model, numbers)
    side = 96
    export(net, "class-map", (torch.zeros(1, 3, side, side),), ["input"], ["classes"])
    results, pieces = {}, {}
    from scipy import ndimage

    for key, picture in pictures().items():
        with torch.no_grad():
            small = net(resize(picture, side, side) / 255)
        labels = F.interpolate(small[None].float(), picture.shape[:2], mode="nearest-exact")[0, 0].long()
        results[key] = by_area(classes(labels, ("nothing", "sky", "cell"), "nothing"))
        pieces[key] = [one for one in results[key] if one["category"] == "sky"]
        marked, count = ndimage.label((labels == 2).numpy())
        pieces[key] += [
            {"category": "cell", "score": 1, "mask": marked == i + 1} for i in range(count) if (marked == i + 1).sum() >= 12
        ]
        pieces[key] = [one for one in pieces[key] if one["mask"].sum() >= 12]
    for folder, defaults in (("class-map", {}), ("class-pieces", {"split": "components", "minArea": 12})):
        if folder != "class-map":
            export(net, folder, (torch.zeros(1, 3, side, side),), ["input"], ["classes"])
        describe(
            folder, "semantic", defaults=defaults,
            categories=[{"id": 0, "name": "nothing"}, {"id": 1, "name": "sky", "isthing": 0}, {"id": 2, "name": "cell", "isthing": 1}],
            input={"name": "input", "resize": {"mode": "fixed", "width": side, "height": side}},
            outputs={"map": {"name": "classes", "values": "classes", "background": "nothing"}},
        )
    record("class-map", "argmax in the graph, nearest neighbours", results)
    record("class-pieces", "the same, pieces by scipy.ndimage.label", pieces)


if __name__ == "__main__":
    segformer()
    one_channel()
    class_numbers()
