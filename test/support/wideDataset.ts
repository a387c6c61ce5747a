/** Datasets of what people's datasets have at their edges: names that mean something to a file system, numbers past 32 bits, odd objects. */
import type { Segmentation } from '@shared/document/types';
import { rleToSegmentation } from '@shared/document/segmentation';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { encode } from '@shared/mask';
import type { Random } from './datasetFuzz';

const imageNames: readonly string[] = [
  ...[
    'caf\u00e9.png',
    'cafe\u0301 2.png',
    'it\u2019s "so".png',
    "o'clock.png",
    'a, b.png',
    'a;b.png',
    'two\nlines.png',
    '.hidden.png',
  ],
  ...['..dots.png', 'train/a.png', 'val/a.png', 'a.jpg', 'a.png.png', '100%.png'],
  ...['a%20b.png', '#1.png', 'a&b<c>.png', 'labels/images/a.png', 'images/images/b.png', '\u202eabc.png', ' a.png'],
  ...[
    'tab\there.png',
    'q?.png',
    'con.png',
    'a:b.png',
    '-flag.png',
    '=1+1.png',
    '\ud83d\ude42.png',
    'end .png',
    'x'.repeat(120) + '.png',
  ],
  // Names that mean one another: below the folders that formats make, in another case, without an ending.
  ...[
    'a.png',
    'A.png',
    'A.PNG',
    'images/a.png',
    'x/train/a.png',
    'x/images/a.png',
    'Train/a.png',
    'a',
    'x/a',
    'a.',
    'a b',
  ],
];

const categoryNames: readonly string[] = [
  ...[
    'cat',
    'Cat',
    'CAT',
    'cat ',
    'c/at',
    'c:at',
    'c_at',
    'caf\u00e9',
    'cafe\u0301',
    'a,b',
    'a;b',
    '"quoted"',
    "it's",
    'two\nlines',
    '.dot',
  ],
  ...[
    'null',
    'true',
    '0',
    '1',
    '-1',
    '~',
    '1e3',
    '[x]',
    '{x}',
    '# not',
    'key: value',
    '- item',
    '@at',
    '%',
    '&amp;',
    '<b>',
    'background',
  ],
  ...['car', 'person', '\u72ac', '\ud83d\ude42', '=1+1', '\u202ecat', '__proto__', 'constructor', 'tab\there'],
  // Names that maps have a meaning for.
  ...[
    'ignore',
    'void',
    '__ignore__',
    '_background_',
    'unlabeled',
    'cargroup',
    'persongroup',
    'road',
    'sky',
    'license plate',
  ],
];

const attributeValues: readonly unknown[] = [
  ...[
    -1,
    -1e300,
    1e300,
    0,
    -0.5,
    2 ** 53,
    '',
    '-12',
    'two\nlines',
    '"',
    '<&>',
    'a,b',
    true,
    false,
    null,
    [1, 2],
    { deep: [1] },
    '007',
    '1e5',
  ],
];

function sample<T>(random: Random, list: readonly T[], count: number): T[] {
  const left = [...list];
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(random.below(left.length), 1)[0]);
}

export function wideDataset(random: Random): MemoryDataset {
  const dataset = new MemoryDataset('/made', 'made');
  const at = { pointer: '' };
  const isMany = random.chance(0.04);
  const names = isMany
    ? Array.from({ length: 300 }, (_, i) => `class ${i}`)
    : sample(random, categoryNames, 1 + random.below(6));
  const highIds = random.chance(0.3);
  const idOf = (place: number) => (highIds ? 2 ** 33 + place * 7 : place);
  names.forEach((name, i) => {
    const supercategory = random.chance(0.2) ? random.pick(['animal', 'a, b']) : null;
    dataset.category({ id: random.chance(0.5) || highIds ? i + 1 : i * 3 + 1, name, supercategory }, null, at);
  });
  const ids = dataset.categories.map(({ record }) => record.id);
  let id = 1;
  for (const [place, fileName] of sample(random, imageNames, 1 + random.below(5)).entries()) {
    const [width, height] = random.chance(0.15) ? [1, 1] : [1 + random.below(30), 1 + random.below(24)];
    const imageId = idOf(place + 1);
    dataset.image({ id: imageId, fileName, width, height, ...(random.chance(0.1) ? { tags: ['a,b'] } : {}) }, null, at);
    for (let objects = random.below(6); objects > 0; objects--) {
      const segmentation = random.chance(0.15) ? null : wideSegmentation(random, width, height);
      const bbox = segmentation
        ? null
        : ([
            random.below(width),
            random.below(height),
            random.pick([0.5, 1, width, width + 9]),
            random.pick([0.5, 1, height]),
          ] as const);
      const extra: Record<string, unknown> = {};
      if (random.chance(0.2))
        extra.attributes = { [random.pick(['size', 'a b', '', '1', 'x"y', 'type'])]: random.pick(attributeValues) };
      if (random.chance(0.1)) extra.ignore = 1;
      const content = {
        ...{ segmentation, bbox, area: random.chance(0.1) ? -5 : null, isCrowd: random.chance(0.2) },
        ...{ score: random.chance(0.2) ? random.pick([0, 1, 0.125, 1e-9]) : null, extra },
      };
      dataset.annotation({ id: idOf(id++), imageId, categoryId: random.pick(ids), maskSize: null, content }, null, at);
    }
  }
  return dataset;
}

function wideSegmentation(random: Random, width: number, height: number): Segmentation {
  const of = (...rings: readonly (readonly number[])[]): Segmentation => ({
    kind: 'polygons',
    parts: [{ outer: rings[0], holes: rings.slice(1) }],
  });
  const box = (x: number, y: number, w: number, h: number) => [x, y, x + w, y, x + w, y + h, x, y + h];
  switch (random.below(9)) {
    case 0: {
      const bitmap = new Uint8Array(width * height);
      bitmap[random.below(bitmap.length)] = 1;
      return rleToSegmentation(encode(bitmap, height, width));
    }
    case 1: {
      const share = random.pick([0, 0.1, 0.5, 1]);
      const bitmap = Uint8Array.from({ length: width * height }, () => (random.next() < share ? 1 : 0));
      return rleToSegmentation(encode(bitmap, height, width));
    }
    case 2:
      // Over the border, or beyond it altogether.
      return of(box(random.pick([-9.5, -3, width - 1, width + 4]), random.pick([-5, -0.25, height - 2]), 8, 7));
    case 3:
      // A hole that touches the outline in a point, and one that shares a side with it.
      return of(
        box(0, 0, width, height),
        random.pick([[0, 0, width / 2, height / 3, width / 3, height / 2], box(0, 1, width / 2, height / 2)]),
      );
    case 4:
      // Holes that touch each other, and a ring that touches itself.
      return random.chance(0.5)
        ? of(box(0, 0, width, height), box(1, 1, 2, 2), box(3, 3, 2, 2))
        : of([0, 0, 4, 4, 8, 0, 8, 8, 4, 4, 0, 8]);
    case 5: {
      const part = (x: number) => ({ outer: box(x, 0, width / 4, height / 2), holes: [] });
      return { kind: 'polygons', parts: [part(0), part(width / 4), part(width / 2 + 0.5)] };
    }
    case 6:
      return of(box(random.below(width), random.below(height), 1, 1));
    case 7:
      // Less than a pixel, or a line.
      return of(random.pick([box(0.4, 0.4, 0.1, 0.1), [0, 0, width, 0, width / 2, 0], [1, 1, 1, 1, 1, 1]]));
    default: {
      const points = 3 + random.below(5);
      return of(
        Array.from(
          { length: points * 2 },
          (_, i) => Math.round(random.next() * (i % 2 === 0 ? width : height) * 1e4) / 1e4,
        ),
      );
    }
  }
}
