/** Checks named parameters against the table of methods and fills in the defaults. */
import { AppError } from '../errors/appError';
import { isPicks, isPoints, isStrokes } from './strokes';
import { CLASSICAL_METHODS, type MethodName, type MethodSpec, type ParamsOf, type ParamSpec } from './params';

/**
 * The full effective parameters of a method, in the order of the table. Values may be numbers or their text, as the
 * command line gives them.
 * @throws AppError `usage` with a sentence that lists what is valid.
 */
export function effectiveParams<M extends MethodName>(
  method: M,
  given: Readonly<Record<string, number | string>>,
): ParamsOf<M> {
  const specs: MethodSpec['params'] = CLASSICAL_METHODS[method].params;
  for (const name of Object.keys(given)) {
    if (!Object.prototype.hasOwnProperty.call(specs, name)) {
      throw new AppError('usage', `${method} has no parameter '${name}'; it has ${Object.keys(specs).join(', ')}`);
    }
  }
  const result: Record<string, number | string> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value = Object.prototype.hasOwnProperty.call(given, name) ? parseValue(spec, given[name]) : spec.default;
    if (value === null) {
      throw new AppError('usage', `${method}: ${name} is '${given[name]}' when ${describeRange(spec)} was expected`);
    }
    result[name] = value;
  }
  return result as ParamsOf<M>;
}

/** What a parameter accepts, e.g. `a whole number from 0 to 50`. */
export function describeRange(spec: ParamSpec): string {
  if (spec.type === 'choice') return `one of ${spec.choices.join(', ')}`;
  if (spec.type === 'indices') return "'auto' or numbers such as 0,2";
  if (spec.type === 'points') return `${spec.default === 'auto' ? "'auto' or " : ''}places such as 10,20 30,40`;
  if (spec.type === 'strokes') return 'strokes such as 1:8 10,20 30,40; 0:8 5,5';
  if (spec.type === 'picks') return 'clicks such as 12 10,20; +9 30,40; -9 5,5';
  if (spec.type === 'mask') return "a mask as COCO's compressed runs";
  const kind = spec.oddOrZero ? '0 or an odd number' : spec.integer ? 'a whole number' : 'a number';
  return `${kind} from ${spec.min} to ${spec.max}`;
}

/** The method's parameters for a terminal, one line each: name, default, range, help. */
export function describeParams(method: MethodName): string {
  const specs: MethodSpec['params'] = CLASSICAL_METHODS[method].params;
  const width = Math.max(...Object.keys(specs).map((name) => name.length));
  return Object.entries(specs)
    .map(
      ([name, spec]) =>
        `${name.padEnd(width)}  ${spec.help} [${describeRange(spec)}; default ${spec.default === '' ? 'none' : spec.default}]`,
    )
    .join('\n');
}

/** The numbers of an `indices` parameter, ascending and without repeats; null for `auto`. */
export function parseIndices(text: string): number[] | null {
  if (text === 'auto') return null;
  return [...new Set(text.split(',').map(Number))].sort((a, b) => a - b);
}

/** The value in the parameter's own type, or null where it is not acceptable. */
function parseValue(spec: ParamSpec, given: number | string): number | string | null {
  const text = String(given).trim();
  if (spec.type === 'choice') return spec.choices.find((choice) => String(choice) === text) ?? null;
  if (spec.type === 'indices') return text === 'auto' || /^\d+(,\d+)*$/.test(text) ? text : null;
  if (spec.type === 'points') return text === spec.default || isPoints(text) ? text : null;
  if (spec.type === 'strokes') return isStrokes(text) ? text : null;
  if (spec.type === 'picks') return isPicks(text) ? text : null;
  if (spec.type === 'mask') return /^[0-o]*$/.test(text) ? text : null;
  const value = text === '' ? Number.NaN : Number(text);
  if (!(value >= spec.min && value <= spec.max)) return null;
  if (spec.integer && !Number.isInteger(value)) return null;
  if (spec.oddOrZero && value !== 0 && value % 2 === 0) return null;
  return value;
}
