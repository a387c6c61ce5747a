/** Seeded datasets for the fuzz of the command line: sound ones, bent in the ways in which people's files are bent. */
import { randomFrom } from '@shared/dataset/random';

export interface FuzzDataset {
  readonly bytes: Uint8Array;
  /** Names below the images folder, each with what kind of file it is. */
  readonly files: readonly { readonly name: string; readonly kind: 'sound' | 'cut' | 'text' | 'other-size' }[];
  /** What was done, for the report of a failure. */
  readonly steps: readonly string[];
}

export class Random {
  /** 0 <= value < 1 */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = randomFrom(seed);
  }

  /** A whole number below `count`. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  chance(share: number): boolean {
    return this.next() < share;
  }
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = { [key: string]: Json };

export const imageWidth = 16;
export const imageHeight = 12;

/** Tokens that JSON.stringify cannot write; they stand in the value as a marked text until the end. */
const raw = (token: string): string => `\u0001${token}\u0001`;

const oddValues: readonly Json[] = [
  null,
  true,
  false,
  '',
  'text',
  '0',
  '1',
  '-1',
  -1,
  0,
  1.5,
  1e9,
  2 ** 31,
  2 ** 53,
  -(2 ** 40),
  1e308,
  [],
  {},
  [[]],
  [null],
  [[null]],
  [1, 2, 3],
  [[1, 2, 3, 4]],
  { size: [2, 2], counts: '04' },
  { size: [-1, 3], counts: [] },
  { size: [1e9, 1e9], counts: [1] },
  '\ud83d\ude42',
  'a\u0000b',
  'x'.repeat(300),
  '\u00c5ngstr\u00f6m',
  [[[[[[[[[[]]]]]]]]]],
  { __proto__: null, constructor: 1, toString: 2 },
  raw('NaN'),
  raw('-Infinity'),
  raw('1e999'),
  raw('12345678901234567890'),
  raw('7.0'),
  raw('-0'),
];

const oddNames: readonly string[] = [
  '../outside.png',
  '/etc/passwd',
  'C:\\photos\\a.png',
  '..',
  '.',
  '/',
  'sub',
  'sub/',
  './a.png',
  'sub\\b.png',
  'b.png',
  'A.PNG',
  'http://localhost/x/my%20photo.png',
  '%E0%A4%A.png',
  'a.png\u0000.jpg',
  `${'n'.repeat(300)}.png`,
  '\u00fc.png',
  'con.png:stream',
  'a.png ',
];

function soundDataset(random: Random): { dataset: Fields; files: string[] } {
  const names = ['a.png', 'sub/b.png', 'my photo.png', 'u\u0308.png'].slice(0, 1 + random.below(4));
  const images = names.map((file_name, i): Fields => ({
    id: i + 1,
    file_name,
    width: imageWidth,
    height: imageHeight,
    ...(random.chance(0.3) ? { license: 1, date: '2024' } : {}),
  }));
  const categories = ['cat', 'dog', 'B\u00e4r']
    .slice(0, 1 + random.below(3))
    .map((name, i): Fields => ({ id: i * 2 + 1, name }));
  const annotations = Array.from({ length: random.below(7) }, (_, i): Fields => {
    const [x, y] = [random.below(8), random.below(6)];
    const [w, h] = [2 + random.below(6), 2 + random.below(5)];
    return {
      id: i + 1,
      image_id: 1 + random.below(images.length),
      category_id: random.pick(categories).id,
      segmentation: segmentation(random, [x, y, w, h]),
      bbox: [x, y, w, h],
      area: w * h,
      iscrowd: random.chance(0.1) ? 1 : 0,
      ...(random.chance(0.5) ? { score: Math.round(random.next() * 100) / 100 } : {}),
      ...(random.chance(0.2) ? { attributes: { '2': 1, '1': 2, track: raw('98765432109876543210') } } : {}),
    };
  });
  const dataset: Fields = { info: { year: 2024 }, licenses: [{ id: 1, name: 'CC' }], images, annotations, categories };
  return { dataset, files: names };
}

function segmentation(random: Random, [x, y, w, h]: readonly number[]): Json {
  if (random.chance(0.15)) return [];
  if (random.chance(0.5)) return [[x, y, x + w, y, x + w, y + h, x, y + h]];
  const runs = [x * imageHeight + y];
  for (let column = 0; column < w; column++) runs.push(h, imageHeight - h);
  runs[runs.length - 1] = 0;
  runs.pop();
  const used = runs.reduce((sum, run) => sum + run, 0);
  return { size: [imageHeight, imageWidth], counts: [...runs, imageWidth * imageHeight - used] };
}

interface Slot {
  readonly path: string;
  readonly holder: Json[] | Fields;
  readonly key: string | number;
}

function slotsOf(value: Json, path = ''): Slot[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => {
    const holder = value as Json[] | Fields;
    const below = `${path}/${key}`;
    return [{ path: below, holder, key }, ...slotsOf((holder as Fields)[key as string], below)];
  });
}

const copy = <T extends Json>(value: T): T => structuredClone(value);

/** Each takes the dataset apart a little, and says what it did. */
const mutations: readonly ((dataset: Fields, random: Random) => string)[] = [
  function oddValue(dataset, random) {
    const slot = random.pick(slotsOf(dataset));
    const value = copy(random.pick(oddValues));
    (slot.holder as Fields)[slot.key as string] = value;
    return `${slot.path} = ${JSON.stringify(value).slice(0, 40)}`;
  },
  function oddRecordField(dataset, random) {
    const list = dataset[random.pick(['images', 'annotations', 'categories'])];
    if (!Array.isArray(list) || list.length === 0) return 'nothing';
    const at = random.below(list.length);
    const record = list[at];
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return 'nothing';
    const key = random.pick([
      ...Object.keys(record),
      'segmentation',
      'bbox',
      'area',
      'score',
      'iscrowd',
      'id',
      'width',
    ]);
    record[key] = copy(random.pick(oddValues));
    return `record ${at} ${key} = ${JSON.stringify(record[key]).slice(0, 40)}`;
  },
  function missingKey(dataset, random) {
    const slot = random.pick(slotsOf(dataset));
    if (Array.isArray(slot.holder)) slot.holder.splice(slot.key as number, 1);
    else delete slot.holder[slot.key as string];
    return `${slot.path} removed`;
  },
  function oddName(dataset, random) {
    if (!Array.isArray(dataset.images) || dataset.images.length === 0) return 'nothing';
    const image = random.pick(dataset.images);
    if (typeof image !== 'object' || image === null || Array.isArray(image)) return 'nothing';
    image.file_name = random.pick(oddNames);
    return `file_name = ${JSON.stringify(image.file_name).slice(0, 40)}`;
  },
  function repeated(dataset, random) {
    const list = dataset[random.pick(['images', 'annotations', 'categories'])];
    if (!Array.isArray(list) || list.length === 0) return 'nothing';
    list.push(copy(random.pick(list)));
    return 'a record twice';
  },
  function hugeNumbers(dataset, random) {
    const numbers = slotsOf(dataset).filter(({ holder, key }) => typeof (holder as Fields)[key as string] === 'number');
    if (numbers.length === 0) return 'nothing';
    const slot = random.pick(numbers);
    const value = random.pick([3e8, -3e8, 1e7, 1e12, 1e20, -1, 65536, 1e-9, 0]);
    (slot.holder as Fields)[slot.key as string] = value;
    return `${slot.path} = ${value}`;
  },
  function textNumbers(dataset, random) {
    const numbers = slotsOf(dataset).filter(({ holder, key }) => typeof (holder as Fields)[key as string] === 'number');
    if (numbers.length === 0) return 'nothing';
    const slot = random.pick(numbers);
    (slot.holder as Fields)[slot.key as string] = String((slot.holder as Fields)[slot.key as string]);
    return `${slot.path} as text`;
  },
  function otherForm(dataset, random) {
    const list = dataset.annotations;
    if (!Array.isArray(list) || list.length === 0) return 'nothing';
    const record = random.pick(list);
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return 'nothing';
    const forms: Json[] = [
      { size: [imageWidth, imageHeight], counts: [imageWidth * imageHeight] },
      { size: [imageHeight, imageWidth], counts: `b'${'0'.repeat(3)}'` },
      [1, 1, 5, 1, 5, 5],
      [[1, 1, 3e8, 1, 5, 5]],
      [[1, 1, 2, 2]],
      [[1, 1, 5, 1, 5, 5, 1]],
      [[-50, -50, 90, -50, 90, 90]],
      { size: [imageHeight, imageWidth], counts: [] },
      { counts: 'abc' },
      'b64',
    ];
    record.segmentation = copy(random.pick(forms));
    return `segmentation = ${JSON.stringify(record.segmentation).slice(0, 40)}`;
  },
];

/** The text as JSON cannot say it: odd tokens, keys twice. */
function toText(dataset: Json, random: Random, steps: string[]): string {
  let text = JSON.stringify(dataset, null, random.chance(0.2) ? 1 : 0).replace(/"\\u0001(.*?)\\u0001"/g, '$1');
  if (random.chance(0.06)) {
    text = text.replace('"annotations"', '"images":[],"annotations"');
    steps.push('"images" twice');
  }
  if (random.chance(0.06)) {
    text = text.replace('"image_id":1', '"image_id":2,"image_id":1');
    steps.push('a key twice');
  }
  return text;
}

function toBytes(text: string, random: Random, steps: string[]): Uint8Array {
  const utf8 = new TextEncoder().encode(text);
  if (random.chance(0.7)) return utf8;
  const kinds = [
    'mark',
    'utf16',
    'utf16-mark',
    'latin1',
    'cut',
    'flipped',
    'garbage',
    'empty',
    'zeros',
    'crlf',
  ] as const;
  const kind = random.pick(kinds);
  steps.push(`bytes: ${kind}`);
  switch (kind) {
    case 'mark':
      return new TextEncoder().encode(`\ufeff${text}`);
    case 'utf16':
      return Buffer.from(text, 'utf16le');
    case 'utf16-mark':
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 'latin1':
      return Buffer.from(text, 'latin1');
    case 'cut':
      return utf8.slice(0, random.below(utf8.length));
    case 'flipped': {
      const bytes = utf8.slice();
      for (let i = 0; i < 3; i++) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
      return bytes;
    }
    case 'garbage':
      return new TextEncoder().encode(`${text}\n{}`);
    case 'empty':
      return new Uint8Array();
    case 'zeros':
      return new Uint8Array(64);
    case 'crlf':
      return new TextEncoder().encode(text.replace(/,/g, ',\r\n'));
  }
}

export function makeDataset(seed: number): FuzzDataset {
  const random = new Random(seed);
  const { dataset, files } = soundDataset(random);
  const steps: string[] = [];
  for (let count = random.below(4); count > 0; count--) steps.push(random.pick(mutations)(dataset, random));
  let root: Json = dataset;
  if (random.chance(0.05)) {
    root = dataset.annotations ?? [];
    steps.push('the list of annotations alone');
  }
  const text = toText(root, random, steps);
  const bytes = toBytes(text, random, steps);
  return {
    bytes,
    steps,
    files: files.flatMap((name) => {
      if (random.chance(0.1)) return [];
      const kind = random.chance(0.8) ? 'sound' : random.pick(['cut', 'text', 'other-size'] as const);
      return [{ name, kind }];
    }),
  };
}
