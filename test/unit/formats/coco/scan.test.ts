import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CocoScanner, parseScanned, type RecordKind } from '@shared/formats/coco';
import { AppError } from '@shared/errors/appError';

const mini = readFileSync(new URL('../../../golden/coco-mini/instances.json', import.meta.url));

interface Scanned {
  parts: [string, string][];
  lists: (RecordKind | null)[];
  records: Record<string, string[]>;
  offsets: number[];
}

function scan(bytes: Uint8Array, chunkLength = bytes.length || 1, parse = false): Scanned {
  const result: Scanned = { parts: [], lists: [], records: {}, offsets: [] };
  const scanner = new CocoScanner(
    {
      part: (key, { text }) => result.parts.push([key, text]),
      list: (kind) => result.lists.push(kind),
      record: (kind, index, value) => {
        const list = (result.records[kind ?? ''] ??= []);
        expect(list.length).toBe(index);
        list.push(value.text);
        result.offsets.push(value.offset);
        if (parse) parseScanned(value, 'file.json', `/${kind}/${index}`);
      },
    },
    { file: 'file.json' },
  );
  for (let i = 0; i < bytes.length; i += chunkLength) scanner.push(bytes.slice(i, i + chunkLength));
  scanner.end();
  return result;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const scanText = (text: string, chunkLength?: number) => scan(bytesOf(text), chunkLength, true);

function failure(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('expected a failure');
}

describe('scanning a COCO file', () => {
  it('gives each record its own source text', () => {
    const { parts, lists, records } = scan(mini);
    const dataset = JSON.parse(mini.toString()) as Record<string, unknown[]>;
    expect(parts.map(([key]) => key)).toEqual(['info', 'licenses']);
    expect(lists).toEqual(['images', 'annotations', 'categories']);
    for (const kind of lists) {
      expect(records[kind!].map((text) => JSON.parse(text) as unknown)).toEqual(dataset[kind!]);
      for (const text of records[kind!]) expect(mini.includes(text)).toBe(true);
    }
  });

  it('does not care how the bytes are cut into chunks', () => {
    const text =
      '\ufeff{"info":{"é":"\\u00e9 \\"[{"},\n "n": -1.50e+3 ,"images":[ {"id":1} ,\r\n{"id":2,"s":"ü🙂"}],"x":"a\\\\","annotations":[],"t":true}  ';
    const whole = scanText(text);
    expect(whole.parts).toEqual([
      ['info', '{"é":"\\u00e9 \\"[{"}'],
      ['n', '-1.50e+3'],
      ['x', '"a\\\\"'],
      ['t', 'true'],
    ]);
    expect(whole.records).toEqual({ images: ['{"id":1}', '{"id":2,"s":"ü🙂"}'] });
    for (let length = 1; length < 40; length++) expect(scanText(text, length)).toEqual(whole);
  });

  it('reads a list of results', () => {
    const { lists, records } = scanText('[{"image_id":1},{"image_id":2}]');
    expect(lists).toEqual([null]);
    expect(records['']).toEqual(['{"image_id":1}', '{"image_id":2}']);
  });

  it('finds every cut, with file and offset', () => {
    const end = mini.toString().trimEnd().length;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: end - 1 }), fc.integer({ min: 1, max: 5000 }), (cut, chunk) => {
        const error = failure(() => scan(mini.subarray(0, cut), chunk));
        expect(error.code).toBe('bad-input');
        expect(error.message).toBe('file.json stops in the middle');
        expect(error.place).toMatchObject({ file: 'file.json', offset: cut, line: 1 });
      }),
      { numRuns: 300 },
    );
    expect(failure(() => scan(new Uint8Array())).message).toBe('file.json is empty');
    expect(failure(() => scanText('  \n ')).message).toBe('file.json stops in the middle');
  });

  it.each([
    ['{"images":[{"id":1},]}', 20, 1, '/images/1'],
    ['{"images":[{"id":1} {"id":2}]}', 20, 1, '/images/0'],
    ['{"images":{}}', 10, 1, '/images'],
    ['{"images":[],\n"images":[]}', 14, 2, '/images'],
    ['{"info":1,}', 10, 1, undefined],
    ['{"info":tru}', 8, 1, undefined],
    ['{"images":[]} x', 14, 1, undefined],
    ['nothing', 0, 1, undefined],
    ['{"annotations":[\n{"id":1,\n"é":NaN}]}', 31, 3, '/annotations/0'],
    ['{"annotations":[{"id":1},{"id":[1}]}]}', 33, 1, '/annotations/1'],
    ['{"annotations":[{"a":"\u0001"}]}', 21, 1, '/annotations/0'],
  ])('tells where %s goes wrong', (text, offset, line, pointer) => {
    const error = failure(() => scanText(text));
    expect(error.code).toBe('bad-input');
    expect(error.place).toEqual({ file: 'file.json', offset, line, pointer });
    for (let length = 1; length < 12; length++) {
      expect(failure(() => scanText(text, length)).place).toMatchObject({ offset, line });
    }
  });

  it('refuses text that is not UTF-8', () => {
    const bytes = bytesOf('{"images":[{"file_name":"x"}]}');
    bytes[25] = 0xff;
    expect(failure(() => scan(bytes)).message).toMatch('not UTF-8');
    expect(failure(() => scan(new Uint8Array([0xff, 0xfe, 0x7b, 0]))).message).toMatch('UTF-16');
  });

  it('names NaN, which Python writes', () => {
    const error = failure(() => scanText('{"annotations":[{"area":NaN}]}'));
    expect(error.message).toMatch('found "NaN"');
    expect(error.hint).toMatch('JSON has no such number');
  });
});
