/** The first-start set-up: which system packages are asked for, when something counts as stale, what the lock files hold. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadScript, repoRoot } from './loadScript';

const { missingLibraries, packageName, packagesFor } = await loadScript('lib/systemLibraries.mjs');
const { requireOwnFolder } = await loadScript('lib/ownFolder.mjs');
const { hashContents } = await loadScript('lib/contentHash.mjs');

describe('system libraries', () => {
  const ldd = [
    '\tlinux-vdso.so.1 (0x00007ffd)',
    '\tlibnss3.so => not found',
    '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)',
    '\tlibXdamage.so.1 => not found',
    '\tlibnew.so.9 => not found',
  ].join('\n');

  it('reads the missing ones out of ldd', () => {
    expect(missingLibraries(ldd)).toEqual(['libnss3.so', 'libXdamage.so.1', 'libnew.so.9']);
  });

  it('asks for nothing where nothing is missing', () => {
    expect(packagesFor([])).toEqual([]);
  });

  it('adds the package of each missing library to the base list, each once', () => {
    const packages = packagesFor(missingLibraries(ldd));
    expect(packages).toContain('libgtk-3-0');
    expect(packages).toContain('libxdamage1');
    expect(packages.filter((name: string) => name === 'libnss3')).toHaveLength(1);
  });

  it('takes the t64 name where the release has it', () => {
    expect(packageName('libgtk-3-0', (name: string) => name === 'libgtk-3-0t64')).toBe('libgtk-3-0t64');
    expect(packageName('libgtk-3-0', () => false)).toBe('libgtk-3-0');
  });
});

describe('an installation', () => {
  it('is refused where node_modules is a link: npm would empty the folder behind it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'maskwright-link-'));
    const [real, link] = [join(folder, 'real'), join(folder, 'link')];
    mkdirSync(real);
    symlinkSync(real, link);
    expect(() => requireOwnFolder(real)).not.toThrow();
    expect(() => requireOwnFolder(join(folder, 'absent'))).not.toThrow();
    expect(() => requireOwnFolder(link)).toThrow(real);
    rmSync(folder, { recursive: true });
  });
});

describe('content hash', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'maskwright-hash-'));
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src', 'a.ts'), 'one');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('changes with a content, a name and a new file, and with nothing else', () => {
    const before = hashContents(folder, ['src', 'absent.json']);
    writeFileSync(join(folder, 'src', 'a.ts'), 'one');
    expect(hashContents(folder, ['src', 'absent.json'])).toBe(before);
    writeFileSync(join(folder, 'src', 'a.ts'), 'two');
    const changed = hashContents(folder, ['src']);
    expect(changed).not.toBe(before);
    writeFileSync(join(folder, 'src', 'b.ts'), '');
    expect(hashContents(folder, ['src'])).not.toBe(changed);
  });
});

describe('lock files', () => {
  it.each(['package-lock.json', 'scripts/electron-fallback/package-lock.json'])(
    '%s names no host and verifies every package',
    (file) => {
      const { packages } = JSON.parse(readFileSync(join(repoRoot, file), 'utf8')) as {
        packages: Record<string, { resolved?: string; integrity?: string; inBundle?: boolean }>;
      };
      const installed = Object.entries(packages).filter(([place, entry]) => place !== '' && !entry.inBundle);
      expect(installed.length).toBeGreaterThan(0);
      for (const [place, entry] of installed) {
        expect(entry.resolved, place).toBeUndefined();
        expect(entry.integrity, place).toMatch(/^sha512-/);
      }
    },
  );
});
