"""Twins of MaskFormer, Mask2Former and OneFormer: the real architectures of transformers at a small width, read by its processors."""

import copy

import torch
import torch.nn.functional as F
from common import Read, coarse, describe, export, pictures, record, resize, seed, spread
from instances import NAMES
from semantic import MEAN, STD, by_area, classes, normal
from transformers import (
    Mask2FormerConfig, Mask2FormerForUniversalSegmentation, Mask2FormerImageProcessor,
    MaskFormerConfig, MaskFormerForInstanceSegmentation, MaskFormerImageProcessor, SwinConfig, DetrConfig,
)

SIDE = 128
QUERIES = 10
STUFF = [{"id": 1, "name": "disc", "isthing": 1}, {"id": 2, "name": "box", "isthing": 1}, {"id": 3, "name": "other", "isthing": 0}]


def swin():
    return SwinConfig(
        image_size=SIDE, embed_dim=8, depths=[1, 1, 1, 1], num_heads=[1, 1, 2, 2], window_size=4, mlp_ratio=1.0,
        out_features=["stage1", "stage2", "stage3", "stage4"],
    )


def livelier(model, example):
    """Class logits that differ between queries, and "nothing" a little less likely than the rest."""
    spread(coarse(model), model.class_predictor, example, torch.tensor([0.0, 0.0, 0.0, -1.0]), 3.5)
    return model.eval()


def mask2former():
    seed(52)
    config = Mask2FormerConfig(
        backbone_config=swin(), num_labels=len(NAMES), num_queries=QUERIES, hidden_dim=32, mask_feature_size=32, feature_size=32,
        encoder_layers=1, decoder_layers=2, num_attention_heads=2, dim_feedforward=16, encoder_feedforward_dim=16, init_xavier_std=1.0,
        init_std=0.4,
    )
    model = Mask2FormerForUniversalSegmentation(config).eval()
    model = livelier(model, normal(resize(pictures()["shapes"], SIDE, SIDE)))
    processor = Mask2FormerImageProcessor()
    outputs = {key: None for key in pictures()}
    for key, picture in pictures().items():
        with torch.no_grad():
            outputs[key] = model(normal(resize(picture, SIDE, SIDE)))
    write("mask2former", model, processor, outputs, ("instance", "panoptic"), upsample={"width": 384, "height": 384})


def maskformer():
    seed(53)
    config = MaskFormerConfig(
        backbone_config=swin(), num_labels=len(NAMES), fpn_feature_size=32, mask_feature_size=32, init_std=0.4, init_xavier_std=1.0,
        decoder_config=DetrConfig(
            d_model=32, encoder_layers=1, decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=2,
            encoder_ffn_dim=16, decoder_ffn_dim=16, num_queries=QUERIES,
        ),
    )
    model = MaskFormerForInstanceSegmentation(config).eval()
    model = livelier(model, normal(resize(pictures()["shapes"], SIDE, SIDE)))
    outputs = {}
    for key, picture in pictures().items():
        with torch.no_grad():
            outputs[key] = model(normal(resize(picture, SIDE, SIDE)))
    write("maskformer", model, MaskFormerImageProcessor(), outputs, tasks=("semantic",))


def write(name, model, processor, outputs, tasks, upsample=None):
    for task in tasks:
        folder = f"{name}-{task}"
        export(Read(model, lambda found, _image: (found.class_queries_logits, found.masks_queries_logits)), folder, (torch.zeros(1, 3, SIDE, SIDE),), ["pixel_values"],
               ["class_queries_logits", "masks_queries_logits"])
        results = {}
        for key, picture in pictures().items():
            results[key] = read(task, processor, outputs[key], picture.shape[:2], upsample)
        masks = {"name": "masks_queries_logits", **({"upsample": upsample} if upsample else {})}
        describe(
            folder, "query-masks", categories=STUFF, defaults={"score": {"instance": 0.4, "panoptic": 0.5}.get(task, 0.5)},
            input={"name": "pixel_values", "mean": MEAN, "std": STD, "resize": {"mode": "fixed", "width": SIDE, "height": SIDE}},
            outputs={"task": task, "classes": {"name": "class_queries_logits"}, "masks": masks},
        )
        record(folder, f"{type(model).__name__} and {type(processor).__name__} of transformers 5.24, small width", results,
               undecided=open_pixels(model) if task == "semantic" else None)


def open_pixels(model):
    """
    By picture, where the two greatest classes are closer than 5e-6 in float64, of values around 1: rounding decides there, and the
    original in float32 has an IoU of 0.985 with itself in float64 (7 pixels of "box" on the shapes, all of them among these). Below
    1e-7 both are the same number, and the first class has the pixel.
    """
    exact = copy.deepcopy(model).double()
    found = {}
    for key, picture in pictures().items():
        with torch.no_grad():
            outputs = exact(normal(resize(picture, SIDE, SIDE)).double())
        weights, masks = outputs.class_queries_logits.softmax(-1)[..., :-1], outputs.masks_queries_logits.sigmoid()
        sums = F.interpolate(
            torch.einsum("bqc,bqhw->bchw", weights, masks), picture.shape[:2], mode="bilinear", align_corners=False
        )[0]
        first, second = sums.topk(2, 0).values
        found[key] = ((first - second >= 1e-7) & (first - second < 5e-6)).numpy()
    return found


def read(task, processor, outputs, size, upsample):
    if task == "semantic":
        return by_area(classes(processor.post_process_semantic_segmentation(outputs, [size])[0], NAMES))
    if task == "panoptic":
        found = processor.post_process_panoptic_segmentation(
            outputs, threshold=0.5, mask_threshold=0.5, overlap_mask_area_threshold=0.8, label_ids_to_fuse={2}, target_sizes=[size]
        )[0]
        segments = [
            {"category": NAMES[one["label_id"]], "score": one["score"], "mask": (found["segmentation"] == one["id"]).numpy()}
            for one in found["segments_info"]
        ]
        # Stuff that was fused is listed once a query, with the same number.
        single = {}
        for one, info in sorted(zip(segments, found["segments_info"]), key=lambda pair: pair[0]["score"]):
            single[info["id"]] = one
        return by_area(single.values())
    # Classes and scores as post_process_instance_segmentation has them; masks resized as logits, as the original does, where
    # transformers enlarges them by nearest neighbours after the decision.
    masks = F.interpolate(outputs.masks_queries_logits, (384, 384), mode="bilinear", align_corners=False)[0]
    probabilities = outputs.class_queries_logits[0].softmax(-1)[:, :-1]
    values, places = probabilities.flatten().topk(QUERIES)
    rows = []
    for value, place in zip(values, places):
        mask = masks[int(place) // len(NAMES)]
        inside = (mask > 0).float()
        score = value * (mask.sigmoid() * inside).sum() / (inside.sum() + 1e-6)
        whole = F.interpolate(mask[None, None], size, mode="bilinear", align_corners=False)[0, 0] > 0
        if score >= 0.4:
            rows.append({"category": NAMES[int(place) % len(NAMES)], "score": score, "mask": whole.numpy()})
    return sorted(rows, key=lambda one: -float(one["score"]))


if __name__ == "__main__":
    mask2former()
    maskformer()
