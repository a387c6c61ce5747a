/** Datasets opened again: told when what was read has changed, and a zip is unpacked for what it is now. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { unpacked } from '../../../src-main/dataset/unpack';
import { temporaryFolderBeside } from '../../../src-main/files/temporaryName';
import { openStore, scratch, writeImage } from './support';

async function yoloFolder(): Promise<string> {
  const folder = join(scratch(), 'set');
  mkdirSync(join(folder, 'images'), { recursive: true });
  mkdirSync(join(folder, 'labels'));
  await writeImage(join(folder, 'images', 'a.png'), 20, 10);
  writeFileSync(join(folder, 'data.yaml'), 'names: [cat]\ntrain: images\n');
  writeFileSync(join(folder, 'labels', 'a.txt'), '0 0.5 0.5 0.2 0.2\n');
  return folder;
}

it('a folder has changed when a file that was read has, not by the project that is made in it', async () => {
  const path = await yoloFolder();
  const open = async () => {
    const store = openStore();
    const { findings } = await store.call('project.openDataset', { path, format: 'yolo' });
    await store.call('project.close', {});
    return findings.map(({ message }) => message).filter((message) => message.includes('has changed since'));
  };
  expect(await open()).toEqual([]);
  // The project file in it changes its time.
  utimesSync(path, new Date(), new Date(Date.now() + 5000));
  expect(await open()).toEqual([]);
  writeFileSync(join(path, 'labels', 'a.txt'), '0 0.5 0.5 0.2 0.25\n');
  expect(await open()).toHaveLength(1);
});

describe('a zip', () => {
  const text = (value: string) => zipSync({ 'a.json': strToU8(value), 'b.json': strToU8('{}') });

  it('is not taken for a folder of its name that is there, and is unpacked anew where it has changed', async () => {
    const place = scratch();
    const zip = join(place, 'zz.zip');
    mkdirSync(join(place, 'zz'));
    writeFileSync(join(place, 'zz', 'a.json'), 'mine');
    writeFileSync(zip, text('first'));
    const folder = await unpacked(zip);
    expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe('first');
    expect(await unpacked(zip)).toBe(folder);
    writeFileSync(zip, text('second one'));
    expect(readFileSync(join(await unpacked(zip), 'a.json'), 'utf8')).toBe('second one');
    expect(readFileSync(join(place, 'zz', 'a.json'), 'utf8')).toBe('mine');
  });

  it('that two unpack at once is one folder, and who works in it already keeps what he made there', async () => {
    const zip = join(scratch(), 'zz.zip');
    writeFileSync(zip, text('first'));
    const found: boolean[] = [];
    const work = async () => {
      const project = join(await unpacked(zip), 'work.maskwright');
      found.push(existsSync(project));
      writeFileSync(project, 'a project of it');
    };
    await Promise.all([work(), work()]);
    expect(found).toEqual([false, true]);
    expect(readdirSync(dirname(zip)).sort()).toEqual(['zz', 'zz.zip']);
  });

  it('goes on without what a killed process has left of it', async () => {
    const place = scratch();
    writeFileSync(join(place, 'zz.zip'), text('first'));
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const left = temporaryFolderBeside(join(place, 'zz')).replace(`-${process.pid}-`, `-${pid}-`);
    mkdirSync(join(left, 'deep'), { recursive: true });
    await unpacked(join(place, 'zz.zip'));
    expect(readdirSync(place).sort()).toEqual(['zz', 'zz.zip']);
  });

  it('is unpacked again where what was unpacked has changed, and only then', async () => {
    const zip = join(scratch(), 'zz.zip');
    writeFileSync(zip, text('first'));
    const folder = await unpacked(zip);
    writeFileSync(join(folder, 'work.maskwright'), 'a project of it');
    expect(await unpacked(zip)).toBe(folder);
    writeFileSync(join(folder, 'a.json'), 'edited');
    const again = await unpacked(zip);
    expect(readFileSync(join(again, 'a.json'), 'utf8')).toBe('first');
    expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe('edited');
    expect(await unpacked(zip)).toBe(again);
    writeFileSync(join(again, 'c.json'), '{}');
    expect(await unpacked(zip)).not.toBe(again);
  });

  it.each([
    ['within an entry', (bytes: Uint8Array, second: number) => bytes.subarray(0, second - 7)],
    ['between two entries', (bytes: Uint8Array, second: number) => bytes.subarray(0, second)],
    ['before the end of its list', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 30)],
    [
      'in what is packed',
      (bytes: Uint8Array, second: number) => bytes.map((b, at) => (at > 36 && at < second ? 255 : b)),
    ],
  ])('that is cut off or damaged %s is refused with a sentence', async (_where, damage) => {
    const zip = join(scratch(), 'cut.zip');
    const bytes = text('some text that is long enough to be packed '.repeat(20));
    const second = Buffer.from(bytes).indexOf('PK\x03\x04', 4, 'latin1');
    writeFileSync(zip, damage(bytes, second));
    await expect(unpacked(zip)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('is no ZIP archive that can be unpacked'),
    });
  });
});
