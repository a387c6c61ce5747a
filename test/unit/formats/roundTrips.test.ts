import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { LossCode } from '@shared/dataset/losses';
import { endingOf } from '@shared/dataset/outputNames';
import type { DatasetView } from '@shared/dataset/view';
import { segmentationToRle } from '@shared/document/segmentation';
import type { Annotation } from '@shared/document/types';
import { formats } from '@shared/formats/registry';
import { area, equals, fromBox, iou, type Rle } from '@shared/mask';
import { Random } from '../../support/datasetFuzz';
import { madeDataset, memorySource, placeIn, readFromMemory, writeToMemory } from '../../support/formatFiles';

/** Losses that say the pixels of an object are others than they were. */
const aboutPixels: ReadonlySet<LossCode> = new Set([
  'holes-filled',
  'mask-as-box',
  'rounded',
  'outside',
  'overlap',
  'parts-split',
  'inexact-outline',
  'too-many-objects',
  'instances-joined',
]);

const both = formats.all.filter((format) => format.read && format.write);

/** The pixels an annotation stands for: its mask, or its box. */
function pixelsOf({ segmentation, bbox }: Annotation, size: readonly [number, number]): Rle {
  return segmentation ? segmentationToRle(segmentation, size) : fromBox(bbox, ...size);
}

function imagesOf(view: DatasetView, place: (name: string) => string) {
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  return new Map(
    [...view.images()].map((image) => {
      const annotations = view.annotationsOf(image.id).map(({ annotation, id }) => ({
        id,
        category: names.get(annotation.categoryId),
        annotation,
        mask: pixelsOf(annotation, [image.height, image.width]),
      }));
      return [place(image.fileName), { image, annotations }] as const;
    }),
  );
}

describe.each(both.map((format) => [format.id, format] as const))('%s', (id, format) => {
  it('gives every object back, or says in its losses what it did to it', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const before = madeDataset(new Random(seed)).view('made');
      const { files, losses } = writeToMemory(before, format);
      // The pictures lie where the format puts them.
      const place = placeIn(format, before);
      const sizes = new Map(
        [...before.images()].map(({ fileName, width, height }) => [place(fileName), [width, height] as const]),
      );
      const read = await readFromMemory(format, files, sizes);
      // The heading that Roboflow wants is told when it is taken away again.
      const issues = read.issues.filter(({ issue }) => issue.code !== 'heading-left-out');
      expect(issues, `seed ${seed}`).toEqual([]);
      const after = imagesOf(read.view('read'), (name) => (id === 'coco' ? name : relativeTo(name, sizes)));
      const left = new Set(read.categories.map(({ record }) => record.name));
      const gone = [...before.categories()].filter(({ name }) => !left.has(name));
      // One whose only objects were left out is gone with them.
      const leftOut = leavesOut.reduce((sum, code) => sum + losses.count(code), losses.count('unused-category'));
      expect(leftOut, `seed ${seed}`).toBeGreaterThanOrEqual(gone.length);
      const lost = new Map<number, Set<LossCode>>();
      for (const { code, places } of losses.list()) {
        expect(format.losses).toContain(code);
        for (const { annotationId } of places) {
          if (annotationId !== undefined) lost.set(annotationId, (lost.get(annotationId) ?? new Set()).add(code));
        }
      }
      for (const [name, { image, annotations }] of imagesOf(before, place)) {
        const found = after.get(id === 'coco' ? image.fileName : name);
        if (!found) {
          expect(
            annotations.every((one) => isGone(lost.get(one.id))),
            `seed ${seed}: ${name} is gone`,
          ).toBe(true);
          continue;
        }
        const left = [...found.annotations];
        const joined = new Set<(typeof left)[number]>();
        for (const one of annotations) {
          const codes = lost.get(one.id) ?? new Set<LossCode>();
          if (isGone(codes)) continue;
          const changed = [...codes].some((code) => aboutPixels.has(code));
          const candidates = left.filter(
            (other) =>
              other.category === one.category &&
              (changed
                ? iou([other.mask], [one.mask], [false])[0] > 0 || area(one.mask) < 40
                : equals(other.mask, one.mask)),
          );
          const names = [...codes].join(', ');
          expect(candidates.length, `seed ${seed}: ${name}, annotation ${one.id} (${names})`).toBeGreaterThan(0);
          // Of two that look alike the one with the same attributes.
          const match =
            candidates.find(
              ({ annotation }) => codes.has('attributes') || isDeepStrictEqual(annotation.extra, one.annotation.extra),
            ) ?? candidates[0];
          if (codes.has('instances-joined')) joined.add(match);
          else if (!codes.has('parts-split')) left.splice(left.indexOf(match), 1);
          if (!codes.has('score')) expect(match.annotation.score).toBe(one.annotation.score);
          if (!codes.has('crowd')) expect(match.annotation.isCrowd).toBe(one.annotation.isCrowd);
          if (!codes.has('attributes')) expect(match.annotation.extra).toMatchObject(one.annotation.extra);
        }
        if (!losses.count('parts-split'))
          expect(
            left.filter((one) => !joined.has(one)),
            `seed ${seed}: ${name} has more than it had`,
          ).toEqual([]);
      }
    }
  });

  it('writes again, byte for byte, what it read', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const made = madeDataset(new Random(seed)).view('made');
      const { files } = writeToMemory(made, format);
      const place = placeIn(format, made);
      const sizes = new Map(
        [...made.images()].map(({ fileName, width, height }) => [place(fileName), [width, height] as const]),
      );
      const read = await readFromMemory(format, files, sizes);
      const again = writeToMemory(read.view('made'), format).files;
      for (const [name, content] of files) {
        if (typeof content === 'string') expect(again.get(name), `seed ${seed}: ${name}`).toBe(content);
        else expect(Buffer.compare(Buffer.from(again.get(name) as Uint8Array), Buffer.from(content))).toBe(0);
      }
    }
  });

  const others = both.filter((other) => other !== format);
  it.each(others.map((other) => [other.id, other] as const))('hands on to %s what it read', async (_otherId, other) => {
    for (let seed = 1; seed <= 5; seed++) {
      const made = madeDataset(new Random(seed)).view('made');
      const sizesFor = (target: typeof format, view: DatasetView) =>
        new Map(
          [...view.images()].map(({ fileName, width, height }) => [
            placeIn(target, view)(fileName),
            [width, height] as const,
          ]),
        );
      const first = (await readFromMemory(format, writeToMemory(made, format).files, sizesFor(format, made))).view('a');
      const { files, losses } = writeToMemory(first, other);
      const second = (await readFromMemory(other, files, sizesFor(other, first))).view('b');
      const counts = (view: DatasetView) => {
        const names = new Map(view.categories().map(({ id: category, name }) => [category, name]));
        const found: Record<string, number> = {};
        for (const { id: image } of view.images())
          for (const { annotation } of view.annotationsOf(image)) {
            const name = names.get(annotation.categoryId) ?? 'no category';
            found[name] = (found[name] ?? 0) + 1;
          }
        return found;
      };
      // These losses change how many objects there are.
      const changesCount = ['parts-split' as const, 'instances-joined' as const, ...leavesOut].some((code) =>
        losses.count(code),
      );
      if (!changesCount) expect(counts(second), `seed ${seed}`).toEqual(counts(first));
      if (other.id === 'coco') {
        const { images, annotations, categories } = JSON.parse([...files.values()][0] as string) as Record<
          'images' | 'annotations' | 'categories',
          Record<string, unknown>[] | undefined
        >;
        const idsOf = (records: Record<string, unknown>[] = []) => records.map((record) => record.id);
        for (const one of [...idsOf(images), ...idsOf(annotations), ...idsOf(categories)])
          expect(Number.isInteger(one), `seed ${seed}: ${String(one)}`).toBe(true);
        for (const one of annotations ?? []) {
          expect(idsOf(images)).toContain(one.image_id);
          expect(idsOf(categories)).toContain(one.category_id);
        }
      }
    }
  });

  it('is known by its files, and no other format claims them', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const made = madeDataset(new Random(seed)).view('made');
      if (made.annotationCount === 0) continue;
      const { files } = writeToMemory(made, format);
      const found = await formats.recognise(memorySource(files, new Map()));
      expect(
        found.map((one) => one.format.id),
        `seed ${seed}`,
      ).toEqual([id]);
    }
  });
});

/** Losses after which an object is not there. */
const leavesOut = ['empty', 'covered', 'box-left-out', 'size-unknown', 'no-image-left-out'] as const;

const isGone = (codes: ReadonlySet<LossCode> | undefined) =>
  codes !== undefined && leavesOut.some((code) => codes.has(code));

/** The picture that a name of a dataset means, as the import finds it. */
function relativeTo(name: string, sizes: ReadonlyMap<string, unknown>): string {
  if (sizes.has(name)) return name;
  const base = name.slice(name.lastIndexOf('/') + 1);
  const found = [...sizes.keys()].filter(
    (known) => known.endsWith(`/${name}`) || known.slice(known.lastIndexOf('/') + 1) === base,
  );
  return found.length === 1
    ? found[0]
    : (found.find((known) => known.endsWith(`/${name}`)) ?? `${name}${endingOf(name)}`);
}
