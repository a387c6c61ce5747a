/** Numbers as the element types that graphs take. */
import { basename } from 'node:path';
import { AppError } from '@shared/errors/appError';

type Elements = Float32Array | Uint16Array | Uint8Array | Int32Array | BigInt64Array;

/** The element types that an input may have. */
const elementTypes = ['float32', 'float16', 'uint8', 'int32', 'int64'] as const;
export type ElementType = (typeof elementTypes)[number];

/** Throws for an input that cannot be fed. `file`: of the graph. */
export function checkElementType(file: string, input: string, type: string): asserts type is ElementType {
  if (elementTypes.some((one) => one === type)) return;
  const kind = type === 'unknown' ? 'a type that this version does not know' : type;
  throw new AppError('bad-input', `${basename(file)} takes its input “${input}” as ${kind}`, {
    place: { file },
    hint: `export it so that it takes ${elementTypes.slice(0, -1).join(', ')} or ${elementTypes.at(-1)}; float32 is the usual one`,
  });
}

/** The values in the given type; float32 is the very array that came. Integers are rounded, bytes clamped to 0..255. */
export function toElements(data: Float32Array, type: ElementType): { type: ElementType; elements: Elements } {
  switch (type) {
    case 'float32':
      return { type, elements: data };
    case 'float16':
      return { type, elements: Uint16Array.from(data, toHalf) };
    case 'uint8':
      return { type, elements: new Uint8Array(Uint8ClampedArray.from(data).buffer) };
    case 'int32':
      return { type, elements: Int32Array.from(data, Math.round) };
    case 'int64':
      return { type, elements: BigInt64Array.from(data as unknown as readonly number[], toBigInt) };
  }
}

/**
 * What a graph gave as numbers that families read: halves and doubles become float32, bytes of truth values stay bytes; the rest is the
 * very array that came. `file`: of the graph, for a fault.
 */
export function fromElements(
  type: string,
  data: unknown,
  { file, output }: { readonly file: string; readonly output: string },
): Float32Array | Int32Array | BigInt64Array | Uint8Array {
  switch (type) {
    case 'float16':
      return data instanceof Uint16Array
        ? Float32Array.from(data, fromHalf)
        : Float32Array.from(data as ArrayLike<number>);
    case 'float64':
      return Float32Array.from(data as Float64Array);
    case 'float32':
    case 'int32':
    case 'int64':
    case 'uint8':
    case 'bool':
      return data as Float32Array;
    case 'int8':
    case 'int16':
    case 'uint16':
      return Int32Array.from(data as ArrayLike<number>);
    default:
      throw new AppError('bad-input', `${basename(file)} gives its output “${output}” as ${type}`, {
        place: { file },
        hint: 'export it so that it gives float32',
      });
  }
}

const toBigInt = (value: number) => BigInt(Math.round(value));

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** IEEE 754 binary16 of a number, rounded to the nearest, ties to even; what is too large becomes infinite. */
export function toHalf(value: number): number {
  single[0] = value;
  const word = bits[0];
  const sign = (word >>> 16) & 0x8000;
  const exponent = (word >>> 23) & 0xff;
  const fraction = word & 0x7fffff;
  if (exponent === 0xff) return sign | (fraction ? 0x7e00 : 0x7c00);
  const half = exponent - 112;
  if (half >= 31) return sign | 0x7c00;
  if (half <= 0) {
    if (half < -10) return sign;
    return sign | roundShift(fraction | 0x800000, 14 - half);
  }
  // A fraction that rounds up to the next power of two carries into the exponent, which is right.
  return sign + ((half << 10) + roundShift(fraction, 13));
}

/** `value >> shift`, rounded to the nearest, ties to even. */
function roundShift(value: number, shift: number): number {
  const floor = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const tie = 1 << (shift - 1);
  return rest > tie || (rest === tie && (floor & 1) === 1) ? floor + 1 : floor;
}

/** The number that the bits of an IEEE 754 binary16 mean. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
