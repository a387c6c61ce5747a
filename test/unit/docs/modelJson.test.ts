/** docs/model-json.md is the reference of the file: it lists what the schemas ask for, with their defaults, and nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { imageInput } from '../../../src-main/inference/catalog/imageInput';
import { headSchema } from '../../../src-main/inference/catalog/modelFile';
import { families } from '../../../src-main/inference/families';
import { schemaPaths, type SchemaPath } from '../../support/schemaPaths';

const page = readFileSync(join(import.meta.dirname, '../../../docs/model-json.md'), 'utf8');

/** The rows below a heading: key and what its default column says. */
function rowsBelow(heading: string): Map<string, string> {
  const from = page.indexOf(`\n${heading}\n`);
  expect(from, `the page has no heading “${heading}”`).toBeGreaterThan(0);
  const section = page.slice(from + 1 + heading.length).split(/\n#{2,3} /, 1)[0];
  const rows = [...section.matchAll(/^\| (`[^|]+`) \|[^|]*\|([^|]*)\|/gm)];
  return new Map(
    rows.flatMap(([, keys, fallback]) =>
      [...keys.matchAll(/`([^`]+)`/g)].map(([, key]) => [key, fallback.trim()] as const),
    ),
  );
}

function compare(heading: string, paths: readonly SchemaPath[]): void {
  const rows = rowsBelow(heading);
  expect([...rows.keys()].sort()).toEqual(paths.map(({ path }) => path).sort());
  for (const { path, fallback } of paths) {
    if (fallback === null || fallback === '{}') continue;
    const said = rows.get(path)!.replace(/[`\s]/g, '');
    const value = fallback.replace(/["\s]/g, '');
    expect(said, path).toContain(value);
  }
}

describe('docs/model-json.md', () => {
  test('the head', () => compare('## All models', schemaPaths(headSchema)));
  test('the input', () => compare('## input', schemaPaths(imageInput)));
  test.each(families.map((family) => [family.id, family] as const))('%s', (id, family) => {
    expect(page).toContain(`\n### ${id}\n\n${family.title}`);
    const shared = /^(input|encoder\.input)\.|^(files|categories)(\[\]|$)/;
    compare(
      `### ${id}`,
      schemaPaths(family.part).filter(({ path }) => !shared.test(path)),
    );
  });
});
