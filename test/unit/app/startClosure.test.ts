/** What the main process reads before its window is there: no database, no formats, no models. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { repoRoot } from '../scripts/loadScript';

/** Files and packages that `entry` imports by value, before anything is awaited. */
function closureOf(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const text = readFileSync(join(repoRoot, file), 'utf8');
    for (const [, names, name] of text.matchAll(/^(?:import|export) (?!type )([^;]*? from )?'([^']+)';/gms)) {
      const listed = /^\{([^}]*)\} from $/s.exec(names ?? '')?.[1];
      if (listed?.split(',').every((one) => /^\s*(type .*)?$/s.test(one))) continue;
      const base = name.startsWith('@shared/')
        ? join(repoRoot, 'src-shared', name.slice('@shared/'.length))
        : resolve(repoRoot, dirname(file), name);
      if (!name.startsWith('.') && !name.startsWith('@shared/')) packages.add(name);
      else visit(relative(repoRoot, [base, `${base}.ts`, `${base}/index.ts`].find(isFile)!));
    }
  };
  visit(entry);
  return { files, packages };
}

const isFile = (path: string) => existsSync(path) && statSync(path).isFile();

it('the window waits for nothing that its first page does not need', () => {
  const { files, packages } = closureOf('src-main/app/index.ts');
  expect([...packages].filter((name) => !name.startsWith('node:')).sort()).toEqual(['electron', 'zod']);
  expect(
    [...files].filter((file) => /formats\/registry|inference\/(families|catalog)|store\/database/.test(file)),
  ).toEqual([]);
  // It finds what is there: the store's own entry leads to the database.
  expect(closureOf('src-main/store/service.ts').packages).toContain('libsql');
});
