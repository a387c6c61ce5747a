/** Whatever is given away with the program comes with its licence. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScript, repoRoot } from './loadScript';

const { bundledIntoPage, collectLicences } = await loadScript('lib/licences.mjs');
const { packages, texts } = collectLicences() as {
  packages: { name: string; version: string; licence: string; text: number }[];
  texts: string[];
};
const read = (...path: string[]) => readFileSync(join(repoRoot, ...path), 'utf8');
const manifest = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;

describe('licences', () => {
  it('are there for every package that the program needs at run time, however deep', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean; version: string }>;
    };
    const installed = JSON.parse(read('node_modules', '.package-lock.json')) as typeof lock;
    const wanted = Object.entries(lock.packages)
      .filter(([place, { dev, devOptional }]) => place !== '' && !dev && !devOptional && installed.packages[place])
      .map(([place, { version }]) => `${place.slice(place.lastIndexOf('node_modules/') + 13)} ${version}`);
    expect(wanted.length).toBeGreaterThan(30);
    const listed = new Set(packages.map(({ name, version }) => `${name} ${version}`));
    expect(wanted.filter((one) => !listed.has(one))).toEqual([]);
  });

  it('are there for what the page is made of', () => {
    const files = ['src-renderer', 'src-shared'].flatMap((root) =>
      readdirSync(join(repoRoot, root), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(ts|svelte|css)$/.test(name))
        .map((name) => read(root, name)),
    );
    const imported = new Set(
      files.flatMap((text) =>
        [...text.matchAll(/(?:from|import|@import) ['"]((?:@[\w-]+\/)?[\w.-]+)/g)].map(([, name]) => name),
      ),
    );
    const ofPackages = [...imported].filter((name) => manifest.dependencies[name] ?? manifest.devDependencies[name]);
    expect(ofPackages).toContain('svelte');
    const known = [...Object.keys(manifest.dependencies), ...(bundledIntoPage as string[])];
    expect(ofPackages.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('have a name and a text each', () => {
    expect(packages.filter(({ licence, text }) => !licence || !(texts[text]?.length > 200))).toEqual([]);
    expect(packages.find(({ name }) => name === 'onnxruntime-node')).toMatchObject({ licence: 'MIT' });
  });
});
