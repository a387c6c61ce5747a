/** Writes small ONNX files byte by byte, for tests of files that no exporter would write. */

type Attribute = number | string | TensorProto | Uint8Array;

export interface TensorProto {
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export interface NodeProto {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  /** A number is written as an integer; bytes are a graph. */
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export interface ValueProto {
  readonly name: string;
  readonly dims: readonly (number | string)[];
  readonly type?: 'float' | 'int64' | 'bool' | 'double' | 'uint32';
}

export interface GraphProto {
  readonly nodes: readonly NodeProto[];
  readonly inputs: readonly ValueProto[];
  readonly outputs: readonly ValueProto[];
  /** A weight that lies in another file. */
  readonly external?: { readonly name: string; readonly dims: readonly number[]; readonly location: string };
}

export function writeModel(
  graph: GraphProto,
  { opset = 17, metadata = {} }: { opset?: number; metadata?: Readonly<Record<string, string>> } = {},
): Buffer {
  const domains = [...new Set(graph.nodes.flatMap(({ domain }) => (domain ? [domain] : [])))];
  return Buffer.concat([
    number(1, 8),
    text(2, 'test'),
    bytes(7, writeGraph(graph)),
    bytes(8, number(2, opset)),
    ...domains.map((domain) => bytes(8, Buffer.concat([text(1, domain), number(2, 1)]))),
    ...Object.entries(metadata).map(([key, value]) => bytes(14, Buffer.concat([text(1, key), text(2, value)]))),
  ]);
}

export function writeGraph({ nodes, inputs, outputs, external }: GraphProto): Buffer {
  return Buffer.concat([
    ...nodes.map((node) => bytes(1, writeNode(node))),
    text(2, 'graph'),
    ...(external ? [bytes(5, writeExternal(external))] : []),
    ...inputs.map((one) => bytes(11, writeValue(one))),
    ...outputs.map((one) => bytes(12, writeValue(one))),
  ]);
}

const elementTypes = { float: 1, int64: 7, bool: 9, double: 11, uint32: 12 } as const;

function writeNode({ op, inputs, outputs, domain, attributes = {} }: NodeProto): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, writeAttribute(name, value))),
    ...(domain ? [text(7, domain)] : []),
  ]);
}

function writeAttribute(name: string, value: Attribute): Buffer {
  if (typeof value === 'number') return Buffer.concat([text(1, name), number(3, value), number(20, 2)]);
  if (typeof value === 'string') return Buffer.concat([text(1, name), text(4, value), number(20, 3)]);
  if (value instanceof Uint8Array) return Buffer.concat([text(1, name), bytes(6, value), number(20, 5)]);
  return Buffer.concat([text(1, name), bytes(5, writeTensor(value)), number(20, 4)]);
}

function writeTensor({ dims, data }: TensorProto): Buffer {
  const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const type = data instanceof Float32Array ? elementTypes.float : elementTypes.int64;
  return Buffer.concat([...dims.map((dim) => number(1, dim)), number(2, type), bytes(9, raw)]);
}

function writeExternal({ name, dims, location }: NonNullable<GraphProto['external']>): Buffer {
  const entry = Buffer.concat([text(1, 'location'), text(2, location)]);
  return Buffer.concat([
    ...dims.map((dim) => number(1, dim)),
    number(2, 1),
    text(8, name),
    bytes(13, entry),
    number(14, 1),
  ]);
}

function writeValue({ name, dims, type = 'float' }: ValueProto): Buffer {
  const shape = dims.map((dim) => bytes(1, typeof dim === 'number' ? number(1, dim) : text(2, dim)));
  const tensor = Buffer.concat([number(1, elementTypes[type]), bytes(2, Buffer.concat(shape))]);
  return Buffer.concat([text(1, name), bytes(2, bytes(1, tensor))]);
}

function varint(value: number): Buffer {
  const out: number[] = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    const low = Number(rest & 127n);
    if (rest < 128n) return Buffer.from([...out, low]);
    out.push(low | 128);
  }
}

const number = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)]);
const bytes = (field: number, value: Uint8Array) => Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
const text = (field: number, value: string) => bytes(field, Buffer.from(value));
