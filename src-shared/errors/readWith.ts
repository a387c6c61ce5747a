/** Reads what came from a file with its schema; of what does not fit, says in plain words what is wrong, and where. */
import type { z } from 'zod';
import { counted } from './counted';

export interface Fault {
  /** As it goes on after “…: ”. */
  readonly message: string;
  /** JSON pointer; empty: all of it. */
  readonly pointer: string;
}

/** The value as the schema parsed it, or its first fault. A schema's own messages say what its value “must be” or “has”. */
export function readWith<S extends z.ZodType>(
  schema: S,
  value: unknown,
): { readonly data: z.infer<S> } | { readonly fault: Fault } {
  const parsed = schema.safeParse(value, { error: inPlainWords });
  if (parsed.success) return { data: parsed.data };
  const [issue] = parsed.error.issues;
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path;
  const pointer = path.map((step) => `/${String(step).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
  return { fault: { message: `${subject(path)} ${issue.message}`, pointer } };
}

function subject(path: readonly PropertyKey[]): string {
  const key = path.filter((step) => typeof step === 'string').at(-1);
  if (key === undefined) return path.length > 0 ? 'an entry' : 'it';
  return typeof path.at(-1) === 'number' ? `an entry of “${key}”` : `“${key}”`;
}

type RawIssue = z.core.$ZodRawIssue;

/** For what the schema has no message of its own. */
function inPlainWords(issue: RawIssue): string {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      if (input === undefined) return 'is missing';
      return `must be ${kinds[issue.expected] ?? issue.expected}, not ${shown(input)}`;
    case 'invalid_value':
      return oneOf(issue.values, input);
    case 'unrecognized_keys':
      return 'is no key that is known here';
    case 'too_small':
    case 'too_big':
      return wrongSize(issue);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}, not ${shown(input)}`;
    case 'invalid_format':
      return issue.format === 'url' ? `must be an address, not ${shown(input)}` : `must not be ${shown(input)}`;
    case 'invalid_union':
      return noneFits(issue);
    default:
      return 'is not as it should be';
  }
}

function wrongSize(issue: Extract<RawIssue, { code: 'too_small' | 'too_big' }>): string {
  const { origin, inclusive, input, inst } = issue;
  const [bound, isLeast] = issue.code === 'too_small' ? [issue.minimum, true] : [issue.maximum, false];
  if (origin === 'string' || origin === 'array') {
    const { length } = input as string | readonly unknown[];
    const isExact = issue.exact === true || (inst && 'type' in inst._zod.def && inst._zod.def.type === 'tuple');
    if (isLeast && length === 0 && !isExact) return 'must not be empty';
    const how = isExact ? '' : isLeast ? 'at least ' : 'at most ';
    return `must have ${how}${counted(Number(bound), origin === 'string' ? 'character' : 'entry')}, not ${length}`;
  }
  const how = inclusive ? (isLeast ? 'at least' : 'at most') : isLeast ? 'more than' : 'less than';
  return `must be ${how} ${bound}, not ${shown(input)}`;
}

function noneFits(issue: Extract<RawIssue, { code: 'invalid_union' }>): string {
  const { options, discriminator } = issue;
  if (Array.isArray(options) && typeof discriminator === 'string')
    return oneOf(options, (issue.input as Record<string, unknown>)[discriminator]);
  const choices = issue.errors.flatMap(([first]) => (first?.code === 'invalid_value' ? first.values : [null]));
  if (choices.includes(null) || choices.length === 0) return 'is of no form that it may have';
  return oneOf(choices, issue.input);
}

function oneOf(values: readonly unknown[], input: unknown): string {
  if (input === undefined) return 'is missing';
  const words = values.map(shown);
  const choices = words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return `must be ${choices}, not ${shown(input)}`;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object in braces',
  record: 'an object in braces',
};

const mostShown = 60;

function shown(value: unknown): string {
  if (typeof value === 'string') return `“${value.length > mostShown ? `${value.slice(0, mostShown)}…` : value}”`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
