/** Whole files or none, and the checks before the work. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeUnfinishedFiles, writeFileAtomic } from '../../../src-main/files/atomicWrite';
import { readRecipe } from '../../../src-main/dataset/readRecipe';
import { readHead } from '../../../src-main/files/fileKind';
import { checkOutputFile, checkOutputFolder } from '../../../src-main/files/outputs';
import { describeContent } from '../../../src-main/files/describeContent';
import { readModelFile } from '../../../src-main/inference/catalog/modelFile';
import { runInProcess } from '../../support/cliInProcess';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'maskwright-files-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writing', () => {
  test('makes folders, takes text, bytes and pieces, and leaves nothing but the file', async () => {
    const file = join(folder, 'a/b/c.txt');
    await writeFileAtomic(file, 'one');
    expect(readFileSync(file, 'utf8')).toBe('one');
    await writeFileAtomic(file, new Uint8Array([50]));
    expect(readFileSync(file, 'utf8')).toBe('2');
    await writeFileAtomic(file, ['th', 'r', new Uint8Array([101]), 'e']);
    expect(readFileSync(file, 'utf8')).toBe('three');
    expect(readdirSync(join(folder, 'a/b'))).toEqual(['c.txt']);
  });

  test('that fails in the middle keeps the old file', async () => {
    const file = join(folder, 'c.txt');
    await writeFileAtomic(file, 'old');
    const failing = (function* () {
      yield 'new';
      throw new Error('no more');
    })();
    await expect(writeFileAtomic(file, failing)).rejects.toThrow('no more');
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['c.txt']);
  });

  test('that is under way can be removed at once', async () => {
    let goOn = () => {};
    const paused = new Promise<void>((resolve) => (goOn = resolve));
    const writing = writeFileAtomic(
      join(folder, 'c.txt'),
      (async function* () {
        yield 'half';
        await paused;
      })(),
    );
    await expect.poll(() => readdirSync(folder).length).toBe(1);
    removeUnfinishedFiles();
    expect(readdirSync(folder)).toEqual([]);
    goOn();
    await expect(writing).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('works with the longest name that a file system has room for', async () => {
    const file = join(folder, `${'あ'.repeat(83)}.png`);
    await writeFileAtomic(file, 'long');
    expect(readFileSync(file, 'utf8')).toBe('long');
    await expect(writeFileAtomic(join(folder, `${'あ'.repeat(90)}.png`), 'x')).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('has a name that is too long'),
    });
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('below a file is refused with a sentence', async () => {
    writeFileSync(join(folder, 'file'), '');
    const target = join(folder, 'file/x.txt');
    await expect(writeFileAtomic(target, 'x')).rejects.toMatchObject({ code: 'bad-input', place: { file: target } });
  });
});

describe('checks before the work', () => {
  test('an existing file needs force; a folder in its place is refused; a missing folder is fine and stays missing', async () => {
    writeFileSync(join(folder, 'x.json'), '');
    await expect(checkOutputFile(join(folder, 'x.json'), { force: false })).rejects.toThrow('exists already');
    await checkOutputFile(join(folder, 'x.json'), { force: true });
    await expect(checkOutputFile(folder, { force: true })).rejects.toThrow('is a folder');
    await checkOutputFile(join(folder, 'new/deep/x.json'), { force: false });
    expect(existsSync(join(folder, 'new'))).toBe(false);
    await expect(checkOutputFile(join(folder, 'x.json/y.json'), { force: false })).rejects.toThrow('cannot be written');
  });

  test('a picture and a project are replaced by nothing else, however it is asked for', async () => {
    const picture = join(folder, 'x.png');
    await sharp({ create: { width: 2, height: 2, channels: 3, background: '#000' } }).toFile(picture);
    await expect(checkOutputFile(picture, { force: true })).rejects.toThrow('is a picture: it would be overwritten');
    await expect(checkOutputFile(picture, { force: true, isProject: true })).rejects.toThrow('is a picture');
    const project = join(folder, 'p.maskwright');
    writeFileSync(project, 'SQLite format 3\0and so on');
    await expect(checkOutputFile(project, { force: true })).rejects.toThrow('is a Maskwright project');
    await checkOutputFile(project, { force: true, isProject: true });
  });

  test('a pipe is not waited for, in the place of an output or of an input', async () => {
    // Windows has no named pipes among its files.
    if (process.platform === 'win32') return;
    const pipe = join(folder, 'model.json');
    execFileSync('mkfifo', [pipe]);
    await checkOutputFile(pipe, { force: true });
    const reads = [
      () => readHead(pipe),
      () => readRecipe(pipe),
      () => readModelFile(folder),
      () => describeContent(pipe),
    ];
    for (const read of reads) await expect(read()).rejects.toThrow(`${pipe} is a pipe or a device, not a file`);
    const { code, stderr } = await runInProcess('info', pipe);
    expect([code, stderr]).toEqual([3, expect.stringContaining(`${pipe} is a pipe or a device, not a file`)]);
  });

  test('a folder with something in it needs force; a file in its place is refused', async () => {
    mkdirSync(join(folder, 'empty'));
    await checkOutputFolder(join(folder, 'empty'), { force: false });
    await expect(checkOutputFolder(folder, { force: false })).rejects.toThrow('is not empty');
    await checkOutputFolder(folder, { force: true });
    writeFileSync(join(folder, 'file'), '');
    await expect(checkOutputFolder(join(folder, 'file'), { force: true })).rejects.toThrow('is not a folder');
    expect(readdirSync(folder).sort()).toEqual(['empty', 'file']);
  });
});
