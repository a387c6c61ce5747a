"""Makes inference.json: what OpenCV and a line-by-line copy of torchvision's paste give for small inputs.

Needs numpy and opencv-python-headless. cv2.resize with INTER_LINEAR on float32 and torch's F.interpolate(mode='bilinear',
align_corners=False) follow the same rule: half-pixel centres, edges repeated, no antialiasing.
"""

import json
import pathlib

import cv2
import numpy as np

rng = np.random.default_rng(7)


def rounded(array):
    return [round(float(value), 5) for value in np.ravel(array)]


resizes = []
for (height, width), (to_height, to_width) in [((3, 4), (6, 8)), ((5, 7), (8, 9)), ((9, 8), (4, 3)), ((1, 3), (2, 6)), ((6, 6), (6, 6))]:
    image = rng.integers(0, 256, (height, width, 3), np.uint8)
    out = cv2.resize(image.astype(np.float32), (to_width, to_height), interpolation=cv2.INTER_LINEAR)
    resizes.append({"size": [height, width], "rgb": image.ravel().tolist(), "to": [to_height, to_width], "out": rounded(out)})


def paste(mask, box, im_h, im_w):
    """torchvision roi_heads.py: expand_masks, expand_boxes, paste_mask_in_image."""
    m = mask.shape[0]
    padded = np.zeros((m + 2, m + 2), np.float32)
    padded[1:-1, 1:-1] = mask
    scale = (m + 2) / m
    w_half = (box[2] - box[0]) * 0.5 * scale
    h_half = (box[3] - box[1]) * 0.5 * scale
    x_c = (box[2] + box[0]) * 0.5
    y_c = (box[3] + box[1]) * 0.5
    b = [int(v) for v in (x_c - w_half, y_c - h_half, x_c + w_half, y_c + h_half)]
    w = max(b[2] - b[0] + 1, 1)
    h = max(b[3] - b[1] + 1, 1)
    resized = cv2.resize(padded, (w, h), interpolation=cv2.INTER_LINEAR)
    out = np.zeros((im_h, im_w), np.float32)
    x_0, x_1 = max(b[0], 0), min(b[2] + 1, im_w)
    y_0, y_1 = max(b[1], 0), min(b[3] + 1, im_h)
    out[y_0:y_1, x_0:x_1] = resized[(y_0 - b[1]) : (y_1 - b[1]), (x_0 - b[0]) : (x_1 - b[0])]
    return (out >= 0.5).astype(np.uint8)


pastes = []
for box in [[2.3, 3.7, 17.2, 12.9], [-4.5, -2.2, 8.1, 9.9], [10.0, 5.0, 24.0, 19.0], [20.4, 11.1, 21.2, 12.6], [0.0, 0.0, 30.0, 20.0]]:
    box = np.float32(box).tolist()
    mask = cv2.resize(rng.random((5, 5), np.float32), (28, 28), interpolation=cv2.INTER_CUBIC).round(4)
    bitmap = paste(mask, box, 20, 30)
    pastes.append({"box": box, "mask": rounded(mask), "bitmap": "".join(map(str, bitmap.ravel()))})

path = pathlib.Path(__file__).with_name("inference.json")
path.write_text(json.dumps({"resizes": resizes, "pastes": pastes}) + "\n")
