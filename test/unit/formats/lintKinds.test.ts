/** Every kind of finding has a dataset that has it and a mended one that does not: a new kind without one fails here. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding, FindingCode, Issue } from '@shared/dataset/finding';
import { findingKinds } from '@shared/dataset/lint/kinds';
import { FixingDataset } from '@shared/formats/fixDataset';
import { LintSink } from '@shared/formats/lintSink';
import { formats } from '@shared/formats/registry';
import { lintImages } from '../../../src-main/dataset/lintDataset';
import { FindingList } from '../../../src-main/store/import/findings';
import { type Files, memorySource, writeToMemory } from '../../support/formatFiles';
import { type LintCase, lintCases, type Texts } from '../../support/lintCases';

const filesOf = (texts: Texts): Files => new Map(Object.entries(texts));
const sizesOf = ({ sizes = {} }: LintCase) => new Map(Object.entries(sizes));

async function lint(one: LintCase, files: Files): Promise<Issue[]> {
  const found: Issue[] = [];
  const sink = new LintSink((issue) => void found.push(issue));
  await formats.get(one.format)!.read!(memorySource(files, sizesOf(one)), sink, one.options);
  sink.finish();
  return found;
}

async function fix(one: LintCase): Promise<{ files: Files; fixed: FixingDataset['fixed'] }> {
  const format = formats.get(one.format)!;
  const dataset = new FixingDataset('/memory', one.format);
  await format.read!(memorySource(filesOf(one.files), sizesOf(one)), dataset);
  const { files } = writeToMemory(dataset.fixedView('memory'), format);
  return { files, fixed: dataset.fixed };
}

/** What is asked of the folder below. */
interface AskedImage {
  readonly fileName: string;
  readonly size?: readonly [width: number, height: number];
  readonly folder?: string;
}

/** Kinds about image files: an image that has it, and one that has not. */
const fileCases: readonly (readonly [code: FindingCode, broken: AskedImage, sound: AskedImage])[] = [
  ['folder-missing', { fileName: 'a.png', folder: 'nowhere' }, { fileName: 'a.png' }],
  ['image-missing', { fileName: 'none.png' }, { fileName: 'a.png' }],
  ['image-damaged', { fileName: 'cut.png' }, { fileName: 'whole.png' }],
  ['image-size', { fileName: 'a.png', size: [41, 20] }, { fileName: 'a.png' }],
  ['image-unturned', { fileName: 'turned.jpg' }, { fileName: 'turned.jpg', size: [20, 40] }],
  ['image-pages', { fileName: 'pages.tiff' }, { fileName: 'page.tiff' }],
  ['image-found-separators', { fileName: 'sub\\deep.png' }, { fileName: 'sub/deep.png' }],
  ['image-found-unicode', { fileName: '\u00fc.png' }, { fileName: 'u\u0308.png' }],
  ['image-found-url', { fileName: 'https://host/b%20c.png' }, { fileName: 'b c.png' }],
  ['image-found-base-name', { fileName: 'other/deep.png' }, { fileName: 'sub/deep.png' }],
  ['linked-folder', { fileName: 'a.png', folder: 'linked' }, { fileName: 'a.png', folder: 'linked/sub' }],
];

it('every kind has a dataset that has it', () => {
  const tried = new Set<string>([...lintCases.map(({ code }) => code), ...fileCases.map(([code]) => code), 'more']);
  expect(Object.keys(findingKinds).filter((code) => !tried.has(code))).toEqual([]);
});

it('every kind that has a fix is fixed by itself somewhere, and no other is', () => {
  const fixedBySelf = new Set<string>(lintCases.filter(({ fixed }) => fixed === 'auto').map(({ code }) => code));
  for (const [code, { fix }] of Object.entries(findingKinds)) {
    expect([code, fixedBySelf.has(code)]).toEqual([code, fix !== null]);
  }
});

describe.each(lintCases.map((one, place) => [`${one.code} (${place})`, one] as const))('%s', (_, one) => {
  it('is found, as severe as the table says, at a place', async () => {
    const found = (await lint(one, filesOf(one.files))).filter(({ code }) => code === one.code);
    expect(found.length).toBeGreaterThan(0);
    for (const { severity } of found) expect(severity).toBe(findingKinds[one.code].severity);
  });

  it('is not found in what is mended', async () => {
    if (one.fixed !== 'auto') {
      expect((await lint(one, filesOf(one.fixed))).map(({ code }) => code)).not.toContain(one.code);
      return;
    }
    const { files, fixed } = await fix(one);
    expect((await lint(one, files)).map(({ code }) => code)).toEqual([]);
    expect(fixed.map(({ code }) => code)).toContain(one.code);
    for (const { message } of fixed) expect(message).not.toBe('');
  });
});

/** Of these there are pictures beside the texts, or they are read only. */
const leftOut = new Set([
  ...['roboflow', 'via', 'coco-panoptic', 'cityscapes', 'imagej', 'label-map', 'voc', 'object-masks'],
  ...formats.all.filter(({ write }) => !write).map(({ id }) => id),
]);

it('a dataset without findings is written as it came, and nothing is called changed', async () => {
  for (const one of lintCases) {
    // Its pictures are compared in its own tests.
    if (one.fixed === 'auto' || leftOut.has(one.format)) continue;
    const sound = { ...one, files: one.fixed };
    const { files, fixed } = await fix(sound);
    expect(fixed).toEqual([]);
    const before = filesOf(one.fixed);
    for (const [name, text] of files) {
      if (one.format !== 'coco') expect(text).toBe(before.get(name));
      else expect(JSON.parse(text as string)).toEqual(JSON.parse(before.get('data.json') as string));
    }
  }
});

describe('image files', () => {
  const root = mkdtempSync(join(tmpdir(), 'maskwright-lint-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const at = (name: string) => join(root, name);

  beforeAll(async () => {
    for (const folder of ['sub', 'linked/sub']) mkdirSync(at(folder), { recursive: true });
    const draw = sharp({ create: { width: 40, height: 20, channels: 3, background: 'navy' } });
    const png = await draw.clone().png().toBuffer();
    const sound = ['a.png', 'whole.png', 'sub/deep.png', 'b c.png', 'u\u0308.png', 'linked/a.png', 'linked/sub/a.png'];
    for (const name of sound) writeFileSync(at(name), png);
    writeFileSync(at('cut.png'), png.subarray(0, 60));
    writeFileSync(at('turned.jpg'), await draw.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer());
    const page = await draw.clone().tiff().toBuffer();
    writeFileSync(at('page.tiff'), page);
    writeFileSync(at('pages.tiff'), twoPages(page));
    symlinkSync(at('linked/sub'), at('linked/link'));
  });

  const lintOf = ({ fileName, size: [width, height] = [40, 20], folder = 'images' }: AskedImage) =>
    lintImages([{ fileName, width, height }], folder === 'images' ? root : at(folder));

  it.each(fileCases)(
    '%s is found where it is, as severe as the table says, and not where it is not',
    async (code, broken, sound) => {
      // The link below is there all the time.
      const others = (found: Finding[]) =>
        found.filter((one) => code === 'linked-folder' || one.code !== 'linked-folder');
      const found = others(await lintOf(broken));
      expect(found.map((one) => [one.code, one.severity])).toEqual([[code, findingKinds[code].severity]]);
      expect(others(await lintOf(sound))).toEqual([]);
    },
  );

  it('more than an import lists are counted', () => {
    const list = new FindingList(1);
    list.add({ severity: 'warning', code: 'outside', message: 'a' });
    expect(list.list().map(({ code }) => code)).toEqual(['outside']);
    list.add({ severity: 'warning', code: 'outside', message: 'b' });
    expect(list.list().map(({ code }) => code)).toEqual(['outside', 'more']);
  });
});

/** A little-endian TIFF whose directory is there twice. */
function twoPages(page: Buffer): Buffer {
  const first = page.readUInt32LE(4);
  const entries = page.readUInt16LE(first);
  const directory = page.subarray(first, first + 2 + entries * 12 + 4);
  const second = Buffer.concat([page, page.length % 2 === 0 ? Buffer.alloc(0) : Buffer.alloc(1)]);
  const result = Buffer.concat([second, directory]);
  result.writeUInt32LE(second.length, first + 2 + entries * 12);
  return result;
}
