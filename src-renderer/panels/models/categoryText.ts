/** Names of categories out of pasted text: one a line, as a list of JSON or YAML writes them, or numbered. */

/** In their order, without empty ones; `0: cat`, `- cat`, `"cat",` and `cat` are all the name cat. */
export function namesIn(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).flatMap((line) => (isOneLineList(text) ? line.split(',') : [line]));
  return lines.map(bare).filter((name) => name !== '');
}

/** `[cat, dog]` or `cat, dog, cow`: names with a comma do not come in lists of one line. */
const isOneLineList = (text: string) => !text.trim().includes('\n') && text.includes(',');

const bare = (line: string) =>
  line
    .trim()
    .replace(/^[[{]\s*|\s*[\]}]$/g, '')
    .replace(/^(?:-\s+|["']?\d+["']?\s*:\s*)/, '')
    .replace(/,$/, '')
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim();
