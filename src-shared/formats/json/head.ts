/** What the beginning of a JSON file tells: its top-level keys as far as they go, for telling formats apart. */

export const isJsonName = (name: string): boolean => /\.json$/i.test(name);

/**
 * The keys of the outermost object, each with the first character of its value; null where the text is no JSON object. The
 * text may end anywhere.
 */
export function headKeys(head: string): ReadonlyMap<string, string> | null {
  const start = head.search(/[^\s\ufeff]/);
  return start >= 0 && head[start] === '{' ? keysFrom(head, start) : null;
}

/** The keys of the first entry of a list of objects; null where the text is none. */
export function headListKeys(head: string): ReadonlyMap<string, string> | null {
  const match = /^[\s\ufeff]*\[\s*\{/.exec(head);
  return match ? keysFrom(head, match[0].length - 1) : null;
}

function keysFrom(text: string, open: number): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  let depth = 0;
  let key: string | null = null;
  let wantsKey = false;
  for (let i = open; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      const end = stringEnd(text, i);
      if (depth === 1 && wantsKey) {
        key = unquoted(text.slice(i, end));
        wantsKey = false;
      } else if (depth === 1 && key !== null) {
        keys.set(key, '"');
        key = null;
      }
      i = end - 1;
    } else if (char === '{' || char === '[') {
      if (depth === 1 && key !== null) {
        keys.set(key, char);
        key = null;
      }
      depth++;
      wantsKey = depth === 1;
    } else if (char === '}' || char === ']') {
      if (--depth === 0) break;
    } else if (char === ',') {
      if (depth === 1) wantsKey = true;
    } else if (depth === 1 && key !== null && !/[\s:]/.test(char)) {
      keys.set(key, char);
      key = null;
    }
  }
  return keys;
}

function stringEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

function unquoted(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    // Cut off at the end of what was read.
    return null;
  }
}
