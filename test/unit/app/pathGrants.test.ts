/** What the window may open and write: only what the user has named. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/errors/appError';
import { type KnownPaths, PathGrants } from '../../../src-main/app/pathGrants';

const at = (path: string) => resolve('/data', path);
const known: KnownPaths = {
  recent: [
    { file: at('a/a.maskwright'), imagesFolder: at('a'), ofFolder: true },
    { file: at('b.maskwright'), imagesFolder: at('secret'), ofFolder: false },
  ],
  exportTargets: [at('out.json')],
};
const refused = (work: () => void) => {
  try {
    work();
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).hint).toBe('choose it in the dialog');
    return true;
  }
};

describe('paths', () => {
  it('are opened where the user named them, now or before, and nowhere else', () => {
    const grants = new PathGrants(() => known);
    for (const path of ['a/a.maskwright', 'a', 'b.maskwright']) grants.requireRead(at(path));
    // A project file may name any folder as that of its images.
    for (const path of ['secret', 'c', 'a/..', 'out.json', 'a/a.maskwright/x']) {
      expect(refused(() => grants.requireRead(at(path)))).toBe(true);
    }
    grants.mayRead(at('c/../d'));
    grants.requireRead(at('d'));
    grants.requireRead(at('./x/../d'));
    expect(refused(() => grants.requireRead(at('d/below')))).toBe(true);
    expect(refused(() => grants.takeWrite(at('d')))).toBe(true);
  });

  it('are written once for each dialog, and again where an export went before', () => {
    const grants = new PathGrants(() => known);
    expect(refused(() => grants.takeWrite(at('new.json')))).toBe(true);
    grants.mayWrite(at('new.json'));
    expect(refused(() => grants.requireRead(at('new.json')))).toBe(true);
    grants.takeWrite(at('new.json'));
    expect(refused(() => grants.takeWrite(at('new.json')))).toBe(true);
    grants.takeWrite(at('out.json'));
    grants.takeWrite(at('out.json'));
  });

  it('are shown where they lie when this run has written them, and no others', () => {
    const grants = new PathGrants(() => known);
    for (const path of ['a', 'out.json', 'new.json']) expect(refused(() => grants.requireWritten(at(path)))).toBe(true);
    grants.mayWrite(at('new.json'));
    expect(refused(() => grants.requireWritten(at('new.json')))).toBe(true);
    grants.wrote(at('x/../new.json'));
    grants.requireWritten(at('new.json'));
    expect(refused(() => grants.requireWritten(at('new.json/..')))).toBe(true);
    expect(refused(() => grants.requireRead(at('new.json')))).toBe(true);
  });
});
