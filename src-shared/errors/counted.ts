/** A number of things in a sentence, in the window and in the terminal alike. */

/** `1 image`, `1,204 images`, `2 categories`, `2 boxes`; `many` where none of these endings makes the plural. */
export function counted(count: number, one: string, many = pluralOf(one)): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

function pluralOf(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return word.endsWith('x') ? `${word}es` : `${word}s`;
}
