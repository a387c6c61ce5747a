/** Files that nobody has described: every fixture is taken for what it is, from its graph alone. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeModel } from '../../../src-main/inference/catalog/describe';
import { readFacts } from '../../../src-main/inference/catalog/facts';
import { readPythonDict } from '../../../src-main/inference/families/guess';

const fixtures = join(import.meta.dirname, '../../fixtures/models');

interface Manifest {
  readonly family: string;
  readonly files: readonly { readonly path: string }[];
  readonly input?: { readonly name: string; readonly layout?: string; readonly colour?: string };
  readonly outputs?: unknown;
  readonly encoder?: unknown;
  readonly decoder?: unknown;
}
const read = (id: string) => JSON.parse(readFileSync(join(fixtures, id, 'model.json'), 'utf8')) as Manifest;
const ids = readdirSync(fixtures).filter((id) => existsSync(join(fixtures, id, 'model.json')));
const single = ids.filter((id) => read(id).files.length > 0);

/** Every tensor that is named, by its place. */
function names(value: unknown, path = ''): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) =>
      key === 'name' && typeof inner === 'string' ? { [path]: inner } : names(inner, `${path}/${key}`),
    ),
  ) as Record<string, string>;
}

describe('a file is taken for what it is', () => {
  test.each(single)('%s', async (id) => {
    const manifest = read(id);
    const facts = await readFacts(manifest.files.map(({ path }) => join(fixtures, id, path)));
    const { family, manifest: found } = describeModel(facts, {});
    expect(family).toBe(manifest.family);
    expect(names(found.outputs)).toEqual(names(manifest.outputs));
    const { layout = 'NCHW', colour = 'RGB' } = (found.input ?? {}) as { layout?: string; colour?: string };
    expect([layout, colour]).toEqual([manifest.input?.layout ?? 'NCHW', manifest.input?.colour ?? 'RGB']);
    // Two graphs: which is which, and what goes from one to the other.
    expect(Object.values(names(found.decoder)).sort()).toEqual(Object.values(names(manifest.decoder)).sort());
    expect(Object.values(names(found.encoder)).sort()).toEqual(Object.values(names(manifest.encoder)).sort());
  });
});

test('a Python dict of names, with quotes in them', () => {
  expect(readPythonDict(`{0: 'person', 1: "dog's bed", 2: 'it\\'s'}`)).toEqual({
    0: 'person',
    1: "dog's bed",
    2: "it's",
  });
  expect(readPythonDict(`{0: 'person', 1: __import__('os')}`)).toBeNull();
  expect(readPythonDict('["person"]')).toBeNull();
});
