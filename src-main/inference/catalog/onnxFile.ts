/** Reads what an ONNX file says about itself, without loading it: tensors, metadata, operators, and what lies beside it. */
import { basename } from 'node:path';
import { AppError } from '@shared/errors/appError';
import { describeContent } from '../../files/describeContent';
import { openPlain } from '../../files/openPlain';
import { type Field, ProtoReader } from './protoReader';

export interface TensorFacts {
  readonly name: string;
  /** As ONNX Runtime calls it; `unknown` for what no family reads. */
  readonly type: string;
  /** A name or null where the size is not fixed. */
  readonly dims: readonly (number | string | null)[];
}

export interface GraphFacts {
  readonly file: string;
  readonly bytes: number;
  readonly inputs: readonly TensorFacts[];
  readonly outputs: readonly TensorFacts[];
  /** What the exporter wrote beside the graph. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly producer: string;
  /** Of the standard operators. */
  readonly opset: number;
  /** Operators that are not ONNX's own, as `domain::name`. */
  readonly customOperators: readonly string[];
  /** The operator that makes each output; one that only enlarges, shapes or casts it hands on what made its input. */
  readonly makers: ReadonlyMap<string, string>;
  /** How many channels the convolution gives that an output comes from, by output: exporters of graphs for any size often lose that. */
  readonly channels: ReadonlyMap<string, number>;
  /** Files with weights that the graph names, relative to its folder. */
  readonly externalFiles: readonly string[];
  /** Weights in half precision. */
  readonly isHalf: boolean;
}

/** ONNX's numbers for element types. */
const elementTypes: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};

/** Domains whose operators ONNX Runtime brings along. */
const knownDomains = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft', 'com.microsoft.nchwc']);

/** What one message of protobuf can hold. */
const mostGraphBytes = 2 ** 31;

/** Throws `bad-input` for a graph that nothing can load, before anybody reads it to its end. */
export function refuseTooLarge(file: string, bytes: number): void {
  if (bytes < mostGraphBytes) return;
  throw new AppError(
    'bad-input',
    `${basename(file)} has ${(bytes / 1e9).toFixed(1)} GB: no runtime reads an ONNX file of more than 2 GB`,
    { place: { file }, hint: 'save its weights as external data, in a file beside it' },
  );
}

/** Throws `bad-input` with a sentence where the file is no ONNX model, or is cut off. O(graph), never O(weights). */
export async function readOnnxFile(file: string): Promise<GraphFacts> {
  const handle = await openPlain(file).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof AppError) throw error;
    throw new AppError(
      'bad-input',
      `${file} ${error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`}`,
      {
        place: { file },
        cause: error,
      },
    );
  });
  try {
    const { size } = await handle.stat();
    return await readModel(new ProtoReader(handle, size), file, size);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const kind = await describeContent(file);
    throw new AppError('bad-input', `${file} is not an ONNX model: ${kind ?? 'it is cut off, or something else'}`, {
      place: { file },
      hint: kind ? 'give it a model that was exported as ONNX' : 'export or download it again',
      cause: error,
    });
  } finally {
    await handle.close();
  }
}

async function readModel(reader: ProtoReader, file: string, bytes: number): Promise<GraphFacts> {
  const facts = {
    inputs: [] as TensorFacts[],
    outputs: [] as TensorFacts[],
    metadata: {} as Record<string, string>,
    producer: '',
    opset: 0,
    custom: new Set<string>(),
    nodes: new Map<string, Node>(),
    external: new Set<string>(),
    initializers: new Map<string, number>(),
    isHalf: false,
  };
  let hasGraph = false;
  for await (const field of reader.fields(0, bytes)) {
    if (field.number === 2) facts.producer = await reader.text(field);
    else if (field.number === 8) {
      const { domain, version } = await readOpset(reader, field);
      if (domain === '' || domain === 'ai.onnx') facts.opset = version;
    } else if (field.number === 14) {
      const [key, value] = await readPair(reader, field);
      facts.metadata[key] = value;
    } else if (field.number === 7) {
      hasGraph = true;
      await readGraph(reader, field, facts);
    }
  }
  if (!hasGraph || facts.outputs.length === 0) throw new Error('no graph');
  const { custom, external, initializers, nodes, ...rest } = facts;
  return {
    file,
    bytes,
    ...rest,
    // Older exporters list weights among the inputs.
    inputs: facts.inputs.filter(({ name }) => !initializers.has(name)),
    customOperators: [...custom],
    makers: new Map(facts.outputs.map(({ name }) => [name, makerOf(name, nodes, handsOn)?.type ?? ''])),
    channels: new Map(
      facts.outputs.flatMap(({ name }) => {
        const { type, weights } = makerOf(name, nodes, keepsChannels) ?? {};
        const count = type === 'Conv' ? initializers.get(weights ?? '') : undefined;
        return count === undefined ? [] : [[name, count] as const];
      }),
    ),
    externalFiles: [...external],
  };
}

interface Node {
  readonly type: string;
  /** The tensor that it reads first. */
  readonly input: string;
  /** What it reads next. */
  readonly weights: string;
}

/** Operators after which values mean what they meant before. */
const handsOn = new Set([
  'Identity',
  'Cast',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Flatten',
  'Transpose',
  'Resize',
  'Upsample',
  'Slice',
]);

/** Operators that give as many channels as they are given. */
const keepsChannels = new Set(['Identity', 'Cast', 'Resize', 'Upsample', 'Sigmoid', 'Softmax', 'LogSoftmax']);

/** The node that makes a tensor, but for those of the types `through`; undefined where no node makes it. */
function makerOf(tensor: string, nodes: ReadonlyMap<string, Node>, through: ReadonlySet<string>): Node | undefined {
  const seen = new Set<string>();
  let name = tensor;
  for (;;) {
    const node = nodes.get(name);
    if (!node || seen.has(name) || !through.has(node.type)) return node;
    seen.add(name);
    name = node.input;
  }
}

interface Collected {
  readonly nodes: Map<string, Node>;
  readonly inputs: TensorFacts[];
  readonly outputs: TensorFacts[];
  readonly custom: Set<string>;
  readonly external: Set<string>;
  /** The first of their sizes. */
  readonly initializers: Map<string, number>;
  isHalf: boolean;
}

async function readGraph(reader: ProtoReader, graph: Field, facts: Collected): Promise<void> {
  for await (const field of reader.inside(graph)) {
    if (field.number === 1) {
      let [domain, type] = ['', ''];
      const inputs: string[] = [];
      const outputs: string[] = [];
      for await (const part of reader.inside(field)) {
        if (part.number === 1 && inputs.length < 2) inputs.push(await reader.text(part));
        else if (part.number === 2) outputs.push(await reader.text(part));
        else if (part.number === 4) type = await reader.text(part);
        else if (part.number === 7) domain = await reader.text(part);
      }
      for (const name of outputs) facts.nodes.set(name, { type, input: inputs[0] ?? '', weights: inputs[1] ?? '' });
      if (!knownDomains.has(domain)) facts.custom.add(`${domain}::${type}`);
    } else if (field.number === 5) await readInitializer(reader, field, facts);
    else if (field.number === 11) facts.inputs.push(await readTensorInfo(reader, field));
    else if (field.number === 12) facts.outputs.push(await readTensorInfo(reader, field));
  }
}

async function readInitializer(reader: ProtoReader, tensor: Field, facts: Collected): Promise<void> {
  let [name, first] = ['', 0];
  for await (const field of reader.inside(tensor)) {
    if (field.number === 1) first ||= field.value;
    else if (field.number === 8) name = await reader.text(field);
    else if (field.number === 2 && field.value === 10) facts.isHalf = true;
    else if (field.number === 13) {
      const [key, value] = await readPair(reader, field);
      if (key === 'location') facts.external.add(value);
    }
  }
  facts.initializers.set(name, first);
}

async function readOpset(reader: ProtoReader, opset: Field) {
  let [domain, version] = ['', 0];
  for await (const field of reader.inside(opset)) {
    if (field.number === 1) domain = await reader.text(field);
    else if (field.number === 2) version = field.value;
  }
  return { domain, version };
}

async function readPair(reader: ProtoReader, pair: Field): Promise<[key: string, value: string]> {
  let [key, value] = ['', ''];
  for await (const field of reader.inside(pair)) {
    if (field.number === 1) key = await reader.text(field);
    else if (field.number === 2) value = await reader.text(field);
  }
  return [key, value];
}

async function readTensorInfo(reader: ProtoReader, info: Field): Promise<TensorFacts> {
  let name = '';
  let type = 'unknown';
  const dims: (number | string | null)[] = [];
  for await (const field of reader.inside(info)) {
    if (field.number === 1) name = await reader.text(field);
    else if (field.number === 2) {
      for await (const tensor of reader.inside(field)) {
        if (tensor.number !== 1) continue;
        for await (const part of reader.inside(tensor)) {
          if (part.number === 1) type = elementTypes[part.value] ?? 'unknown';
          else if (part.number === 2) {
            for await (const dim of reader.inside(part)) if (dim.number === 1) dims.push(await readDim(reader, dim));
          }
        }
      }
    }
  }
  return { name, type, dims };
}

async function readDim(reader: ProtoReader, dim: Field): Promise<number | string | null> {
  for await (const field of reader.inside(dim)) {
    if (field.number === 1) return field.value;
    if (field.number === 2) return reader.text(field);
  }
  return null;
}
