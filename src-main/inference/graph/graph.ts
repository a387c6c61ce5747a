/** Opens one graph of a model in ONNX Runtime and runs it; says in a sentence what is wrong with a graph. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { basename } from 'node:path';
import { type Provider, PROVIDER_TITLES } from '@shared/models/providers';
import { AppError } from '@shared/errors/appError';
import { type ModelFile, modelFilePath } from '../catalog/modelFile';
import { describeContent } from '../../files/describeContent';
import { checkElementType, type ElementType, fromElements, toElements } from './elements';
import { sessionProviders } from './providers';
import { computeThreads } from './threads';

/** Values for an input; converted to the element type that the graph declares. */
export interface TensorValue {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** A tensor that came out of a run; `data` may be int64. */
export interface OutputTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** A tensor by its name in the graph; `pointer`: the place in model.json that names it. */
export interface TensorPlan {
  readonly name: string;
  readonly pointer: string;
}

/** What of a graph is used. The keys of `inputs` and `outputs` are the family's own words. */
export interface GraphPlan {
  /** Role of the graph's file in model.json. */
  readonly role: string;
  /** `layout`: of an input that takes the image; its number of letters is the rank. */
  readonly inputs: Readonly<Record<string, TensorPlan & { readonly layout?: string }>>;
  readonly outputs: Readonly<Record<string, TensorPlan>>;
}

/** A graph ready to run. It holds native memory until `release`. */
export interface Graph {
  /** Runs once, blocking the thread; cannot be interrupted. Inputs and outputs by the keys of the plan. */
  run(feeds: Readonly<Record<string, TensorValue>>): Promise<Record<string, OutputTensor>>;
  release(): Promise<void>;
}

/**
 * Creates the session (one thread a physical core) and checks that the graph has the tensors that model.json names.
 * Throws `bad-input` naming the file and the JSON pointer. The file's hash is the caller's business.
 */
export async function openGraph(model: ModelFile, plan: GraphPlan, runsOn: RunsOn): Promise<Graph> {
  const { path } = modelFilePath(model, plan.role);
  const session = await createSession(path, runsOn);
  let types: ReadonlyMap<string, ElementType>;
  try {
    types = checkTensors(model, path, plan, session);
  } catch (error) {
    await session.release();
    throw error;
  }
  const keys = Object.keys(plan.outputs);
  const names = keys.map((key) => plan.outputs[key].name);
  return {
    async run(feeds) {
      const inputs = Object.entries(feeds).map(([key, { data, dims }]) => {
        const { name } = plan.inputs[key];
        const { type, elements } = toElements(data, types.get(name) ?? 'float32');
        return [name, new Tensor(type, elements as Float32Array, dims)];
      });
      const results = await session.run(Object.fromEntries(inputs), names).catch((error: unknown) => {
        throw runFault(path, feeds, error);
      });
      return Object.fromEntries(
        keys.map((key, i) => {
          const { dims, type, data } = results[names[i]];
          const tensor = { dims, data: fromElements(type, data, { file: path, output: names[i] }) };
          checkNumbers(path, names[i], tensor);
          return [key, tensor];
        }),
      );
    },
    release: () => session.release(),
  };
}

/** `tell`: one sentence, where a graph runs elsewhere than it was to. */
export interface RunsOn {
  readonly provider: Provider;
  readonly tell: (sentence: string) => void;
}

const onProcessor: RunsOn = { provider: 'cpu', tell: () => undefined };

async function createSession(path: string, { provider, tell }: RunsOn): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, {
      ...sessionProviders(provider),
      intraOpNumThreads: computeThreads(),
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // Without it an encoder takes a quarter more at its most, a fifth more of the processor, and gives nothing back when it goes.
      enableCpuMemArena: true,
      // One block planned for all tensors of a run stays beside what the first run took: twice the memory, and no faster.
      enableMemPattern: false,
    });
  } catch (error) {
    if (provider !== 'cpu') {
      const session = await createSession(path, onProcessor);
      tell(`${basename(path)} cannot run on ${PROVIDER_TITLES[provider]} (${reason(error)}): it runs on the processor`);
      return session;
    }
    const kind = await describeContent(path);
    throw new AppError('bad-input', `${path} is not an ONNX model that can be loaded: ${kind ?? reason(error)}`, {
      place: { file: path },
      cause: error,
    });
  }
}

/** What ONNX Runtime says while it computes; mostly shapes that do not go together. */
function runFault(path: string, feeds: Readonly<Record<string, TensorValue>>, error: unknown): AppError {
  const given = Object.entries(feeds).map(([key, { dims }]) => `${key} [${dims.join(', ')}]`);
  return new AppError('bad-model', `${path} cannot run on what it was given, ${given.join(', ')}: ${reason(error)}`, {
    place: { file: path },
    hint: 'its input in model.json may have another size or layout than it was exported with',
    cause: error,
  });
}

/** Numbers looked at an output: enough to see a network that computes nothing, at no cost. */
const mostSamples = 2048;

function checkNumbers(path: string, name: string, { data }: OutputTensor): void {
  if (!(data instanceof Float32Array) || data.length === 0) return;
  const step = Math.max(1, Math.floor(data.length / mostSamples));
  let [bad, seen] = [0, 0];
  for (let i = 0; i < data.length; i += step, seen++) if (Number.isNaN(data[i])) bad++;
  if (bad * 2 <= seen) return;
  throw new AppError('bad-model', `${path} gives no numbers (NaN) in its output "${name}"`, {
    place: { file: path },
    hint: 'half precision overflows on some processors: export it in float32, or check its normalisation',
  });
}

/** ONNX Runtime's message without its source locations. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, needed, known] = /Opset (\d+) is under development.*till opset (\d+)/s.exec(message) ?? [];
  if (needed)
    return `it needs operator set ${needed}, and this version runs them up to ${known}: export it with an older one`;
  const [, newest] = /Unsupported model IR version: \d+, max supported IR version: (\d+)/.exec(message) ?? [];
  if (newest) return `it is of a newer ONNX than the ${newest} that this version reads: export it with an older one`;
  const [, unknown, set] = /No Op registered for (\w+) with domain_version of (\d+)/.exec(message) ?? [];
  if (unknown) return `operator set ${set}, which it is made for, has no ${unknown}: export it again`;
  const [, missing] = /Could not find an implementation for (\w+)\(\d+\) node/.exec(message) ?? [];
  if (missing)
    return `this runtime has no ${missing} for such numbers: export it in float32, or with another operator set`;
  if (/External initializer.*out of bounds|can not be read in full/s.test(message))
    return 'the file with its weights is cut off, or belongs to another export: bring both from the same export';
  const external = /External data path does not exist: (.*)|External initializer.*?(\S+\.(?:data|bin|weight\S*))/.exec(
    message,
  );
  if (external) return `the file with its weights is not beside it: ${external[1] ?? external[2]}`;
  return message
    .replace(/^Load model from .* failed:/s, '')
    .replace(
      /^Non-zero status code returned while running (\w+) node\..*? Status Message: /s,
      'its operator $1 fails: ',
    )
    .replace(/\S+ [=!<>]=? \S+ was false\. /, '')
    .replace(/\/\S+\.(cc|h):\d+ \S+.*?\) /s, '')
    .split('\n', 1)[0]
    .trim();
}

/** Throws where the graph is not what model.json says; gives the element type of each input. */
function checkTensors(
  { file }: ModelFile,
  path: string,
  plan: GraphPlan,
  session: InferenceSession,
): ReadonlyMap<string, ElementType> {
  const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
  const check = (kind: string, { name, pointer }: TensorPlan, names: readonly string[]) => {
    if (names.includes(name)) return;
    throw new AppError('bad-input', `${file} names the ${kind} "${name}", but the graph has ${quoted(names)}`, {
      place: { file, pointer: `${pointer}/name` },
    });
  };
  for (const input of Object.values(plan.inputs)) check('input', input, session.inputNames);
  for (const output of Object.values(plan.outputs)) check('output', output, session.outputNames);
  const fedNames = new Set(Object.values(plan.inputs).map(({ name }) => name));
  const missed = session.inputNames.filter((name) => !fedNames.has(name));
  if (missed.length > 0) {
    throw new AppError('bad-input', `The graph also needs ${quoted(missed)}, which this family does not give it`, {
      place: { file },
      hint: 'export it without that input',
    });
  }
  const types = new Map<string, ElementType>();
  for (const { name, pointer, layout } of Object.values(plan.inputs)) {
    const fed = session.inputMetadata.find((input) => input.name === name);
    if (!fed?.isTensor) continue;
    checkElementType(path, name, fed.type);
    types.set(name, fed.type);
    const rank = layout?.length;
    if (rank === undefined || fed.shape.length === 0 || fed.shape.length === rank) continue;
    const shape = `[${fed.shape.join(', ')}]`;
    throw new AppError('bad-input', `${file} gives the layout ${layout}, but the graph takes ${shape}`, {
      place: { file, pointer: `${pointer}/layout` },
    });
  }
  return types;
}
