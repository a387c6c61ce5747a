/** The catalogue that ships (well-formed, of open licences, only of the hosts that it names), and what becomes of fetched files. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type CatalogEntry,
  discardDownload,
  fetchModel,
  findDownload,
  listDownloads,
  readDownloads,
} from '../../../src-main/inference/catalog/downloads';
import { families } from '../../../src-main/inference/families';

const ships = join(import.meta.dirname, '../../../models');

test('each entry says licence, page, digests and a family that is known; its addresses are of its hosts', async () => {
  const entries = await readDownloads([ships]);
  expect(entries.map(({ id }) => id)).toEqual([
    ...['rfdetr-seg-nano', 'rfdetr-seg-small', 'rfdetr-seg-medium', 'rfdetr-seg-large'],
    ...['mobilesam', 'efficientsam-tiny', 'sam2.1-tiny', 'maskrcnn-zoo-int8'],
  ]);
  const known = new Set(families.map(({ id }) => id));
  for (const { family, licence, files, hosts } of entries) {
    expect(known.has(family)).toBe(true);
    expect(licence).toMatch(/Apache-2\.0|MIT/);
    for (const { url } of files) {
      const { hostname, protocol } = new URL(url);
      expect(protocol).toBe('https:');
      expect(hosts).toContain(hostname);
    }
  }
  expect(new Set(entries.flatMap(({ files }) => files.map(({ sha256 }) => sha256))).size).toBe(11);
});

test('what is not installed says so; an id that is not there gets a sentence', async () => {
  const list = await listDownloads([ships], join(ships, 'none'));
  expect(list.every(({ installedAs, begunBytes }) => installedAs === null && begunBytes === 0)).toBe(true);
  expect(list.find(({ id }) => id === 'mobilesam')?.bytes).toBe(28157093 + 16501323);
  await expect(findDownload([ships], 'yolo')).rejects.toThrow('The catalogue has no model “yolo”');
});

test('what another process gets, or is about to add, is not discarded; when that has ended it is', async () => {
  const own = mkdtempSync(join(tmpdir(), 'maskwright-downloads-'));
  const folder = join(own, '.download-cells');
  const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  try {
    // A part that it writes, and one that is whole between two files.
    for (const mark of [`decoder.onnx.part-${other.pid}-1`, `.held-${other.pid}-2`]) {
      mkdirSync(folder);
      for (const name of ['encoder.onnx', 'decoder.onnx.part', mark]) writeFileSync(join(folder, name), 'bytes');
      expect(await discardDownload(own, 'cells')).toBe(false);
      expect(readdirSync(folder).sort()).toEqual([mark, 'decoder.onnx.part', 'encoder.onnx'].sort());
      if (mark.startsWith('.held')) break;
      rmSync(folder, { recursive: true });
    }
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(await discardDownload(own, 'cells')).toBe(true);
    expect(readdirSync(own)).toEqual([]);
  } finally {
    other.kill('SIGKILL');
    rmSync(own, { recursive: true });
  }
});

test('fetched files go when they have become a model, and stay for the next try where they have not', async () => {
  const own = mkdtempSync(join(tmpdir(), 'maskwright-downloads-'));
  const folder = join(own, '.download-cells');
  // Of the empty file: it is there already, and nobody is asked.
  const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const files = [{ path: 'model.onnx', url: 'https://example.org/model.onnx', sha256, verified: true }];
  const entry = { ...{ id: 'cells', name: 'Cells', purpose: 'Cells', family: 'semantic', licence: 'CC0-1.0' }, files };
  const cells = { ...entry, page: 'https://example.org', hosts: ['example.org'] } satisfies CatalogEntry;
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, 'model.onnx'), '');
    // What a process has left that ended in the middle of it.
    writeFileSync(join(folder, '.held-999999999-1'), '');
    const failing = fetchModel(own, cells, {}, () => Promise.reject(new Error('no model')));
    await expect(failing).rejects.toThrow('no model');
    expect(readdirSync(folder)).toEqual(['model.onnx']);
    const paths = await fetchModel(own, cells, {}, async (fetched) => fetched.files);
    expect(paths).toEqual([join(folder, 'model.onnx')]);
    expect(readdirSync(own)).toEqual([]);
  } finally {
    rmSync(own, { recursive: true });
  }
});
