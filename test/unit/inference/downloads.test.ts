/** The catalogue that ships: well-formed, of open licences, and only of the hosts that it names. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findDownload, listDownloads, readDownloads } from '../../../src-main/inference/catalog/downloads';
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
