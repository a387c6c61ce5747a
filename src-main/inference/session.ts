/** Loads a model's graph into ONNX Runtime and runs it; says in a sentence what is wrong with a graph. */
import { open } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '../../src-shared/ipc/errors';
import { findFamily } from './families';
import type { ModelFamily, OutputTensor } from './family';
import { type ModelFile, modelFilePath, parseWith, verifyModelFiles } from './modelFile';
import { computeThreads } from './threads';

/** A model ready to run. It holds native memory until `release`. */
export interface LoadedModel {
  readonly model: ModelFile;
  readonly family: ModelFamily;
  /** `outputs` of model.json as the family's schema parsed them. */
  readonly outputs: unknown;
  readonly sha256: string;
  /** Runs the graph once, blocking the thread; cannot be interrupted. Tensors by their meaning (the keys of `outputs` in model.json). */
  run(input: { data: Float32Array; dims: readonly number[] }): Promise<Record<string, OutputTensor>>;
  release(): Promise<void>;
}

/**
 * Verifies the model's files, creates the session (CPU, one thread a physical core) and checks that the graph has the
 * tensors that model.json names. Throws `bad-input` naming the file and the JSON pointer.
 */
export async function loadModel(model: ModelFile): Promise<LoadedModel> {
  const { manifest, file } = model;
  const family = findFamily(manifest.family, file);
  const outputs = parseWith(family.outputs, manifest.outputs, file, '/outputs');
  await verifyModelFiles(model);
  const { path, sha256 } = modelFilePath(model, 'model');
  const session = await createSession(path);
  try {
    checkTensors(model, session);
  } catch (error) {
    await session.release();
    throw error;
  }
  // The family reads only the outputs it knows; others stay inside the graph.
  const roles = Object.keys(manifest.outputs);
  const names = roles.map((role) => manifest.outputs[role].name);
  return {
    model,
    family,
    outputs,
    sha256,
    async run({ data, dims }) {
      const input = new Tensor('float32', data, dims);
      const results = await session.run({ [manifest.input.name]: input }, names);
      return Object.fromEntries(roles.map((role, i) => [role, results[names[i]] as OutputTensor]));
    },
    release: () => session.release(),
  };
}

async function createSession(path: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: computeThreads(),
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // Errors only: its warnings about shape inference mean nothing to a user.
      logSeverityLevel: 3,
    });
  } catch (error) {
    const kind = await describeContent(path);
    throw new AppError('bad-input', `${path} is not an ONNX model that can be loaded: ${kind ?? reason(error)}`, {
      place: { file: path },
      cause: error,
    });
  }
}

/** A file that is plainly something else, in words; null when it may be ONNX. */
async function describeContent(path: string): Promise<string | null> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
    if (bytesRead === 0) return 'it is empty';
    const head = buffer.subarray(0, bytesRead);
    if (head.toString('latin1').startsWith('version https://git-lfs')) {
      return 'it is a Git LFS pointer, the weights themselves were not fetched';
    }
    if (head.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127)))
      return 'it is text';
    if (head.subarray(0, 2).toString('latin1') === 'PK') return 'it is a ZIP archive (perhaps a PyTorch file)';
    return null;
  } finally {
    await handle.close();
  }
}

/** ONNX Runtime's message without its source locations. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^Load model from .* failed:/s, '')
    .replace(/\/\S+\.(cc|h):\d+ \S+.*?\) /s, '')
    .split('\n', 1)[0]
    .trim();
}

function checkTensors({ manifest, file }: ModelFile, session: InferenceSession): void {
  const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
  const check = (kind: string, name: string, names: readonly string[], pointer: string) => {
    if (names.includes(name)) return;
    throw new AppError('bad-input', `${file} names the ${kind} "${name}", but the graph has ${quoted(names)}`, {
      place: { file, pointer },
    });
  };
  check('input', manifest.input.name, session.inputNames, '/input/name');
  for (const [role, { name }] of Object.entries(manifest.outputs)) {
    check('output', name, session.outputNames, `/outputs/${role}/name`);
  }
  const fed = session.inputMetadata.find((input) => input.name === manifest.input.name);
  if (fed?.isTensor && fed.type !== 'float32') {
    throw new AppError('bad-input', `${file}: the graph's input "${fed.name}" takes ${fed.type}, not float32`, {
      place: { file, pointer: '/input' },
    });
  }
  const rank = manifest.input.layout.length;
  if (fed?.isTensor && fed.shape.length > 0 && fed.shape.length !== rank) {
    const shape = `[${fed.shape.join(', ')}]`;
    throw new AppError('bad-input', `${file} gives the layout ${manifest.input.layout}, but the graph takes ${shape}`, {
      place: { file, pointer: '/input/layout' },
    });
  }
}
