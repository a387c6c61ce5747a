"""Twins of the promptable family: Meta's own decoder at a small width behind a tiny encoder, in the forms people export it in."""

import json

import numpy as np
import shim  # noqa: F401
import torch
import torch.nn.functional as F
from common import GOLDENS, coarse, describe, export, pictures, resize, rle, seed
from segment_anything.modeling import MaskDecoder, PromptEncoder, TwoWayTransformer
from segment_anything.utils.onnx import SamOnnxModel
from torch import nn

SIDE, GRID, WIDTH, LOW = 256, 16, 16, 64
MEAN, STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)

# Points (x, y, on the object) and boxes x1 y1 x2 y2 in pixels of the picture; the last goes on from the answer before it.
PROMPTS = {
    "shapes": [
        {"points": [[24.5, 20.5, 1]]},
        {"points": [[66, 28, 1], [10, 60, 0]]},
        {"points": [], "box": [28, 42, 52, 66]},
        {"points": [[78, 58, 1]], "goOn": True},
    ],
    "cells": [{"points": [[38, 12, 1]]}, {"points": [[22, 40, 1]], "box": [12, 31, 33, 49]}],
}


class Parts(nn.Module):
    def __init__(self):
        super().__init__()
        self.prompt_encoder = PromptEncoder(WIDTH, (GRID, GRID), (SIDE, SIDE), 4)
        self.mask_decoder = MaskDecoder(
            transformer_dim=WIDTH, transformer=TwoWayTransformer(2, WIDTH, 2, 32), iou_head_depth=2, iou_head_hidden_dim=16
        )
        self.body = nn.Sequential(
            nn.AvgPool2d(8), nn.Conv2d(3, WIDTH, 3, padding=1), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(WIDTH, WIDTH, 3, padding=1)
        )
        self.image_encoder = nn.Module()
        self.image_encoder.img_size = SIDE
        self.mask_threshold = 0.0


def parts(number):
    seed(number)
    model = Parts()
    with torch.no_grad():
        for layer in model.body:
            if isinstance(layer, nn.Conv2d):
                layer.weight.mul_(3)
        for head in model.mask_decoder.output_hypernetworks_mlps:
            head.layers[-1].weight.mul_(12)
            head.layers[-1].bias.mul_(6)
        model.prompt_encoder.pe_layer.positional_encoding_gaussian_matrix.mul_(0.5)
    coarse(model)
    matrix = model.prompt_encoder.pe_layer.positional_encoding_gaussian_matrix
    matrix.copy_((matrix * 8).round() / 8)
    return model


class AclyEncoder(nn.Module):
    """Takes the resized picture [h, w, 3] as bytes would be and does the rest itself."""

    def __init__(self, model):
        super().__init__()
        self.body = model.body

    def forward(self, image):
        tensor = (image - torch.tensor(MEAN)) / torch.tensor(STD)
        tensor = tensor.permute(2, 0, 1)[None]
        height, width = tensor.shape[2], tensor.shape[3]
        return self.body(F.pad(tensor, (0, SIDE - width, 0, SIDE - height)))


def longest(picture):
    height, width = picture.shape[:2]
    scale = SIDE / max(height, width)
    w, h = round(width * scale), round(height * scale)
    return resize(picture, w, h), w / width, h / height


def point_tensors(prompt, scale_x, scale_y):
    rows = [[x * scale_x, y * scale_y, inside] for x, y, inside in prompt["points"]]
    if "box" in prompt:
        x1, y1, x2, y2 = prompt["box"]
        rows += [[x1 * scale_x, y1 * scale_y, 2], [x2 * scale_x, y2 * scale_y, 3]]
    else:
        rows.append([0, 0, -1])
    table = torch.tensor(rows).float()
    return table[None, :, :2], table[None, :, 2]


def answers(decode, whole_mask):
    """`decode(picture, prompt, prior)` -> (low-resolution logits [k, h, w], expected IoU [k], masks at the picture's size)."""
    images = {}
    for key, picture in pictures().items():
        prompts = []
        prior = None
        for prompt in PROMPTS[key]:
            with torch.no_grad():
                low, scores, masks = decode(picture, prompt, prior if prompt.get("goOn") else None)
            first = len(prompt["points"]) == 1 and "box" not in prompt and not prompt.get("goOn")
            order = [k for k in np.argsort(-scores.numpy(), kind="stable") if k != whole_mask]
            if whole_mask is not None and whole_mask < len(scores):
                order = [*order, whole_mask] if first else [whole_mask, *order]
            found = [{"iou": round(float(scores[k]), 6), "counts": rle(masks[k].numpy() > 0)} for k in order if (masks[k] > 0).any()]
            prompts.append({**prompt, "candidates": found})
            prior = low[[k for k in order if (masks[k] > 0).any()][0]]
            print("  ", key, prompt, [(round(one["iou"], 3), int((masks[k] > 0).sum())) for one, k in zip(found, order)])
        images[key] = {"size": list(picture.shape[:2]), "prompts": prompts}
    return images


def write(folder, source, images):
    target = GOLDENS.parent / "prompters"
    target.mkdir(parents=True, exist_ok=True)
    (target / f"{folder}.json").write_text(json.dumps({"source": source, "images": images}, indent=1) + "\n")


SAM_DECODER = {
    "embedding": {"name": "image_embeddings"}, "points": {"name": "point_coords"}, "labels": {"name": "point_labels"},
    "prior": {"name": "mask_input", "side": LOW}, "hasPrior": {"name": "has_mask_input"}, "originalSize": {"name": "orig_im_size"},
    "masks": {"name": "low_res_masks", "side": LOW, "enlargedTo": SIDE}, "scores": {"name": "iou_predictions"},
}
ROLES = ("encoder", "decoder")
FILES = ("encoder.onnx", "decoder.onnx")


def sam(folder, number, single, acly):
    print(folder)
    model = parts(number)
    decoder = SamOnnxModel(model, return_single_mask=single).eval()
    inputs = (torch.zeros(1, WIDTH, GRID, GRID), torch.zeros(1, 3, 2), torch.ones(1, 3), torch.zeros(1, 1, LOW, LOW),
              torch.zeros(1), torch.tensor([61.0, 83.0]))
    names = ["image_embeddings", "point_coords", "point_labels", "mask_input", "has_mask_input", "orig_im_size"]
    export(decoder, folder, inputs, names, ["masks", "iou_predictions", "low_res_masks"], "decoder.onnx",
           dynamic={"point_coords": {1: "n"}, "point_labels": {1: "n"}})
    if acly:
        export(AclyEncoder(model), folder, (torch.zeros(192, 256, 3),), ["input_image"], ["image_embeddings"], "encoder.onnx",
               dynamic={"input_image": {0: "h", 1: "w"}})
        encoder = {"input": {"name": "input_image", "layout": "HWC", "range": [0, 255], "resize": {"mode": "longestSide", "side": SIDE}},
                   "embedding": {"name": "image_embeddings"}, "square": SIDE}
    else:
        export(model.body, folder, (torch.zeros(1, 3, SIDE, SIDE),), ["images"], ["embeddings"], "encoder.onnx")
        encoder = {"input": {"name": "images", "range": [0, 255], "mean": MEAN, "std": STD, "padTo": SIDE,
                             "resize": {"mode": "longestSide", "side": SIDE}}, "embedding": {"name": "embeddings"}}

    def decode(picture, prompt, prior):
        tensor, sx, sy = longest(picture)
        normal = (tensor - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]
        embedding = model.body(F.pad(normal, (0, SIDE - normal.shape[3], 0, SIDE - normal.shape[2])))
        coords, labels = point_tensors(prompt, sx, sy)
        mask = torch.zeros(1, 1, LOW, LOW) if prior is None else prior[None, None]
        size = torch.tensor([float(n) for n in picture.shape[:2]])
        masks, scores, low = decoder(embedding, coords, labels, mask, torch.tensor([0.0 if prior is None else 1.0]), size)
        return low[0], scores[0], masks[0]

    images = answers(decode, 0)
    describe(folder, "promptable", FILES, [], ROLES, encoder=encoder, decoder=SAM_DECODER)
    write(folder, "SamOnnxModel of segment-anything 1.0, small width", images)


class HighRes(nn.Module):
    """SAM 2's way: features of two higher resolutions beside the embedding, which the decoder adds while it enlarges."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        self.first = nn.Conv2d(3, WIDTH // 8, 1)
        self.second = nn.Conv2d(3, WIDTH // 4, 1)

    def embed(self, image):
        return self.model.body(image), self.first(F.avg_pool2d(image, 4)), self.second(F.avg_pool2d(image, 8))

    def decode(self, embedding, first, second, coords, labels, mask, has_mask):
        sam = SamOnnxModel(self.model, return_single_mask=False)
        decoder = self.model.mask_decoder
        tokens = torch.cat([decoder.iou_token.weight, decoder.mask_tokens.weight])[None]
        tokens = torch.cat([tokens, sam._embed_points(coords, labels)], 1)
        hidden, source = decoder.transformer(
            embedding + sam._embed_masks(mask, has_mask), self.model.prompt_encoder.get_dense_pe(), tokens
        )
        source = source.transpose(1, 2).reshape(1, WIDTH, GRID, GRID)
        up1, norm, act1, up2, act2 = decoder.output_upscaling
        enlarged = act2(up2(act1(norm(up1(source) + second))) + first)
        hyper = torch.stack([mlp(hidden[:, 1 + i]) for i, mlp in enumerate(decoder.output_hypernetworks_mlps)], 1)
        masks = (hyper @ enlarged.flatten(2)).reshape(1, -1, LOW, LOW)
        return masks, decoder.iou_prediction_head(hidden[:, 0])


class Call(nn.Module):
    def __init__(self, model, name):
        super().__init__()
        self.model, self.name = model, name

    def forward(self, *inputs):
        return getattr(self.model, self.name)(*inputs)


def sam2():
    print("sam2")
    seed(64)
    model = HighRes(parts(64))
    coarse(model)
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    inputs = (torch.zeros(1, WIDTH, GRID, GRID), torch.zeros(1, WIDTH // 8, LOW, LOW), torch.zeros(1, WIDTH // 4, LOW // 2, LOW // 2),
              torch.zeros(1, 3, 2), torch.ones(1, 3), torch.zeros(1, 1, LOW, LOW), torch.zeros(1))
    names = ["image_embed", "high_res_feats_0", "high_res_feats_1", "point_coords", "point_labels", "mask_input", "has_mask_input"]
    export(Call(model, "decode"), "sam2", inputs, names, ["masks", "iou_predictions"], "decoder.onnx",
           dynamic={"point_coords": {1: "n"}, "point_labels": {1: "n"}})
    export(Call(model, "embed"), "sam2", (torch.zeros(1, 3, SIDE, SIDE),), ["image"], names[:3], "encoder.onnx")

    def decode(picture, prompt, prior):
        height, width = picture.shape[:2]
        tensor = (resize(picture, SIDE, SIDE) / 255 - torch.tensor(mean)[:, None, None]) / torch.tensor(std)[:, None, None]
        coords, labels = point_tensors(prompt, SIDE / width, SIDE / height)
        mask = torch.zeros(1, 1, LOW, LOW) if prior is None else prior[None, None]
        low, scores = model.decode(*model.embed(tensor), coords, labels, mask, torch.tensor([0.0 if prior is None else 1.0]))
        return low[0], scores[0], F.interpolate(low, (height, width), mode="bilinear", align_corners=False)[0]

    images = answers(decode, 0)
    features = {"first": {"name": "high_res_feats_0"}, "second": {"name": "high_res_feats_1"}}
    decoder = {**SAM_DECODER, "embedding": {"name": "image_embed"}, "features": features, "masks": {"name": "masks", "side": LOW}}
    del decoder["originalSize"]
    describe("sam2", "promptable", FILES, [], ROLES, decoder=decoder, encoder={
        "input": {"name": "image", "mean": mean, "std": std, "resize": {"mode": "fixed", "width": SIDE, "height": SIDE}},
        "embedding": {"name": "image_embed"}, "features": features,
    })
    write("sam2", "the decoder of segment-anything 1.0 with SAM 2's features of high resolution, in torch", images)


class Efficient(nn.Module):
    """EfficientSAM's way: any size comes in and is stretched; points count in the original size; three masks of that size."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def embed(self, images):
        return self.model.body((F.interpolate(images, (SIDE, SIDE), mode="bilinear") - 0.45) * 4)

    def decode(self, embedding, coords, labels, size):
        sam = SamOnnxModel(self.model, return_single_mask=False)
        frame = torch.stack([coords[:, 0, :, 0] * SIDE / size[1], coords[:, 0, :, 1] * SIDE / size[0]], -1)
        encoder = self.model.prompt_encoder
        masks, scores = self.model.mask_decoder.predict_masks(
            embedding, encoder.get_dense_pe(), sam._embed_points(frame, labels[:, 0]),
            encoder.no_mask_embed.weight.reshape(1, -1, 1, 1).expand(1, -1, GRID, GRID),
        )
        enlarged = F.interpolate(masks[:, 1:], (size[0], size[1]), mode="bilinear", align_corners=False)
        return enlarged[:, None], scores[:, None, 1:]


def efficient_sam():
    print("efficientsam")
    model = Efficient(parts(65))
    inputs = (torch.zeros(1, WIDTH, GRID, GRID), torch.zeros(1, 1, 3, 2), torch.ones(1, 1, 3), torch.tensor([72, 96]))
    names = ["image_embeddings", "batched_point_coords", "batched_point_labels", "orig_im_size"]
    export(Call(model, "decode"), "efficientsam", inputs, names, ["output_masks", "iou_predictions"], "decoder.onnx",
           dynamic={"batched_point_coords": {2: "n"}, "batched_point_labels": {2: "n"}})
    export(Call(model, "embed"), "efficientsam", (torch.zeros(1, 3, 72, 96),), ["batched_images"], ["image_embeddings"], "encoder.onnx",
           dynamic={"batched_images": {2: "h", 3: "w"}})

    def decode(picture, prompt, _prior):
        height, width = picture.shape[:2]
        tensor = resize(picture, SIDE, SIDE) / 255
        coords, labels = point_tensors(prompt, 1, 1)
        masks, scores = model.decode(model.embed(tensor), coords[:, None], labels[:, None], torch.tensor([height, width]))
        return masks[0, 0], scores[0, 0], masks[0, 0]

    images = answers(decode, None)
    # It takes no prior: the answer is that of the click alone.
    describe("efficientsam", "promptable", FILES, [], ROLES, encoder={
        "input": {"name": "batched_images", "resize": {"mode": "fixed", "width": SIDE, "height": SIDE}},
        "embedding": {"name": "image_embeddings"},
    }, decoder={
        "embedding": {"name": "image_embeddings"}, "points": {"name": "batched_point_coords", "rank": 4, "space": "original size"},
        "labels": {"name": "batched_point_labels"}, "originalSize": {"name": "orig_im_size"},
        "masks": {"name": "output_masks", "side": LOW}, "scores": {"name": "iou_predictions"}, "wholeMask": 3,
    })
    write("efficientsam", "the decoder of segment-anything 1.0 in EfficientSAM's form, in torch", images)


if __name__ == "__main__":
    sam("sam-acly", 61, single=True, acly=True)
    sam("sam-samexporter", 62, single=False, acly=False)
    sam2()
    efficient_sam()
