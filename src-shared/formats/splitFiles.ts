/** Which files of a folder are the parts of one split, by their names: instances_train.json and instances_val.json. */
import { splitNames } from '../dataset/selectView';
import type { SplitFiles } from '../project/types';
import { splitOfWord } from './names';

/** A word by itself, in a folder's or the file's name; a year may follow (`train2017`). */
const words = /(?<![a-z])(train(?:ing)?|val(?:id(?:ation)?)?|test(?:ing)?)(?![a-z])/gi;

/** The one part that the words of a file's name and folders say; null: none, or several. */
export function splitOfWords(file: string): string | null {
  const splits = new Set([...file.matchAll(words)].map(([word]) => splitOfWord(word)!));
  const [split] = splits;
  return splits.size === 1 ? split : null;
}

/** In the order of train, val and test; two of one part are no split. */
export function splitFiles(names: readonly string[]): SplitFiles[] {
  const groups = new Map<string, { file: string; split: string }[]>();
  for (const file of names) {
    const split = splitOfWords(file);
    if (split === null) continue;
    const name = file.replace(words, '*');
    groups.set(name, [...(groups.get(name) ?? []), { file, split }]);
  }
  const place = ({ split }: { readonly split: string }) => splitNames.findIndex((one) => one === split);
  return [...groups].flatMap(([name, files]) => {
    const isSplit = files.length > 1 && new Set(files.map(({ split }) => split)).size === files.length;
    return isSplit ? [{ name, files: files.sort((a, b) => place(a) - place(b)) }] : [];
  });
}
