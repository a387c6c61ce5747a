/** Every kind of finding has a dataset that has it and a mended one that does not: a new kind without one fails here. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FindingCode, Issue } from '@shared/dataset/finding';
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

/** Kinds about image files, tried on the disk below. */
const ofFiles = [
  'folder-missing',
  'image-missing',
  'image-damaged',
  'image-size',
  'image-unturned',
  'image-pages',
  'image-found-separators',
  'image-found-unicode',
  'image-found-url',
  'image-found-base-name',
  'linked-folder',
  'more',
] as const satisfies readonly FindingCode[];

it('every kind has a dataset that has it', () => {
  const tried = new Set<string>([...lintCases.map(({ code }) => code), ...ofFiles]);
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
const withPictures = ['roboflow', 'via', 'coco-panoptic', 'cityscapes', 'imagej', 'label-map', 'voc', 'object-masks'];

it('a dataset without findings is written as it came, and nothing is called changed', async () => {
  for (const one of lintCases) {
    // Its pictures are compared in its own tests.
    if (one.fixed === 'auto' || withPictures.includes(one.format)) continue;
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
    mkdirSync(at('sub'));
    const draw = sharp({ create: { width: 40, height: 20, channels: 3, background: 'navy' } });
    const png = await draw.clone().png().toBuffer();
    for (const name of ['a.png', 'sub/deep.png', 'b c.png', 'u\u0308.png']) writeFileSync(at(name), png);
    writeFileSync(at('cut.png'), png.subarray(0, 60));
    writeFileSync(at('turned.jpg'), await draw.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer());
    const page = await draw.clone().tiff().toBuffer();
    writeFileSync(at('pages.tiff'), twoPages(page));
    symlinkSync(at('sub'), at('link'));
  });

  const codesOf = async (fileName: string, width = 40, height = 20, folder = root) =>
    (await lintImages([{ fileName, width, height }], folder)).map(({ code }) => code);
  /** The link is there all the time. */
  const only = (code: FindingCode) => ['linked-folder', code];

  it('are found wanting, each in its way', async () => {
    expect(await codesOf('a.png', 40, 20, at('nowhere'))).toEqual(['folder-missing']);
    expect(await codesOf('none.png')).toEqual(only('image-missing'));
    expect(await codesOf('cut.png')).toEqual(only('image-damaged'));
    expect(await codesOf('a.png', 41, 20)).toEqual(only('image-size'));
    expect(await codesOf('turned.jpg', 40, 20)).toEqual(only('image-unturned'));
    expect(await codesOf('pages.tiff')).toEqual(only('image-pages'));
    expect(await codesOf('sub\\deep.png')).toEqual(only('image-found-separators'));
    expect(await codesOf('\u00fc.png')).toEqual(only('image-found-unicode'));
    expect(await codesOf('https://host/b%20c.png')).toEqual(only('image-found-url'));
    expect(await codesOf('other/deep.png')).toEqual(only('image-found-base-name'));
  });

  it('are not where they are as they should be', async () => {
    rmSync(at('link'));
    for (const name of ['a.png', 'sub/deep.png', 'b c.png']) expect(await codesOf(name)).toEqual([]);
    expect(await codesOf('turned.jpg', 20, 40)).toEqual([]);
  });

  it('as severe as the table says', async () => {
    const images = ['none.png', 'cut.png'].map((fileName) => ({ fileName, width: 40, height: 20 }));
    for (const { code, severity } of await lintImages(images, root)) {
      expect(severity).toBe(findingKinds[code!].severity);
    }
  });

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
