/** Texts bent along their structure: a JSON tree or XML elements with a part of another kind, twice, gone, or in another's place. */
import type { Random } from './datasetFuzz';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

interface Slot {
  readonly holder: Json[] | { [key: string]: Json };
  readonly key: string | number;
}

/** Where names lead out, are devices, or are what a program may take for something else. */
export const hostileNames: readonly string[] = [
  '../../outside.png',
  '..\\..\\outside.png',
  '/etc/outside.png',
  'C:\\outside.png',
  '\\\\server\\share\\outside.png',
  'file:///etc/outside.png',
  'https://host/../../outside.png',
  'a/../../outside.png',
  '%2e%2e%2foutside.png',
  'con',
  'NUL.png',
  'com1.txt',
  'name. ',
  '.',
  '..',
  '',
  ' ',
  'a\u0000b.png',
  '\ud800.png',
  '__proto__',
  'constructor',
  `${'long/'.repeat(60)}x.png`,
  `${'n'.repeat(300)}.png`,
];

const oddValues: readonly Json[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e308,
    -1e308,
    2 ** 53,
    1e9,
    '',
    'x',
    '0',
    '-1',
    'NaN',
    'é',
    [],
    {},
    [[]],
    [{}],
    [[[]]],
  ],
  ...[[1, 2], [1, 2, 3], [[1, 2]], [['a', 'b']], [[1e9, 1e9], [0, 0], [1e9, 0]], { points: [] }, { size: [1e6, 1e6], counts: 'a' }], // prettier-ignore
  ...[
    { size: [20, 20], counts: [400] },
    { size: [20, 20], counts: [-1, 401] },
    { x: 1 },
    'iVBORw0KGgo=',
    'eJwDAAAAAAE=',
  ],
];

function slotsOf(value: Json): Slot[] {
  const slots: Slot[] = [];
  const walk = (holder: Json) => {
    if (typeof holder !== 'object' || holder === null || slots.length > 4000) return;
    for (const key of Array.isArray(holder) ? holder.keys() : Object.keys(holder)) {
      slots.push({ holder: holder as Json[], key });
      walk((holder as { [key: string]: Json })[key]);
    }
  };
  walk(value);
  return slots;
}

const get = ({ holder, key }: Slot): Json => (holder as { [key: string]: Json })[key];
const set = ({ holder, key }: Slot, value: Json): void => void ((holder as { [key: string]: Json })[key] = value);

/** Null: it is no JSON. */
export function bendJson(text: string, random: Random): { content: string; step: string } | null {
  // What is nested that deep already would end the stack of the fuzzer itself.
  if (text.startsWith('[[[[')) return null;
  let tree: Json;
  try {
    tree = JSON.parse(text) as Json;
  } catch {
    return null;
  }
  const slots = slotsOf(tree);
  if (slots.length === 0) return null;
  const slot = random.pick(slots);
  const said = `${String(slot.key)} `;
  const done = (step: string) => ({
    content: JSON.stringify(tree, null, random.chance(0.3) ? 2 : 0),
    step: said + step,
  });
  switch (random.below(7)) {
    case 0:
      if (Array.isArray(slot.holder)) slot.holder.splice(slot.key as number, 1);
      else delete slot.holder[slot.key];
      return done('removed');
    case 1: {
      const other = random.pick(slots);
      const value = structuredClone(get(other));
      set(slot, value);
      return done(`becomes what ${String(other.key)} is`);
    }
    case 2: {
      const names = slots.filter((one) => typeof get(one) === 'string');
      const name = random.pick(hostileNames);
      if (names.length > 0) set(random.pick(names), name);
      return done(`a text becomes ${JSON.stringify(name).slice(0, 40)}`);
    }
    case 3: {
      const lists = slots.filter((one) => Array.isArray(get(one)) && (get(one) as Json[]).length > 0);
      if (lists.length > 0) {
        const list = get(random.pick(lists)) as Json[];
        const copies = random.pick([1, 3, 500]);
        for (let i = 0; i < copies; i++) list.push(structuredClone(random.pick(list.slice(0, 20))));
      }
      return done('a list with more of the same');
    }
    case 4: {
      let nested: Json = get(slot);
      for (let depth = random.pick([3, 60, 1000]); depth > 0; depth--) nested = [nested];
      set(slot, nested);
      return done('nested');
    }
    case 5: {
      const numbers = slots.filter((one) => typeof get(one) === 'number');
      if (numbers.length > 0)
        set(random.pick(numbers), random.pick([-1, 0, 0.5, 1e9, 1e20, 65536, 2 ** 31, 1e-9, 255]));
      return done('a number');
    }
    default:
      set(slot, structuredClone(random.pick(oddValues)));
      return done(`becomes ${(JSON.stringify(get(slot)) ?? '').slice(0, 40)}`);
  }
}

/** Null: there are no elements in it. */
export function bendXml(text: string, random: Random): { content: string; step: string } | null {
  const elements = [...text.matchAll(/<(\w+)((?:\s[^<>]*)?)(\/>|>)/g)];
  if (elements.length === 0 || !text.trimStart().startsWith('<')) return null;
  const [whole, name, attributes, end] = random.pick(elements);
  const at = text.indexOf(whole);
  const replace = (by: string, step: string) => ({
    content: text.slice(0, at) + by + text.slice(at + whole.length),
    step: `<${name}> ${step}`,
  });
  switch (random.below(6)) {
    case 0:
      return replace(`<${name}${end}`, 'without attributes');
    case 1:
      return replace(whole.repeat(end === '/>' ? 3 : 1), 'three times');
    case 2:
      return replace(attributes.replace(/"[^"]*"/, `"${random.pick(hostileNames).replace(/[<&"\0]/g, '')}"`) === attributes ? whole : `<${name}${attributes.replace(/"[^"]*"/, `"${random.pick(hostileNames).replace(/[<&"\0]/g, '')}"`)}${end}`, 'another name'); // prettier-ignore
    case 3:
      return replace(`${'<g>'.repeat(200)}${whole}`, 'nested');
    case 4: {
      const entities =
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>';
      return {
        content: `${entities}${text.replace(/<\?xml[^>]*\?>/, '')}`.replace('</', '&c;</'),
        step: 'entities that grow',
      };
    }
    default: {
      const close = text.indexOf(`</${name}>`, at);
      const stop = end === '/>' || close < 0 ? at + whole.length : close + name.length + 3;
      return { content: text.slice(0, at) + text.slice(stop), step: `<${name}> removed` };
    }
  }
}
