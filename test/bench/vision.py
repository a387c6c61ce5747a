#!/usr/bin/env python3
"""Times native OpenCV on the steps of the interactive tools: input.json (a list of jobs) -> output.json (milliseconds each).

Called by vision.ts. One thread, because OpenCV.js has one.
"""

import json
import sys
import time

import cv2
import numpy as np

cv2.setNumThreads(1)
pictures = {}


def picture(path):
    if path not in pictures:
        pictures.clear()
        pictures[path] = cv2.imread(path)
    return pictures[path]


def crop(image, box):
    x, y, w, h = box
    return image[y : y + h, x : x + w]


def padded(image, box, padding):
    x, y, w, h = box
    dx, dy = round(w * padding), round(h * padding)
    left, top = max(0, x - dx), max(0, y - dy)
    right, bottom = min(image.shape[1], x + w + dx), min(image.shape[0], y + h + dy)
    return left, top, right - left, bottom - top


def shrink(image, side):
    scale = min(1.0, side / max(image.shape[:2]))
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA), scale


def grabcut(image, job, timer):
    roi = padded(image, job["box"], job["padding"])
    timer.start()
    small, scale = shrink(crop(image, roi), job["maxSide"])
    x, y, w, h = job["box"]
    left, top = int((x - roi[0]) * scale), int((y - roi[1]) * scale)
    right, bottom = min(small.shape[1], round((x - roi[0] + w) * scale)), min(small.shape[0], round((y - roi[1] + h) * scale))
    if right - left == small.shape[1] and bottom - top == small.shape[0]:
        left, top, right, bottom = 1, 1, right - 1, bottom - 1
    mask = np.zeros(small.shape[:2], np.uint8)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    rect = (left, top, right - left, bottom - top)
    cv2.grabCut(small, mask, rect, *models, job["iterations"], cv2.GC_INIT_WITH_RECT)
    timer.stop()
    return small, mask, models


def grabcut_stroke(image, job, timer):
    small, mask, models = grabcut(image, job, Timer())
    timer.start()
    cv2.line(mask, (small.shape[1] // 2, small.shape[0] // 2), (small.shape[1] // 2 + 20, small.shape[0] // 2), cv2.GC_FGD, 3)
    cv2.grabCut(small, mask, None, *models, 1, cv2.GC_EVAL)
    timer.stop()


def flood_fill(image, job, timer):
    lab = cv2.cvtColor(image, cv2.COLOR_BGR2LAB)
    timer.start()
    mask = np.zeros((lab.shape[0] + 2, lab.shape[1] + 2), np.uint8)
    spread = (20, 20, 20)
    flags = 4 | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY
    cv2.floodFill(lab, mask, tuple(job["seed"]), 0, spread, spread, flags)
    timer.stop()


def scissors(image, job, timer):
    x, y = job["seed"]
    left, top = max(0, x - 512), max(0, y - 512)
    window = np.ascontiguousarray(image[top : y + 512, left : x + 512])
    tool = cv2.segmentation.IntelligentScissorsMB()
    tool.setEdgeFeatureCannyParameters(32, 100)
    tool.applyImage(window)
    tool.buildMap((x - left, y - top))
    timer.start()
    tool.getContour((window.shape[1] - 30, window.shape[0] - 30))
    timer.stop()


def view(image, job):
    region = crop(image, job["box"])
    scale = min(1.0, (job["pixels"] / (region.shape[0] * region.shape[1])) ** 0.5)
    return shrink(region, max(region.shape[:2]) * scale)[0]


def threshold(image, job, timer):
    timer.start()
    grey = cv2.GaussianBlur(cv2.cvtColor(view(image, job), cv2.COLOR_BGR2GRAY), (5, 5), 0)
    _, binary = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    binary = cv2.morphologyEx(binary, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    cv2.findContours(binary, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    timer.stop()


def watershed(image, job, timer):
    timer.start()
    small = view(image, job)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    _, binary = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    kernel = np.ones((3, 3), np.uint8)
    clean = cv2.morphologyEx(binary, cv2.MORPH_OPEN, kernel, iterations=2)
    distance = cv2.distanceTransform(clean, cv2.DIST_L2, 5)
    cores = np.uint8(distance > 0.5 * distance.max()) * 255
    near = cv2.dilate(clean, kernel, iterations=3)
    _, markers = cv2.connectedComponents(cores)
    markers = np.where((markers == 0) & (near > 0), 0, markers + 1).astype(np.int32)
    cv2.watershed(small, markers)
    timer.stop()


def kmeans(image, job, timer):
    timer.start()
    lab = cv2.cvtColor(view(image, job), cv2.COLOR_BGR2LAB).reshape(-1, 3)
    rows = np.float32(lab[:: max(1, len(lab) // 50000)])
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    _, _, centres = cv2.kmeans(rows, 4, None, stop, 3, cv2.KMEANS_PP_CENTERS)
    distances = np.stack([((lab - centre) ** 2).sum(axis=1) for centre in np.float32(centres)])
    groups = np.uint8(distances.argmin(axis=0))
    timer.stop()
    return groups


class Timer:
    def start(self):
        self.began = time.perf_counter()

    def stop(self):
        self.ms = (time.perf_counter() - self.began) * 1000


STEPS = {
    "grabcut": grabcut,
    "grabcutStroke": grabcut_stroke,
    "floodFill": flood_fill,
    "scissors": scissors,
    "threshold": threshold,
    "watershed": watershed,
    "kmeans": kmeans,
}


def main(source, target):
    with open(source) as file:
        jobs = json.load(file)
    times = []
    for job in jobs:
        timer = Timer()
        STEPS[job["step"]](picture(job["file"]), job, timer)
        times.append(timer.ms)
    with open(target, "w") as file:
        json.dump(times, file)


main(*sys.argv[1:])
