/** The pages about the house say what is there: every path exists, every task's answer is in its file, every column is explained. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Sqlite } from '../../../src-main/store/database/database';
import { createTables } from '../../../src-main/store/database/schema';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = [
  'docs/architecture.md',
  'docs/project-file.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs/recipes')).map((file) => `docs/recipes/${file}`),
];

describe('pages about the house', () => {
  test.each(pages)('every path that %s names is there', (page) => {
    const paths = [...read(page).matchAll(/\b(?:src-(?:shared|main|renderer)|test|scripts|docs)\/[\w./-]*\w/g)].map(
      ([path]) => path,
    );
    const links = [...read(page).matchAll(/\]\(([\w./-]+)\)/g)].map(([, link]) => join(dirname(page), link));
    const named = [...paths, ...links].filter((path) => !/NAME/.test(path));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('architecture.md sends a reader to the right file for ten tasks', () => {
    const rows = [...read('docs/architecture.md').matchAll(/^\| ([^|]+) \| (src-[^| ]+) \| ([^|]+) \|$/gm)];
    expect(rows.length).toBe(10);
    for (const [, task, file, word] of rows) {
      expect(read(file).toLowerCase(), `${task}: ${file}`).toContain(word.trim().toLowerCase());
    }
  });

  test('architecture.md names every room', () => {
    const text = read('docs/architecture.md');
    for (const side of ['src-shared', 'src-main', 'src-renderer']) {
      const rooms = readdirSync(join(root, side)).filter((name) => statSync(join(root, side, name)).isDirectory());
      expect(rooms.filter((room) => !text.includes(`\`${room}\``) && !text.includes(`${side}/${room}`))).toEqual([]);
    }
  });

  test('project-file.md explains every table and column of the schema', () => {
    const text = read('docs/project-file.md');
    const folder = mkdtempSync(join(tmpdir(), 'schema-'));
    const db = new Sqlite(join(folder, 'new.maskwright'), { mode: 'build' });
    createTables(db);
    const columnsOf = (table: string) =>
      db.rows<[string]>('SELECT name FROM pragma_table_info(?)', table).map(([name]) => name);
    const tables = db.rows<[string]>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    const schema = tables.map(([table]) => [table, columnsOf(table)] as const);
    db.close();
    rmSync(folder, { recursive: true });
    for (const [table, columns] of schema) {
      const row = text.split('\n').find((line) => line.startsWith(`| \`${table}\` |`));
      expect(row, table).toBeDefined();
      expect(columns.filter((column) => !row!.includes(`\`${column}\``))).toEqual([]);
    }
  });
});
