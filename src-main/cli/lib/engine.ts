/** The engine as the command line runs it: store and vision in this process, inference in a child that can be killed. */
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import type { StoreRequests } from '@shared/ipc/store';
import type { VisionRequests } from '@shared/ipc/vision';
import { type Client, connectLocal } from '@shared/ipc/rpc';
import { type Provider, PROVIDERS } from '@shared/models/providers';
import { parseSettings } from '@shared/settings';
import { createVisionService } from '../../vision/service';
import { findModel } from '../../inference/catalog/catalog';
import { createInferenceClient, type InferenceClient } from '../../inference/client';
import { createStoreService } from '../../store/service';
import { builtFile, packagedPath, runsInElectron, sharpWasmFolder } from './installation';
import type { Session } from './session';

/** Classical jobs at once; each may take a gigabyte. */
export const classicalJobs = Math.min(4, availableParallelism());

export function openVision(session: Session): Client<VisionRequests> {
  const vision = createVisionService({ workerFile: builtFile('classicalWorker.cjs'), poolSize: classicalJobs });
  session.addCleanup(() => vision.dispose());
  return connectLocal(vision.handlers);
}

export interface OpenModel {
  readonly client: InferenceClient;
  readonly id: string;
  /** What requests call it. */
  readonly folder: string;
  readonly categories: readonly string[];
  /** Which of them model.json calls things (1) or stuff (0). */
  readonly isthing: ReadonlyMap<string, 0 | 1>;
  /** `prompts`: it answers clicks and boxes, and finds nothing by itself. */
  readonly use: 'objects' | 'prompts' | 'part';
}

/** Finds the model before the process that runs it is started. Throws `bad-input` when it cannot be used. */
export async function openInference(session: Session, wanted: string, provider?: Provider): Promise<OpenModel> {
  const modelsFolder = modelsFolders();
  const { folder, manifest, family } = await findModel(modelsFolder, wanted);
  for (const name of await readdir(folder).catch(() => [])) session.inputs.add(join(folder, name));
  const client = await startInferenceOn(session, provider);
  const categories = manifest.categories.map(({ name }) => name);
  const isthing = new Map(
    manifest.categories.flatMap(({ name, isthing: said }) => (said === undefined ? [] : [[name, said] as const])),
  );
  return { client, id: manifest.id, folder, categories, isthing, use: family.use };
}

/**
 * As `startInference`, on what is given or what the window's settings say for this computer; where that cannot be used it runs
 * on the processor, which is told.
 */
export async function startInferenceOn(session: Session, given: Provider | undefined): Promise<InferenceClient> {
  const provider = given ?? (await chosenProvider());
  const client = startInference(session, provider);
  if (provider === 'cpu') return client;
  const { why } = await client.call('inference.runtime', {}, { signal: session.signal });
  if (why) session.warn(why);
  return client;
}

async function chosenProvider(): Promise<Provider> {
  const text = await readFile(join(userDataFolder(), 'settings.json'), 'utf8').catch(() => '{}');
  const read = parseSettings(text);
  const said = 'settings' in read ? read.settings.models.provider : 'cpu';
  return PROVIDERS.find((provider) => provider === said) ?? 'cpu';
}

/** The process that runs models, ended with the session. */
export function startInference(session: Session, provider?: Provider): InferenceClient {
  const host = builtFile('inferenceHost.cjs');
  // Electron's processes are prepared first.
  const how = runsInElectron
    ? { script: builtFile('engineHost.cjs'), scriptArgs: [host, sharpWasmFolder()] }
    : { script: host };
  const client = createInferenceClient({ modelsFolder: modelsFolders(), provider, ...how });
  const kill = () => client.kill();
  session.addCleanup(kill, kill);
  return client;
}

/** Where models are: those that ship, then those that the user added. */
export function modelsFolders(): readonly [shipped: string, own: string] {
  return [packagedPath('models'), join(userDataFolder(), 'models')];
}

/** `whenLocked`: whether a project that a window or another run is writing to is read as it is, or refused. */
export function openStore(session: Session, whenLocked: 'read-only' | 'refuse'): Client<StoreRequests> {
  const store = connectLocal(createStoreService({ userDataFolder: userDataFolder(), whenLocked }));
  session.addCleanup(async () => {
    await store.call('project.close', {});
  });
  return store;
}

/** Where the desktop app keeps the projects whose own folder cannot be written; both must agree. */
function userDataFolder(): string {
  const name = 'Maskwright';
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name);
  if (process.platform === 'win32') return join(process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), name);
  return join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), name);
}
