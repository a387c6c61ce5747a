/** What is typed into a list's filter, as words: text, comparisons like `area>1000`, `tag:NAME`, each also as `-word`. */

export type Operator = '<' | '<=' | '=' | '>=' | '>';

interface Negatable {
  /** Written with a minus: what fits it is left out. */
  readonly negated: boolean;
}

export type FilterWord =
  | (Negatable & {
      readonly kind: 'text';
      /** Lower case. */
      readonly text: string;
      /** In quotes: never a word with a meaning of its own. */
      readonly quoted: boolean;
    })
  | (Negatable & {
      readonly kind: 'compare';
      readonly field: string;
      readonly operator: Operator;
      readonly value: number;
      /** As typed, lower case: `age=5` may be about a value that is no number. */
      readonly text: string;
    })
  /** `key:value`, of the keys that the list knows; lower case. */
  | (Negatable & { readonly kind: 'key'; readonly key: string; readonly value: string });

export interface FilterLanguage {
  /** Words with a space in them that count as one, lower case. */
  readonly phrases?: readonly string[];
  /** Keys of `key:value`. */
  readonly keys?: readonly string[];
}

const token = /(-?)(?:([\p{L}_]+):)?"([^"]*)"?|(-?)(\S+)/gu;
const comparison = /^([\p{L}_][\p{L}\p{N}_]*)(<=|>=|<|>|=)(-?[\d,]*\.?\d+)$/u;
/** A comparison that is still being typed says nothing yet. */
const unfinished = /^[\p{L}_][\p{L}\p{N}_]*(<=|>=|<|>)-?$/u;

export function parseFilter(typed: string, { phrases = [], keys = [] }: FilterLanguage = {}): readonly FilterWord[] {
  let rest = typed.toLowerCase();
  const words: FilterWord[] = [];
  for (const phrase of phrases) {
    const found = new RegExp(`(^|\\s)(-?)${phrase.replace(/ /g, '\\s+')}(?=\\s|$)`, 'u');
    rest = rest.replace(found, (_, before: string, minus: string) => {
      words.push({ kind: 'text', text: phrase, quoted: false, negated: minus === '-' });
      return before;
    });
  }
  for (const [, quotedMinus, quotedKey, quoted, bareMinus, bare] of rest.matchAll(token)) {
    if (quoted !== undefined) {
      const negated = quotedMinus === '-';
      if (quotedKey !== undefined && keys.includes(quotedKey)) {
        words.push({ kind: 'key', key: quotedKey, value: quoted, negated });
      } else if (quoted !== '') words.push({ kind: 'text', text: quoted, quoted: true, negated });
    } else words.push(...bareWord(bare, bareMinus === '-', keys));
  }
  return words;
}

function bareWord(text: string, negated: boolean, keys: readonly string[]): FilterWord[] {
  if (unfinished.test(text)) return [];
  const compared = comparison.exec(text);
  if (compared) {
    const [, field, operator, value] = compared;
    const number = Number(value.replace(/,/g, ''));
    return [{ kind: 'compare', field, operator: operator as Operator, value: number, text, negated }];
  }
  const colon = text.indexOf(':');
  const key = text.slice(0, Math.max(0, colon));
  if (keys.includes(key)) {
    const value = text.slice(colon + 1);
    return value === '' ? [] : [{ kind: 'key', key, value, negated }];
  }
  return [{ kind: 'text', text, quoted: false, negated }];
}

export function compares(actual: number, operator: Operator, value: number): boolean {
  switch (operator) {
    case '<':
      return actual < value;
    case '<=':
      return actual <= value;
    case '=':
      return actual === value;
    case '>=':
      return actual >= value;
    case '>':
      return actual > value;
  }
}
