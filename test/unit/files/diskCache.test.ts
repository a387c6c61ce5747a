/** Files that can be made again: whole or not there, and nothing else is left in the cache's folder. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiskCache } from '../../../src-main/files/diskCache';
import { mountSmallDisk } from '../../support/smallDisk';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'maskwright-cache-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cacheIn = (place: string) =>
  new DiskCache({ folder: place, extension: '.jpg', maxBytes: 100_000_000, writesBetweenChecks: 10 });
const filesIn = (place: string) =>
  readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(place, name)).isFile());

test('what several write at once under one key is whole whenever it is read', async () => {
  const cache = cacheIn(folder);
  const bytes = new Uint8Array(4_000_000).fill(7);
  const lengths = new Set<number>();
  let writing = true;
  const read = async () => {
    while (writing) lengths.add((await cache.find('a'))?.length ?? 0);
  };
  const reading = read();
  for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 4 }, () => cache.keep('a', bytes)));
  writing = false;
  await reading;
  lengths.delete(0);
  expect([...lengths]).toEqual([bytes.length]);
  expect(filesIn(folder)).toHaveLength(1);
});

test('on a full disk nothing is kept, nothing is left lying, and nobody is told', async () => {
  const disk = mountSmallDisk(folder, 'a cache on a full disk');
  if (!disk) return;
  try {
    const cache = cacheIn(join(folder, 'thumbnails'));
    await cache.keep('small', new Uint8Array(1000));
    await cache.keep('large', new Uint8Array(8_000_000));
    expect(await cache.find('large')).toBeNull();
    expect(await cache.find('small')).toHaveLength(1000);
    expect(filesIn(folder)).toHaveLength(1);
  } finally {
    disk.unmount();
  }
});
