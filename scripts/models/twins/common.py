"""What all makers of test models share: the two pictures, small weights, files of a model, and the record of what Python finds."""

import hashlib
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from pycocotools import mask as coco

torch.set_num_threads(1)
ROOT = pathlib.Path(__file__).parents[3]
MODELS = ROOT / "test/fixtures/models"
GOLDENS = ROOT / "test/golden/models"
IMAGES = MODELS / "images"


def pictures():
    """Two small pictures by name, uint8 [h, w, 3]: coloured shapes on a gradient, and bright grey cells in the dark."""
    found = {}
    for name in ("shapes", "cells"):
        path = IMAGES / f"{name}.png"
        if not path.exists():
            IMAGES.mkdir(parents=True, exist_ok=True)
            Image.fromarray({"shapes": _shapes, "cells": _cells}[name]()).save(path, optimize=True)
        found[name] = np.array(Image.open(path).convert("RGB"))
    return found


def _shapes(height=72, width=96):
    y, x = np.mgrid[:height, :width]
    picture = np.stack([40 + x, 60 + y, 120 - x // 2], -1).astype(float)
    for cx, cy, radius, colour in [(24, 20, 13, (230, 60, 50)), (66, 28, 17, (60, 190, 80)), (40, 54, 12, (240, 210, 60))]:
        picture[(x - cx) ** 2 + (y - cy) ** 2 < radius**2] = colour
    picture[50:66, 66:90] = (70, 90, 230)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _cells(height=61, width=83):
    y, x = np.mgrid[:height, :width]
    picture = np.full((height, width), 18.0)
    for cx, cy, a, b in [(14, 15, 8, 7), (38, 12, 9, 6), (63, 16, 7, 9), (22, 40, 10, 8), (50, 38, 8, 8), (71, 46, 7, 8)]:
        picture += 190 * np.exp(-((((x - cx) / a) ** 2 + ((y - cy) / b) ** 2) ** 2))
    return np.repeat(np.clip(picture, 0, 255).astype(np.uint8)[..., None], 3, -1)


def seed(number=7):
    torch.manual_seed(number)
    np.random.seed(number)


def coarse(module, levels=7):
    """Weights as small whole numbers times a scale: they are stored so, and both sides compute with the very same numbers."""
    with torch.no_grad():
        for tensor in module.parameters():
            if tensor.numel() >= 16:
                scale = (tensor.abs().max() / levels).float()
                if scale > 0:
                    tensor.copy_((tensor / scale).round() * scale)
    return module.eval()


def settle(module, *inputs):
    """Sets the statistics of batch normalisation to those of the inputs, so that signals neither die nor explode."""
    norms = [one for one in module.modules() if isinstance(one, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
        norm.train()
    with torch.no_grad():
        module(*inputs)
    for norm in norms:
        norm.eval()


def spread(model, layer, example, mean=0.0, size=1.0):
    """Scales a last layer so that each of its channels varies around `mean` by about `size` over the example."""
    seen = []
    hook = layer.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    with torch.no_grad():
        model(example)
        hook.remove()
        if not seen:
            return
        layer.weight.mul_(size / seen[0].std())
        coarse(layer)
        layer.bias.zero_()
        hook = layer.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
        model(example)
        hook.remove()
        # Channels are the second axis of pictures, the last one of lists.
        axis = 1 if seen[-1].dim() == 4 else seen[-1].dim() - 1
        others = [i for i in range(seen[-1].dim()) if i != axis]
        layer.bias.copy_(mean - seen[-1].mean(others))


class Read(torch.nn.Module):
    """A network and what is done with its output, as one graph."""

    def __init__(self, model, read):
        super().__init__()
        self.model, self.read = model, read

    def forward(self, image):
        return self.read(self.model(image), image)


def resize(picture, width, height, antialias=False):
    """float [1, 3, h, w] 0..255, bilinear at pixel centres."""
    tensor = torch.from_numpy(picture.astype(np.float32)).permute(2, 0, 1)[None]
    return F.interpolate(tensor, (height, width), mode="bilinear", align_corners=False, antialias=antialias)


def letterbox(picture, side, value=114.0):
    """As Ultralytics: (tensor [1, 3, side, side] 0..255, scale, left, top)."""
    height, width = picture.shape[:2]
    scale = min(side / width, side / height)
    w, h = round(width * scale), round(height * scale)
    left, top = (side - w) // 2, (side - h) // 2
    out = torch.full((1, 3, side, side), value)
    out[..., top : top + h, left : left + w] = resize(picture, w, h)
    return out, scale, left, top


def export(module, folder, inputs, input_names, output_names, file="model.onnx", opset=17, dynamic=None, rename=None):
    """Writes the module as ONNX, weights as small whole numbers where they are such."""
    path = MODELS / folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        # Exporting leaves a network in the mode that its outermost module was in.
        module.eval()
        torch.onnx.export(
            module, inputs, str(path), input_names=input_names, output_names=output_names,
            opset_version=opset, dynamic_axes=dynamic, dynamo=False,
        )
    shrink(path, rename or {})
    return path


def shrink(path, rename):
    """Stores weights that are whole numbers times a scale as int8, with a Cast and a Mul behind: the graph computes in float32."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load(path)
    nodes = []
    extra = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        if values.size < 64 or not np.abs(values).max() > 0:
            continue
        for levels in (7, 127):
            scale = np.float32(np.abs(values).max() / np.float32(levels))
            small = np.rint(values / scale).astype(np.int8)
            if np.array_equal(small.astype(np.float32) * scale, values):
                break
        else:
            print(f"  {path.parent.name}: {tensor.name} {list(tensor.dims)} stays float32")
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(small, name + "_small"))
        extra.append(numpy_helper.from_array(scale, name + "_scale"))
        nodes.append(helper.make_node("Cast", [name + "_small"], [name + "_whole"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Mul", [name + "_whole", name + "_scale"], [name]))
    # The tracer makes places to sample at double, which ONNX Runtime does not take.
    for index, node in reversed([*enumerate(model.graph.node)]):
        if node.op_type == "GridSample":
            model.graph.node.insert(index, helper.make_node("Cast", [node.input[1]], [node.input[1] + "_float"], to=TensorProto.FLOAT))
            model.graph.node[index + 1].input[1] += "_float"
    model.graph.initializer.extend(extra)
    for node in reversed(nodes):
        model.graph.node.insert(0, node)
    shorten(model.graph)
    for node in model.graph.node:
        node.output[:] = [rename.get(name, name) for name in node.output]
        node.input[:] = [rename.get(name, name) for name in node.input]
    for one in model.graph.output:
        one.name = rename.get(one.name, one.name)
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def shorten(graph):
    """Short names for everything that nobody asks for by name."""
    kept = {one.name for one in [*graph.input, *graph.output]}
    names = {}
    short = lambda name: name if name in kept or not name else names.setdefault(name, f"t{len(names)}")
    for node in graph.node:
        node.name = ""
        assert not any(attribute.HasField("g") for attribute in node.attribute), "a graph in a graph keeps its names"
        node.input[:] = [short(name) for name in node.input]
        node.output[:] = [short(name) for name in node.output]
    for tensor in graph.initializer:
        tensor.name = short(tensor.name)
    del graph.value_info[:]


def describe(folder, family, files=("model.onnx",), categories=("disc", "box", "other"), roles=None, **part):
    """Writes model.json beside the graphs."""
    (MODELS / folder).mkdir(parents=True, exist_ok=True)
    entries = []
    for i, file in enumerate(files):
        data = (MODELS / folder / file).read_bytes()
        role = roles[i] if roles else "model"
        entries.append({"role": role, "path": file, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)})
    manifest = {
        "id": folder,
        "name": f"Untrained, of the family {family}",
        "family": family,
        "files": entries,
        "categories": [one if isinstance(one, dict) else {"id": i + 1, "name": one} for i, one in enumerate(categories)],
        "licence": "CC0-1.0",
        **part,
    }
    (MODELS / folder / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")


def rle(mask):
    found = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    return found["counts"].decode()


def record(folder, source, results, undecided=None, **more):
    """
    `results`: by picture, a list of {category, score, mask (bool [h, w])}, in the order that is expected. `undecided`: by picture,
    pixels (bool [h, w]) that the original itself decides otherwise in float64.
    """
    images = {}
    for name, found in results.items():
        height, width = pictures()[name].shape[:2]
        objects = [
            {"category": one["category"], "score": round(float(one["score"]), 7), "area": int(np.count_nonzero(one["mask"])),
             "counts": rle(np.asarray(one["mask"]))}
            for one in found if np.count_nonzero(one["mask"])
        ]
        images[name] = {"size": [height, width], "objects": objects}
        if undecided is not None and np.count_nonzero(undecided[name]):
            images[name]["undecided"] = rle(undecided[name])
        print(f"{folder} {name}: {[(o['category'], round(o['score'], 3), o['area']) for o in objects][:8]} ({len(objects)})")
    GOLDENS.mkdir(parents=True, exist_ok=True)
    (GOLDENS / f"{folder}.json").write_text(json.dumps({"source": source, **more, "images": images}, indent=1) + "\n")
