/** The users' guide keeps its word: every section has a picture that is there and names tests that are there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..', '..');
const guide = readFileSync(join(root, 'docs', 'guide.md'), 'utf8');

interface Section {
  readonly title: string;
  readonly text: string;
}

/** Chapters (`##`) without the contents, each with its sections (`###`). */
const chapters = split(guide, '## ').slice(1);
const sections = chapters.flatMap(({ text }) => split(text, '### '));

function split(text: string, mark: '## ' | '### '): Section[] {
  return `\n${text}`
    .split(`\n${mark}`)
    .slice(1)
    .map((piece) => ({ title: piece.slice(0, piece.indexOf('\n')), text: piece.slice(piece.indexOf('\n')) }));
}

/** The anchor that renderers give a heading. */
const anchorOf = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\- ]/gu, '')
    .replaceAll(' ', '-');

/** Paths of the pictures, from the root. */
const picturesOf = (text: string) =>
  [...text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => join('docs', path));

/** File and title of every test that the `Proved by:` lines name. */
function proofsOf(text: string): { file: string; title: string }[] {
  return [...text.matchAll(/^Proved by: (.+)$/gm)].flatMap(([, line]) => {
    let file = '';
    return [...line.matchAll(/(test\/\S+\.test\.ts)|"([^"]+)"/g)].flatMap(([, path, title]) => {
      if (path) file = path;
      return title ? { file, title } : [];
    });
  });
}

/** The titles in a test file; a placeholder of a template stands for any text. */
function titlesIn(file: string): RegExp[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/\b(?:test|it)(?:\.step)?\(\s*(['"`])((?:\\.|(?!\1).)+)\1/g)].map(([, , title]) => {
    const pieces = title.replace(/\\(.)/g, '$1').split(/\$\{[^}]*\}/);
    return new RegExp(`^${pieces.map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`);
  });
}

describe('docs/guide.md', () => {
  it('begins with contents that name every chapter and section', () => {
    const contents = guide.slice(
      guide.indexOf('\n## Contents'),
      guide.indexOf('\n## ', guide.indexOf('\n## Contents') + 1),
    );
    const named = [...contents.matchAll(/\[([^\]]+)\]\(#([^)]+)\)/g)].map(([, title, anchor]) => [title, anchor]);
    const there = chapters.flatMap(({ title, text }) => [title, ...split(text, '### ').map((each) => each.title)]);
    expect(named).toEqual(there.map((title) => [title, anchorOf(title)]));
    expect(new Set(named.map(([, anchor]) => anchor)).size).toBe(named.length);
  });

  it('has no chapter without a section', () => {
    expect(chapters.filter(({ text }) => split(text, '### ').length === 0).map(({ title }) => title)).toEqual([]);
  });

  it.each(sections)('“$title” has a picture, made by a test that is there', ({ text }) => {
    const pictures = picturesOf(text);
    // What is typed in a terminal is shown as text.
    if (!text.includes('\n```')) expect(pictures.length).toBeGreaterThan(0);
    expect(pictures.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const proofs = proofsOf(text);
    expect(proofs.length).toBeGreaterThan(0);
    const sources = proofs.map(({ file }) => readFileSync(join(root, file), 'utf8'));
    for (const path of pictures) {
      const name = basename(path).replace(/\.(png|webp)$/, '');
      expect(
        sources.some((source) => source.includes(`'${name}'`)),
        `a test writes ${path}`,
      ).toBe(true);
    }
    for (const { file, title } of proofs) {
      expect(
        titlesIn(file).some((known) => known.test(title)),
        `${file} has “${title}”`,
      ).toBe(true);
    }
  });

  it('leaves no picture unused', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const unused = readdirSync(join(root, 'docs', 'images')).filter(
      (name) => !guide.includes(`(images/${name})`) && !readme.includes(`docs/images/${name}`),
    );
    expect(unused).toEqual([]);
  });
});
