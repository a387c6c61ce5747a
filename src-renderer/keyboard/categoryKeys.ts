/** Which key picks which category: its own, else the digit of its place in the list where nobody has that one. */
import type { Category } from '@shared/document/types';
import type { Command } from './commands';

/** Digits by place: the first nine categories, then 0 for the tenth. */
const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

/** Category id to the key that picks it, as `chordOf` writes it. */
export function categoryKeys(categories: readonly Category[]): ReadonlyMap<number, string> {
  const keys = new Map<number, string>();
  const taken = new Set<string>();
  for (const { id, hotkey } of categories) {
    const key = hotkey?.toUpperCase();
    if (!key || taken.has(key)) continue;
    keys.set(id, key);
    taken.add(key);
  }
  digits.forEach((digit, place) => {
    const category = categories[place];
    if (category && !keys.has(category.id) && !taken.has(digit)) keys.set(category.id, digit);
  });
  return keys;
}

/** The category that a key picks. */
export function categoryForKey(categories: readonly Category[], key: string): Category | undefined {
  const keys = categoryKeys(categories);
  return categories.find(({ id }) => keys.get(id) === key);
}

/**
 * Why a category cannot have the key as its own, as a sentence; null when it can. `commandOn` tells what a key does in the
 * window; digits are the categories' own.
 */
export function hotkeyFault(
  categories: readonly Category[],
  category: Category,
  key: string,
  commandOn: (chord: string) => Command | undefined,
): string | null {
  if (!/^[A-Z0-9]$/.test(key)) return 'A hotkey is one letter or one digit';
  const owner = categories.find(({ id, hotkey }) => id !== category.id && hotkey?.toUpperCase() === key);
  if (owner) return `${key} picks “${owner.name}”: take it away there first`;
  const command = /[0-9]/.test(key) ? undefined : commandOn(key);
  return command ? `${key} is taken: ${command.title}` : null;
}
