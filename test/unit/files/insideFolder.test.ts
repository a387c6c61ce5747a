import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InsideFolder } from '../../../src-main/files/insideFolder';

const root = mkdtempSync(join(tmpdir(), 'maskwright-inside-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const out = join(root, 'out');
mkdirSync(join(out, 'labels'), { recursive: true });
mkdirSync(join(root, 'elsewhere'));
symlinkSync(join(root, 'elsewhere'), join(out, 'images'));
symlinkSync(join(out, 'labels'), join(out, 'same'));
symlinkSync(out, join(root, 'link'));

describe('what is written into a folder', () => {
  it('stays in it, folders that are not there yet included', async () => {
    const inside = new InsideFolder(out);
    for (const name of ['a.txt', 'labels/a.txt', 'new/deep/a.txt', 'same/a.txt']) await inside.check(join(out, name));
    // The folder itself may be a link: the user chose it.
    await new InsideFolder(join(root, 'link')).check(join(root, 'link', 'labels', 'a.txt'));
    await new InsideFolder(join(root, 'none')).check(join(root, 'none', 'a.txt'));
  });

  it('does not follow a link that leads out', async () => {
    for (const name of ['images/a.png', 'images/new/a.png']) {
      const fault = await new InsideFolder(out).check(join(out, name)).catch((error: Error) => error.message);
      expect(fault).toMatch(/a link leads to .*elsewhere/);
    }
  });

  it('is no device where the system has such', async () => {
    for (const name of ['CON', 'nul.txt', 'aux/a.png', 'COM1.png']) {
      await new InsideFolder(out, 'linux').check(join(out, name));
      await expect(new InsideFolder(out, 'win32').check(join(out, name))).rejects.toThrow('is the name of a device');
    }
    await new InsideFolder(out, 'win32').check(join(out, 'console.png'));
  });
});
