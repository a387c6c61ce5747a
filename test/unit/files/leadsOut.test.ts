import { resolve, sep } from 'node:path';
import { expect, it } from 'vitest';
import { leadsOut, outputBelow } from '../../../src-main/files/leadsOut';

it('dots at the beginning of a name lead nowhere; two of them as a folder lead out', () => {
  const folder = resolve('/data/out');
  for (const name of ['..png', '...', '..a/b.png', 'a/..png', 'a/../b.png', '.png'])
    expect(outputBelow(folder, name)).toBe(resolve(folder, name));
  for (const name of ['..', '../a.png', 'a/../../b.png', '', '.', 'a\0.png', '/etc/passwd', '../out2/a.png'])
    expect(() => outputBelow(folder, name), name).toThrow(/would be written outside/);
  expect(['..', `..${sep}a`, resolve('/a')].map(leadsOut)).toEqual([true, true, true]);
  expect(['..a', `...${sep}a`, '', 'a'].map(leadsOut)).toEqual([false, false, false, false]);
});
