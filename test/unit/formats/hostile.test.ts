/** What somebody else's dataset may be made of to do harm: every reader refuses it with a sentence, at once, and writers stay in their folder. */
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { inside } from '@shared/dataset/outputNames';
import { AppError } from '@shared/errors/appError';
import type { DatasetFormat } from '@shared/formats/format';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { deflate, toBase64 } from '@shared/formats/png/maskPng';
import { formats } from '@shared/formats/registry';
import { Random } from '../../support/datasetFuzz';
import { type Files, madeDataset, memorySource, writeToMemory } from '../../support/formatFiles';
import { hostileNames } from '../../support/structureFuzz';
import { processorClock } from '../../support/processorTime';

const both = formats.all.filter(({ read, write }) => read && write);
const made = () => madeDataset(new Random(3)).view('made');

/** How long a refusal may take, milliseconds; a bomb takes minutes, or the memory. */
const atOnceMs = 3000;

async function outcome(format: DatasetFormat, files: Files): Promise<unknown> {
  const usedMs = processorClock();
  const sizes = new Map(
    [...made().images()].map(({ fileName, width, height }) => [fileName, [width, height] as const]),
  );
  const dataset = new MemoryDataset('/memory', format.id, { keepErrors: true });
  const fault: unknown = await format.read!(memorySource(files, sizes), dataset).catch((error: unknown) => error);
  expect(usedMs()).toBeLessThan(atOnceMs);
  // What was read of it holds nothing that deep: everything that walks through a value would run out of stack.
  for (const { text } of dataset.annotations) expect(text ?? '').not.toContain('[[[[[[[[[[[[');
  return fault;
}

/** The files of a dataset in the format, those of an ending made something else. */
function bent(format: DatasetFormat, ending: RegExp, change: (content: string | Uint8Array) => string | Uint8Array) {
  const { files } = writeToMemory(made(), format);
  const names = [...files.keys()].filter((name) => ending.test(name));
  for (const name of names) files.set(name, change(files.get(name)!));
  return { files, count: names.length };
}

const laughs = Array.from({ length: 12 }, (_, i) => `<!ENTITY x${i + 1} "${`&x${i};`.repeat(10)}">`).join('');
const bomb = (xml: string) =>
  `<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x0 "ha">${laughs}]>\n${xml.replace(/<\?xml[^>]*\?>/, '').replace('</', '&x12;</')}`;
const file = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>';

/** A file of each format that has pictures in its text, with twelve of one. */
const bombsOf: Readonly<Record<string, ((packed: string) => [string, string][]) | undefined>> = {
  labelme: (mask) => {
    const shape = {
      label: 'a',
      shape_type: 'mask',
      points: [
        [0, 0],
        [9, 9],
      ],
      mask,
    };
    const shapes = Array.from({ length: 12 }, () => shape);
    return [['a.json', JSON.stringify({ version: '5', shapes, imagePath: 'a.png', imageHeight: 20, imageWidth: 20 })]];
  },
  supervisely: (data) => {
    const object = { classTitle: 'a', geometryType: 'bitmap', bitmap: { data, origin: [0, 0] } };
    const objects = Array.from({ length: 12 }, () => object);
    return [
      ['meta.json', '{"classes": [{"title": "a"}], "tags": []}'],
      ['ds/ann/a.png.json', JSON.stringify({ size: { height: 20, width: 20 }, objects })],
    ];
  },
};

describe.each(both.map((format) => [format.id, format] as const))('%s', (_, format) => {
  it('refuses JSON that is nested without end, with a sentence', async () => {
    const { files, count } = bent(format, /json$/, () => `${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    if (count === 0) return;
    // A file that is none of the format's may be passed over.
    const whole = await outcome(format, files);
    if (whole !== undefined) expect(whole).toBeInstanceOf(AppError);
    const inRecord = bent(format, /json$/, (text) =>
      String(text).replace(
        /"(file_name|label|name|type|filename|objectType|classTitle)":\s*"[^"]*"/,
        (all) => `${all}, "deep": ${'['.repeat(200_000)}${']'.repeat(200_000)}`,
      ),
    );
    const fault = await outcome(format, inRecord.files);
    if (fault !== undefined) expect(fault).toMatchObject({ code: 'bad-input' });
  });

  it('refuses XML with entities of its own', async () => {
    for (const change of [bomb, (text: string) => file + text.replace(/<\?xml[^>]*\?>/, '').replace('</', '&x;</')]) {
      const { files, count } = bent(format, /xml$/, (text) => change(String(text)));
      if (count === 0) return;
      expect(await outcome(format, files)).toMatchObject({
        code: 'bad-input',
        message: expect.stringContaining('entities'),
      });
    }
  });

  it('takes no picture at its word that says it has a billion pixels', async () => {
    const { files, count } = bent(format, /png$/, (bytes) => {
      const copy = (bytes as Uint8Array).slice();
      new DataView(copy.buffer).setUint32(16, 100_000);
      new DataView(copy.buffer).setUint32(20, 100_000);
      return copy;
    });
    if (count === 0) return;
    const fault = await outcome(format, files);
    if (fault !== undefined) expect(fault).toBeInstanceOf(AppError);
  });

  it('takes no mask within a text for one that is many times its image', async () => {
    const text = bombsOf[format.id];
    if (text === undefined) return;
    // 196 million pixels in 24 KB, over and over.
    const bomb = encode({
      ...{ width: 14_000, height: 14_000, channels: 1, depth: 1 },
      data: new Uint8Array(14_000 * 1750),
    });
    const packed = format.id === 'supervisely' ? toBase64(deflate(bomb)) : toBase64(bomb);
    const files: Files = new Map(text(packed));
    expect(await outcome(format, files)).toBeUndefined();
  });

  it.each(hostileNames.map((name) => [JSON.stringify(name).slice(0, 40), name]))(
    'an image called %s leads nowhere',
    (_name, name) => {
      const dataset = new MemoryDataset('/made', 'made');
      const at = { pointer: '' };
      dataset.category({ id: 1, name: name || 'x', supercategory: null }, null, at);
      dataset.image({ id: 1, fileName: name, width: 20, height: 20 }, null, at);
      dataset.image({ id: 2, fileName: `${name}x`, width: 20, height: 20 }, null, at);
      const content = {
        segmentation: null,
        bbox: [1, 1, 5, 5] as const,
        area: null,
        isCrowd: false,
        score: null,
        extra: {},
      };
      dataset.annotation({ id: 1, imageId: 1, categoryId: 1, maskSize: null, content }, null, at);
      const view = dataset.view('made');
      const names = [...writeToMemory(view, format).files.keys()];
      const pictures = format.placeImages?.(view).map(({ picture }) => picture) ?? [inside(name)];
      for (const written of [...names, ...pictures]) {
        expect(written).not.toMatch(/^[/\\]|^[a-z]:|\0|(^|[/\\])\.\.([/\\]|$)/i);
        expect(written).not.toBe('');
      }
    },
  );
});
