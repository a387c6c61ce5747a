// Collects the licence of every package whose code is given away with the program: what it depends on, and what the bundler puts into the page.
import fs from 'node:fs';
import path from 'node:path';
import { fromRoot } from './paths.mjs';
import { StepError } from './report.mjs';

/** Development dependencies of which code goes into the page. */
export const bundledIntoPage = ['svelte', '@lucide/svelte', 'bits-ui', '@fontsource-variable/inter'];

/** What packages say only in their description. */
const saidElsewhere = { 'svelte-toolbelt': 'MIT' };

/** The usual texts, for packages that name their licence and publish no text of it. */
const usualTexts = {
  MIT: ['MIT'],
  ISC: ['ISC'],
  'Apache-2.0': ['Apache-2.0'],
  'LGPL-3.0-or-later': ['LGPL-3.0', 'GPL-3.0'],
};

/**
 * Returns `{packages: [{name, version, licence, text}], texts}`, by name; `text` is an index into `texts`. Throws where a
 * licence or its text is missing: nothing is given away without.
 */
export function collectLicences() {
  const { dependencies } = readJson(fromRoot('package.json'));
  const folders = new Map();
  for (const name of [...Object.keys(dependencies), ...bundledIntoPage]) follow(name, fromRoot(), folders);
  const wasm = fromRoot('resources', 'sharp-wasm');
  for (const name of Object.keys(readJson(path.join(wasm, 'package.json')).dependencies)) follow(name, wasm, folders);
  const texts = [];
  const packages = [...folders.keys()].map((folder) => {
    const { name, version, license } = readJson(path.join(folder, 'package.json'));
    const licence = typeof license === 'string' ? license : (license?.type ?? saidElsewhere[name]);
    const text = textIn(folder) ?? usualText(licence);
    if (!text) throw new StepError(`${name} ${version} names no licence, or one without a text (${licence}).`);
    return { name, version, licence, text: indexOf(texts, text) };
  });
  const key = ({ name, version }) => `${name} ${version}`;
  packages.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return { packages: packages.filter((one, at) => at === 0 || key(one) !== key(packages[at - 1])), texts };
}

/** Beside the build, where the program looks for them. */
export function writeLicences() {
  fs.writeFileSync(fromRoot('out', 'licences.json'), JSON.stringify(collectLicences()));
}

/** Adds the package as `from` sees it and all that it needs, as far as it is installed here. */
function follow(name, from, folders) {
  const folder = find(name, from);
  if (!folder || folders.has(folder)) return;
  folders.set(folder, true);
  const { dependencies, optionalDependencies } = readJson(path.join(folder, 'package.json'));
  for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) follow(next, folder, folders);
}

function find(name, from) {
  for (let place = from; ; place = path.dirname(place)) {
    const folder = path.join(place, 'node_modules', name);
    if (fs.existsSync(path.join(folder, 'package.json'))) return folder;
    if (path.dirname(place) === place || place === fromRoot()) return undefined;
  }
}

function usualText(licence) {
  const texts = usualTexts[licence]?.map((name) =>
    fs.readFileSync(fromRoot('resources', 'licences', `${name}.txt`), 'utf8'),
  );
  return texts?.join('\n\n');
}

function textIn(folder) {
  const names = fs.readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice|thirdparty)/i.test(name));
  const files = names.map((name) => path.join(folder, name)).filter((file) => fs.statSync(file).isFile());
  const text = files.map((file) => fs.readFileSync(file, 'utf8').trim()).join('\n\n');
  return text === '' ? null : text;
}

function indexOf(texts, text) {
  const at = texts.indexOf(text);
  return at >= 0 ? at : texts.push(text) - 1;
}

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}
