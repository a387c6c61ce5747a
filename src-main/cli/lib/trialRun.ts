/** One run of a model that was just added: on a picture of the user's or a drawn one, in the process that can be ended. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { InferenceRequests } from '@shared/ipc/inference';
import { AppError } from '@shared/errors/appError';
import type { InferenceClient } from '../../inference/client';

/** A model that takes longer on one picture is of no use here, or it hangs. */
const mostSeconds = 120;

export interface Trial {
  /** How many objects, or classes of a map, it found. */
  readonly found: number;
  readonly ms: number;
  readonly notes: readonly string[];
}

/** Runs the model of the folder. `picture`: a file, or null for a drawn scene. `seconds`: longest wait. */
export async function tryModel(
  client: InferenceClient,
  folder: string,
  use: 'objects' | 'prompts' | 'part',
  picture: string | null,
  seconds: number = mostSeconds,
): Promise<Trial> {
  const temporary = picture === null ? await mkdtemp(join(tmpdir(), 'maskwright-trial-')) : null;
  const path = picture ?? join(temporary!, 'trial.png');
  if (temporary) await drawScene(path);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    client.kill();
  }, seconds * 1000);
  const started = performance.now();
  try {
    const { found, notes } = await run(client, folder, use, path);
    return { found, notes, ms: Math.round(performance.now() - started) };
  } catch (error) {
    if (!isLate) throw error;
    throw new AppError('bad-model', `The model did not finish the trial picture within ${seconds} seconds`, {
      hint: 'export it with a smaller input, or look whether it hangs',
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    if (temporary) await rm(temporary, { recursive: true, force: true });
  }
}

async function run(client: InferenceClient, model: string, use: 'objects' | 'prompts' | 'part', path: string) {
  const source: InferenceRequests['inference.propose']['params']['source'] = { path, orientation: 'exif' };
  if (use !== 'prompts') {
    const { proposals, notes } = await client.call('inference.propose', { source, model });
    return { found: proposals.length, notes };
  }
  const { session, size } = await client.call('inference.openPrompts', { source, model });
  const points = [{ x: size[1] * 0.3, y: size[0] * 0.4, isInside: true }];
  const { candidates } = await client.call('inference.prompt', { session, points });
  return { found: candidates.length, notes: [] };
}

/** Three plain things on a shaded ground: enough to see that numbers come out. */
async function drawScene(path: string): Promise<void> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">
    <defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="#456"/><stop offset="1" stop-color="#ba9"/></linearGradient></defs>
    <rect width="640" height="480" fill="url(#g)"/><circle cx="190" cy="190" r="90" fill="#d33"/>
    <rect x="360" y="230" width="180" height="150" fill="#38c"/><ellipse cx="430" cy="110" rx="90" ry="50" fill="#eeb"/></svg>`;
  await sharp(Buffer.from(svg)).png().toFile(path);
}
