/** `maskwright models`: which models there are; own ones added, looked into, checked and removed. */
import { rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { PROVIDERS } from '@shared/models/providers';
import type { Finding } from '@shared/dataset/finding';
import { AppError, describeError, fromErrorData, toErrorData } from '@shared/errors/appError';
import { addModel } from '../../inference/addModel';
import { findModel, findParts, pairOf, readCatalog } from '../../inference/catalog/catalog';
import { describeModel } from '../../inference/catalog/describe';
import { readFacts } from '../../inference/catalog/facts';
import { type ModelFile, readModelFile, verifyModelFiles } from '../../inference/catalog/modelFile';
import { putBack, takeOut } from '../../inference/catalog/ownModels';
import { pairModel } from '../../inference/catalog/pairModel';
import { fileError } from '../../files/fileErrors';
import { modelsFolders, startInference } from '../lib/engine';
import type { RunCommand, Session } from '../lib/session';
import { numberIn } from '../lib/parse';
import { withOptions } from '../lib/remedies';
import { counted } from '@shared/errors/counted';
import {
  bench,
  type BenchOptions,
  download,
  type DownloadOptions,
  forgetDownload,
  listCatalogue,
} from '../lib/modelDownloads';

interface AddOptions {
  readonly family?: string;
  readonly name?: string;
  readonly try?: string;
  readonly force?: boolean;
}

export function addModels(program: Command, run: RunCommand): void {
  const models = program
    .command('models')
    .summary('list, add, check and remove models')
    .description('Models: what ships, and your own.');
  models
    .command('list')
    .description('Lists the models that propose --model takes.')
    .option('--json', 'one line of JSON')
    .action((options: { json?: boolean }) => run((session) => list(options.json === true, session)));
  models
    .command('add')
    .description('Makes an ONNX file a model of your own: finds out what it is, tries it once, and keeps a copy.')
    .argument('<files...>', 'a .onnx file; for models that answer clicks, encoder and decoder')
    .option('--family <id>', 'what it is, where the guess is wrong')
    .option('--name <name>', 'what it is called; the name of the file unless given')
    .option('--try <image>', 'the picture for the trial run; a drawn one unless given')
    .option('--force', 'replace a model of that name')
    .addHelpText('after', addHelp)
    .action((files: readonly string[], options: AddOptions) => run((session) => add(files, options, session)));
  models
    .command('info')
    .description('Says what a model is: family, files, input, categories.')
    .argument('<id|folder|file>', 'a model, or a .onnx file that is none yet')
    .action((wanted: string) => run((session) => info(wanted, session)));
  models
    .command('catalogue')
    .description('Lists the models that can be downloaded, with their licences.')
    .option('--json', 'one line of JSON')
    .action((options: { json?: boolean }) => run((session) => listCatalogue(options.json === true, session)));
  models
    .command('download')
    .description('Fetches a model of the catalogue, checks its digest and adds it; one that was stopped goes on.')
    .argument('<id>', 'as models catalogue shows it')
    .option('--from <files...>', 'files that you have already: no network is used')
    .option('--force', 'replace a model of that name')
    .action((id: string, options: DownloadOptions) => run((session) => download(id, options, session)));
  models
    .command('bench')
    .description('Runs a model on a picture and says how long it takes and how much memory.')
    .argument('<id|folder>', 'a model')
    .option('--image <file>', 'the picture; a drawn one unless given')
    .option('--runs <n>', 'how often', numberIn(1, 1000), 5)
    .addOption(new Option('--provider <name>', 'what it runs on (as chosen in the window)').choices(PROVIDERS))
    .action((id: string, options: BenchOptions) => run((session) => bench(id, options, session)));
  models
    .command('pair')
    .description('Makes a detector without masks and Smart select one model: its boxes become masks.')
    .argument('<id>', 'a model of the family boxes')
    .action((id: string) => run((session) => pair(id, session)));
  models
    .command('providers')
    .description('Says what models can run on, on this computer.')
    .action(() => run((session) => providers(session)));
  models
    .command('verify')
    .description('Checks the files of models by size and digest.')
    .argument('[ids...]', 'all of them unless given')
    .action((ids: readonly string[]) => run((session) => verify(ids, session)));
  models
    .command('remove')
    .description('Removes a model that you added, or what a download that was stopped has left.')
    .argument('<id>', 'as models list shows it; of one that is broken, its folder’s name')
    .option('--now', 'delete its files at once, instead of in a week')
    .action((id: string, options: { now?: boolean }) => run((session) => remove(id, options.now === true, session)));
  models
    .command('restore')
    .description('Brings back a model that was removed or replaced within the last week.')
    .argument('<folder>', 'as models remove shows it')
    .action((folder: string) => run((session) => restore(folder, session)));
}

async function list(json: boolean, session: Session): Promise<void> {
  const folders = modelsFolders();
  const { models, findings } = await readCatalog(folders);
  for (const finding of findings) session.warn(inWords(finding));
  const rows = models.map(({ manifest, family, folder }) => ({
    id: manifest.id,
    name: manifest.name,
    family: family.id,
    use: family.use,
    isOwn: dirname(folder) === folders[1],
    categories: manifest.categories.length,
    licence: manifest.licence,
    folder,
  }));
  if (json) return session.io.out(`${JSON.stringify(rows)}\n`);
  const wide = (key: 'id' | 'family') => Math.max(...rows.map((row) => row[key].length));
  for (const row of rows) {
    const own = row.isOwn ? ' (yours)' : '';
    session.io.out(`${row.id.padEnd(wide('id'))}  ${row.family.padEnd(wide('family'))}  ${row.name}${own}\n`);
  }
}

/** Each one is tried: that the runtime knows it says nothing about this computer. */
async function providers(session: Session): Promise<void> {
  for (const provider of PROVIDERS) {
    const client = startInference(session, provider);
    const { why } = await client.call('inference.runtime', {}, { signal: session.signal });
    client.kill();
    session.io.out(`${provider.padEnd(9)} ${why ?? 'can be used'}\n`);
  }
}

async function add(
  files: readonly string[],
  { family, name, try: picture, force }: AddOptions,
  session: Session,
): Promise<void> {
  const paths = files.map((file) => resolve(file));
  for (const path of paths) await checkIsFile(path);
  if (picture !== undefined) await checkIsFile(resolve(picture));
  const [, folder] = modelsFolders();
  const client = startInference(session);
  const wish = { family, name };
  const draft = await client.call('inference.inspectModel', { files: paths, folder, wish });
  if (draft.problem) throw fromErrorData(draft.problem);
  session.io.err(`Looks like ${draft.family}:\n`);
  for (const line of draft.evidence) session.io.err(`  ${line}\n`);
  const trialPicture = picture ? ({ path: resolve(picture), orientation: 'exif' } as const) : null;
  const added = await withOptions(
    addModel(
      client,
      { files: paths, folder, wish, trial: trialPicture, replaces: force === true },
      { end: () => client.kill() },
    ),
    {
      rename: 'rename the file, or give it another name with --name',
      replace: 'give it another name with --name, or replace it with --force',
    },
  );
  const { proposals, ms, notes } = added.trial;
  for (const line of added.assumed) session.warn(`assumed: ${line}`);
  for (const note of notes) session.warn(`note: ${note}`);
  if (draft.isHalf) session.warn('note: its weights are in half precision, which is slow on processors');
  session.io.out(
    `${added.id}: ${added.family}, ${counted(added.categories, 'category')}; ` +
      `the trial run took ${(ms / 1000).toFixed(1)} s and found ${counted(proposals.length, 'object')}\n${added.folder}\n`,
  );
  if (added.family === 'boxes') session.io.err(`${added.id} ${await aboutMasks(added.id)}\n`);
}

async function pair(wanted: string, session: Session): Promise<void> {
  const folders = modelsFolders();
  const { id, name } = await pairModel(folders, folders[1], wanted);
  session.io.out(`${id}: ${name}\n`);
}

/** For a detector without masks, how it gets some. */
async function aboutMasks(id: string): Promise<string> {
  const by = pairOf((await readCatalog(modelsFolders())).models, id);
  const how = by ? `--model ${by.manifest.id}` : `maskwright models pair ${id}`;
  return `finds boxes without masks; with Smart select they become masks: ${how}`;
}

async function info(wanted: string, session: Session): Promise<void> {
  if (/\.onnx$/i.test(wanted)) {
    await checkIsFile(resolve(wanted));
    const facts = await readFacts([resolve(wanted)]);
    const [graph] = facts.graphs;
    const tensors = (list: typeof graph.inputs) =>
      list
        .map(({ name, type, dims }) => `    ${name}  ${type} [${dims.map((dim) => dim ?? '?').join(', ')}]\n`)
        .join('');
    const { producer, opset, metadata } = graph;
    session.io.out(`${basename(wanted)}: written by ${producer || 'somebody'}, operator set ${opset}\n`);
    session.io.out(`  inputs\n${tensors(graph.inputs)}  outputs\n${tensors(graph.outputs)}`);
    for (const [key, value] of Object.entries(metadata)) session.io.out(`  ${key}: ${value.slice(0, 200)}\n`);
    const { family, evidence, assumed } = describeModel(facts, {});
    session.io.out(`  looks like ${family}: ${evidence.join('; ')}\n`);
    for (const line of assumed) session.io.out(`  assumed: ${line}\n`);
    return;
  }
  const { manifest, family, folder } = await findModel(modelsFolders(), wanted);
  session.io.out(
    `${manifest.id}: ${manifest.name}\n  family: ${family.id}\n  licence: ${manifest.licence}\n  folder: ${folder}\n`,
  );
  for (const { role, path, size } of manifest.files)
    session.io.out(`  ${role}: ${path}, ${size.toLocaleString('en')} bytes\n`);
  const names = manifest.categories.map(({ name }) => name);
  if (names.length > 0) session.io.out(`  categories: ${names.join(', ')}\n`);
  if (family.id === 'boxes') session.io.out(`  ${await aboutMasks(manifest.id)}\n`);
}

async function verify(ids: readonly string[], session: Session): Promise<void> {
  if (ids.length === 0) return verifyAll(session);
  for (const id of ids) {
    const model = await findModel(modelsFolders(), id);
    session.io.out(await checked(model));
  }
}

/** A model is as good as those that it is made of. */
async function checked(model: ModelFile): Promise<string> {
  const parts = await findParts(modelsFolders(), model);
  for (const one of [model, ...parts]) await verifyModelFiles(one);
  const made = parts.length === 0 ? '' : `, of ${parts.map(({ manifest }) => manifest.id).join(' and ')}`;
  const files = [model, ...parts].flatMap(({ manifest }) => manifest.files).length;
  return `${model.manifest.id}: ${counted(files, 'file')} as they should be${made}\n`;
}

/** Every model is looked at, whatever is wrong with those before it. */
async function verifyAll(session: Session): Promise<void> {
  const { models, findings } = await readCatalog(modelsFolders());
  for (const finding of findings) session.warn(inWords(finding));
  let bad = findings.length;
  for (const model of models) {
    try {
      session.io.out(await checked(model));
    } catch (error) {
      bad++;
      session.warn(describeError(toErrorData(error)));
    }
  }
  if (bad === 0) return;
  const all = models.length + findings.length;
  throw new AppError(
    'bad-input',
    `${bad} of ${counted(all, 'model')} cannot be used as ${bad === 1 ? 'it is' : 'they are'} (see above)`,
  );
}

const inWords = ({ message, file, pointer }: Finding) =>
  `${file && !message.includes(file) ? `${file}: ${message}` : message}${pointer ? ` (${pointer})` : ''}`;

/** As the window does it; only `isNow` cannot be undone. */
async function remove(id: string, isNow: boolean, session: Session): Promise<void> {
  const [shipped, own] = modelsFolders();
  const forgotten = await forgetDownload(id);
  if (forgotten !== null) session.io.out(`${id}: ${forgotten} of a download removed\n`);
  if (forgotten !== null && !(await readCatalog([shipped, own])).models.some(({ manifest }) => manifest.id === id))
    return;
  const broken = await brokenFolder(own, id);
  const { folder, name } = broken
    ? { folder: broken, name: id }
    : await findModel([shipped, own], id).then((model) => ({ folder: model.folder, name: model.manifest.name }));
  if (dirname(folder) !== own) {
    throw new AppError('bad-input', `“${name}” ships with Maskwright and stays`, {
      place: { file: folder },
      hint: 'only models that were added can be removed',
    });
  }
  const kept = basename(folder);
  if (isNow) {
    await rm(folder, { recursive: true }).catch((error: unknown) => {
      throw fileError(error, folder);
    });
    session.io.out(`${id}: deleted\n`);
  } else {
    await takeOut(own, kept);
    session.io.out(`${id}: removed; for a week maskwright models restore ${kept} brings it back\n`);
  }
}

async function restore(folder: string, session: Session): Promise<void> {
  await putBack(modelsFolders()[1], folder);
  session.io.out(`${folder}: restored\n`);
}

/** The folder of that name among one's own whose model.json cannot be read: it has no id to be found by. */
async function brokenFolder(own: string, name: string): Promise<string | null> {
  const folder = join(own, name);
  if (dirname(folder) !== own || basename(folder) !== name || name.startsWith('.')) return null;
  if (!(await stat(join(folder, 'model.json')).catch(() => null))?.isFile()) return null;
  return readModelFile(folder).then(
    () => null,
    () => folder,
  );
}

async function checkIsFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile()) return;
  throw new AppError('bad-input', `${path} ${found ? 'is a folder' : 'does not exist'}`, {
    place: { file: path },
    ...(found ? { hint: 'give the .onnx file itself; what lies beside it is read too' } : {}),
  });
}

const addHelp = `
What it reads beside the file: config.json, preprocessor_config.json (Hugging Face), data.yaml (Ultralytics), pipeline.json
(mmdeploy), classes.txt or labels.txt (one name a line).

Examples:
  maskwright models add yolo11n-seg.onnx
  maskwright models add mobile_sam_encoder.onnx mobile_sam_decoder.onnx --name mobilesam
  maskwright models add model.onnx --family semantic --name roads --try street.jpg
`;
