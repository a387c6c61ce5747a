"""What is exported to the formats' own tools, and how what they read is compared with it. Needs a build (npm run build)."""
import json
import os
import shutil
import subprocess

import numpy as np
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(here, "..", "..")
golden = os.path.join(root, "test", "golden", "formats.json")


class Source:
    """A COCO file with its images, and the masks in it."""

    def __init__(self, name, instances, images):
        self.name, self.instances, self.images = name, instances, images
        self.coco = coco = COCO(instances)
        self.sizes = {image["file_name"]: (image["height"], image["width"]) for image in coco.dataset["images"]}
        self.truth = self._truth_of(lambda a: coco.annToMask(a).astype(bool))

    def _truth_of(self, mask_of):
        coco = self.coco
        return {
            image["file_name"]: [(coco.cats[a["category_id"]]["name"], mask_of(a)) for a in coco.imgToAnns[image["id"]]]
            for image in coco.dataset["images"]
        }

    def boxes(self):
        """The truth of a format of boxes."""
        return self._truth_of(lambda a: box_mask(a["bbox"], *self._size(a)))

    def classes(self):
        """The truth of a format that tells classes, not objects."""
        joined = {}
        for name, objects in self.truth.items():
            own = {}
            for category, mask in objects:
                own[category] = own.get(category, False) | mask
            joined[name] = list(own.items())
        return joined

    def objects(self):
        """The truth of a format that has no categories."""
        return {name: [("object", mask) for _, mask in objects] for name, objects in self.truth.items()}

    def _size(self, annotation):
        image = self.coco.imgs[annotation["image_id"]]
        return image["height"], image["width"]


def parts_source(work, names=("cat", "dog")):
    """Rings, several parts, parts with holes, single pixels, objects at the border, overlaps, an image without any."""
    folder = os.path.join(work, "parts-images")
    os.makedirs(folder, exist_ok=True)
    height, width = 48, 64
    yy, xx = np.mgrid[:height, :width]
    disc = lambda x, y, r: (xx - x) ** 2 + (yy - y) ** 2 <= r * r
    pixel = np.zeros((height, width), bool)
    pixel[20, 33] = True
    masks = [
        [disc(20, 20, 14) & ~disc(20, 20, 6), disc(48, 30, 9)],
        [disc(10, 10, 6) | disc(40, 30, 9), (disc(50, 10, 8) & ~disc(50, 10, 3)) | disc(10, 40, 5)],
        [pixel, disc(0, 0, 12), disc(63, 47, 15) & ~disc(55, 42, 3)],
        [disc(24, 24, 12), disc(32, 24, 12)],
        [],
    ]
    annotations = []
    for image, objects in enumerate(masks):
        Image.fromarray(np.full((height, width, 3), 60 + 30 * image, np.uint8)).save(f"{folder}/p{image}.png")
        for mask in objects:
            rle = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
            annotations.append(
                dict(
                    id=len(annotations) + 1,
                    image_id=image + 1,
                    category_id=1 + len(annotations) % 2,
                    segmentation=dict(size=rle["size"], counts=rle["counts"].decode()),
                    bbox=coco_mask.toBbox(rle).tolist(),
                    area=int(mask.sum()),
                    iscrowd=0,
                )
            )
    images = [dict(id=i + 1, file_name=f"p{i}.png", width=width, height=height) for i in range(len(masks))]
    categories = [dict(id=place + 1, name=name) for place, name in enumerate(names)]
    instances = os.path.join(work, f"parts-{names[0]}.json")
    json.dump(dict(images=images, annotations=annotations, categories=categories), open(instances, "w"))
    return Source("parts", instances, folder)


def cli(*arguments):
    command = ["node", os.path.join(root, "out", "main", "cli.cjs"), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stderr}")
    return done.stdout


def convert(work, source, fmt, name, *options):
    path = os.path.join(work, f"{source.name}-{name}")
    shutil.rmtree(path, ignore_errors=True) if os.path.isdir(path) else None
    images = ["--images", source.images, "--copy-images", "--force"]
    cli("convert", "--from", source.instances, "--to", path, "--to-format", fmt, *images, *options)
    return path


def polygon(ring, height, width):
    return coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects([list(map(float, ring))], height, width))).astype(bool)


def box_mask(box, height, width):
    x, y, w, h = box
    return polygon([x, y, x + w, y, x + w, y + h, x, y + h], height, width)


def compare(source, fmt, tool, found, note=None, truth=None):
    """Each object with the one of its category that overlaps it most. Overlaps may have one owner, so that not all are equal."""
    ious, missing, left_over = [], 0, 0
    for name, objects in (truth or source.truth).items():
        left = list(found.get(name, []))
        for category, mask in objects:
            best, place = 0, None
            for index, (other, candidate) in enumerate(left):
                if other != category or candidate.shape != mask.shape:
                    continue
                iou = (mask & candidate).sum() / max(1, (mask | candidate).sum())
                if iou > best:
                    best, place = iou, index
            if place is None:
                missing += 1
                continue
            ious.append(best)
            left.pop(place)
        left_over += len(left)
    row = {
        **{"dataset": source.name, "format": fmt, "tool": tool, "objects": len(ious), "missing": missing},
        **{"meanIou": round(float(np.mean(ious)), 5), "exact": int(sum(iou == 1 for iou in ious))},
        **({"note": note} if note else {}),
    }
    print(row, f"{left_over} more" if left_over else "", flush=True)
    return row


def keep(rows):
    """Into the golden file, in the place of those of the same format, tool and dataset."""
    all_rows = json.load(open(golden))
    key = lambda row: (row["format"], row["tool"].split()[0], row.get("dataset", "photos"))
    for row in rows:
        same = [place for place, other in enumerate(all_rows) if key(other) == key(row)]
        if same:
            all_rows[same[0]] = row
        else:
            all_rows.append(row)
    order = {row["format"]: place for place, row in reversed(list(enumerate(all_rows)))}
    all_rows.sort(key=lambda row: (order[row["format"]], row["tool"], row.get("dataset") == "parts"))
    with open(golden, "w") as file:
        json.dump(all_rows, file, indent=2)
        file.write("\n")
