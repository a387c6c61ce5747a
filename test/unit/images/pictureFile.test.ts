/** What the window is given: regular image files inside the images folder, whatever a dataset or a link says. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPicture } from '../../../src-main/images/pictureFile';

let folder: string;
let root: string;
beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'maskwright-pictures-')));
  root = join(folder, 'images');
  mkdirSync(join(root, 'sub'), { recursive: true });
  mkdirSync(join(folder, 'elsewhere', 'deep'), { recursive: true });
  const png = await sharp({ create: { width: 4, height: 3, channels: 3, background: '#123456' } })
    .png()
    .toBuffer();
  for (const name of ['images/a.png', 'images/sub/b.png', 'elsewhere/c.png', 'elsewhere/deep/d.png']) {
    writeFileSync(join(folder, name), png);
  }
  writeFileSync(join(folder, 'secret.txt'), 'the pass phrase');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = () => Promise.resolve(false);

/** The real path and size of what was opened. */
async function opened(name: string, mayShow: (folder: string) => Promise<boolean> = never) {
  const { path, handle, header } = await openPicture(join(root, name), root, mayShow);
  await handle.close();
  return [path, header?.storedWidth, header?.storedHeight];
}

describe('is given', () => {
  test('an image in the folder or below, also through links that stay inside', async () => {
    expect(await opened('a.png')).toEqual([join(root, 'a.png'), 4, 3]);
    symlinkSync(join(root, 'sub'), join(root, 'link'));
    expect(await opened('link/b.png')).toEqual([join(root, 'sub/b.png'), 4, 3]);
  });

  test('an image in a linked folder once that folder was allowed: it is asked for as a whole', async () => {
    symlinkSync(join(folder, 'elsewhere'), join(root, 'link'));
    const asked: string[] = [];
    const allow = (outside: string) => {
      asked.push(outside);
      return Promise.resolve(true);
    };
    expect(await opened('link/deep/d.png', allow)).toEqual([join(folder, 'elsewhere/deep/d.png'), 4, 3]);
    symlinkSync(join(folder, 'elsewhere/c.png'), join(root, 'c.png'));
    expect(await opened('c.png', allow)).toEqual([join(folder, 'elsewhere/c.png'), 4, 3]);
    expect(asked).toEqual([join(folder, 'elsewhere'), join(folder, 'elsewhere')]);
  });
});

describe('whose place is taken while it is opened', () => {
  /** Each time it is asked, the link leads elsewhere next. */
  const swapping = (name: string, targets: readonly string[], allows: (folder: string) => boolean = () => true) => {
    const link = join(root, name);
    symlinkSync(join(folder, targets[0]), link);
    let asked = 0;
    return (outside: string) => {
      const next = targets[++asked];
      if (next) {
        rmSync(link);
        symlinkSync(join(folder, next), link);
      }
      return Promise.resolve(allows(outside));
    };
  };

  test('is what lies there by then, looked at from the beginning', async () => {
    const allow = swapping('x.png', ['elsewhere/c.png', 'elsewhere/deep/d.png']);
    expect(await opened('x.png', allow)).toEqual([join(folder, 'elsewhere/deep/d.png'), 4, 3]);
  });

  test('is refused where that is in no folder that was allowed', async () => {
    const allowed = (outside: string) => !outside.endsWith('deep');
    const allow = swapping('x.png', ['elsewhere/c.png', 'elsewhere/deep/d.png'], allowed);
    await expect(opened('x.png', allow)).rejects.toThrow(`is a link to ${join(folder, 'elsewhere/deep/d.png')}`);
  });

  test('is refused where it is another one each time', async () => {
    const allow = swapping('x.png', [
      'elsewhere/c.png',
      'elsewhere/deep/d.png',
      'elsewhere/c.png',
      'elsewhere/deep/d.png',
    ]);
    await expect(opened('x.png', allow)).rejects.toThrow('was replaced while it was being opened');
  });
});

describe('is refused', () => {
  test('a link out of the folder that was not allowed, with the place and what to do', async () => {
    symlinkSync(join(folder, 'elsewhere'), join(root, 'link'));
    await expect(opened('link/c.png')).rejects.toMatchObject({
      code: 'bad-input',
      message: `${join(root, 'link/c.png')} is a link to ${join(folder, 'elsewhere/c.png')}, outside the images folder`,
      hint: expect.stringContaining(join(folder, 'elsewhere')),
    });
  });

  test('a link to a text file, allowed or not', async () => {
    symlinkSync(join(folder, 'secret.txt'), join(root, 'x.png'));
    await expect(opened('x.png')).rejects.toThrow('outside the images folder');
    await expect(opened('x.png', () => Promise.resolve(true))).rejects.toThrow('is not an image of a known format');
  });

  test('a name that leads out of the folder, without being asked about', async () => {
    const ask = () => Promise.reject(new Error('was asked'));
    await expect(opened('../elsewhere/c.png', ask)).rejects.toThrow('lies outside the images folder');
  });

  test('a folder, nothing, a device, and a pipe that nobody writes to', async () => {
    await expect(opened('sub')).rejects.toThrow('is a folder, not an image');
    await expect(opened('none.png')).rejects.toThrow('does not exist');
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [join(root, 'pipe.png')]);
    await expect(opened('pipe.png')).rejects.toThrow('is a pipe or a device, not an image');
    symlinkSync('/dev/zero', join(root, 'zero.png'));
    await expect(opened('zero.png', () => Promise.resolve(true))).rejects.toThrow('is a pipe or a device');
  });
});
