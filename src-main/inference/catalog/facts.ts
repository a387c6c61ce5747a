/** All that is known of a model before anybody says what it is: its graphs, and what lies beside them. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { AppError } from '@shared/errors/appError';
import { asFields } from '@shared/formats/values';
import { type GraphFacts, readOnnxFile } from './onnxFile';

export interface ModelFacts {
  readonly graphs: readonly GraphFacts[];
  readonly beside: Beside;
}

/** Files that exporters lay beside a graph, as far as they could be read. */
export interface Beside {
  /** Hugging Face's config.json: classes, architecture. */
  readonly config: Readonly<Record<string, unknown>> | null;
  /** preprocessor_config.json: size, mean and standard deviation. */
  readonly preprocessor: Readonly<Record<string, unknown>> | null;
  /** mmdeploy's pipeline.json: how a picture becomes the input. */
  readonly pipeline: Readonly<Record<string, unknown>> | null;
  /** Names of classes in their order, of data.yaml, classes.txt or labels.txt. */
  readonly names: readonly string[] | null;
  /** The files that were read. */
  readonly files: readonly string[];
}

/** `given`: ONNX files, or a folder with them; what is given beside ONNX files is found by itself. */
export async function readFacts(given: readonly string[]): Promise<ModelFacts> {
  const files = await onnxFilesOf(given);
  const graphs: GraphFacts[] = [];
  for (const file of files) graphs.push(await readOnnxFile(file));
  const folder = dirname(files[0]);
  const beside = await readBeside(folder);
  // Hugging Face lays the graphs into a folder of their own, beside what describes them.
  const isApart = beside.files.length === 0 && basename(folder) === 'onnx';
  return { graphs, beside: isApart ? await readBeside(dirname(folder)) : beside };
}

const isOnnx = (name: string) => /\.onnx$/i.test(name);

async function onnxFilesOf(given: readonly string[]): Promise<readonly string[]> {
  const [first, ...more] = given;
  if (more.length > 0) {
    const graphs = given.filter(isOnnx);
    return graphs.length > 0 ? graphs : given;
  }
  if (!(await stat(first).catch(() => null))?.isDirectory()) return given;
  for (const folder of [first, join(first, 'onnx')]) {
    const names = (await readdir(folder).catch(() => [])).filter(isOnnx).sort();
    const chosen = chooseGraphs(names);
    if (chosen) return chosen.map((name) => join(folder, name));
    if (names.length === 0) continue;
    throw new AppError('bad-input', `${folder} has ${names.length} ONNX files: ${names.slice(0, 4).join(', ')} ...`, {
      place: { file: folder },
      hint: 'choose the one you want, or encoder and decoder, instead of the folder',
    });
  }
  throw new AppError('bad-input', `${first} has no ONNX file`, {
    place: { file: first },
    hint: 'export the model as ONNX into it, or choose the .onnx file itself',
  });
}

/** The only graph, encoder and decoder, or the one that exporters name so; null where there are others. */
function chooseGraphs(names: readonly string[]): readonly string[] | null {
  if (names.length === 1) return names;
  const isPair = names.length === 2 && names.filter((name) => /decoder/i.test(name)).length === 1;
  if (isPair) return names;
  return names.includes('model.onnx') ? ['model.onnx'] : null;
}

/** Larger ones are something else by that name. */
const mostBytes = 10_000_000;

async function readBeside(folder: string): Promise<Beside> {
  const files: string[] = [];
  const text = async (name: string): Promise<string | null> => {
    const path = join(folder, name);
    const size = await stat(path).then(
      (found) => (found.isFile() ? found.size : Infinity),
      () => Infinity,
    );
    if (size > mostBytes) return null;
    files.push(name);
    return readFile(path, 'utf8');
  };
  const object = async (name: string) => asFields(tryParse(await text(name), JSON.parse));
  const yaml = asFields(tryParse(await text('data.yaml'), (content) => parseYaml(content) as unknown));
  const list = yaml ? null : ((await text('classes.txt')) ?? (await text('labels.txt')));
  return {
    config: await object('config.json'),
    preprocessor: await object('preprocessor_config.json'),
    pipeline: await object('pipeline.json'),
    names: namesOf(yaml?.names) ?? listed(list),
    files,
  };
}

function tryParse(text: string | null, parse: (text: string) => unknown): unknown {
  if (text === null) return null;
  try {
    return parse(text);
  } catch {
    // A damaged neighbour says nothing; the graph still does.
    return null;
  }
}

/** A list of names, or names by their number from 0. */
export function namesOf(value: unknown): readonly string[] | null {
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value;
  const entries = Object.entries(asFields(value) ?? {});
  const names: string[] = [];
  for (const [key, name] of entries) if (/^\d+$/.test(key) && typeof name === 'string') names[Number(key)] = name;
  const isWhole = names.length > 0 && names.length === entries.length && !names.includes(undefined as never);
  return isWhole ? names : null;
}

function listed(text: string | null): readonly string[] | null {
  const names = (text ?? '').split(/\r?\n/).map((line) => line.trim());
  const found = names.filter((name) => name !== '');
  return found.length > 0 ? found : null;
}
