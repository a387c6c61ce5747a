/** How commands that take a dataset in are told what its reader should do. */
import { InvalidArgumentError, Option } from 'commander';
import { formats, idsOf } from '@shared/formats/registry';

export interface ReaderChoices {
  readonly fromOption?: Readonly<Record<string, string>>;
  readonly components?: boolean;
  readonly resize?: string;
}

export const formatOption = (): Option =>
  new Option('--from <format>', `its format where that cannot be seen: ${idsOf(formats.readable)}`);

export const fromOption = (): Option =>
  new Option('--from-option <name=value>', 'an option of its reader; may be repeated').argParser(parsePairs);

export const componentsOption = (): Option =>
  new Option('--components', 'of label maps: an annotation for each connected piece, not one a class');

/** What `withOptions` says where a map has another size than its image. */
export const resizeHint = { resize: 'choose the images it belongs to, or have it resized with --resize nearest' };

/** What `withOptions` says where several formats fit; `option`: the command's for it, or what else helps. */
export const formatHint = (option = '--from') => ({ 'choose-format': (hint: string) => `${hint}, with ${option}` });

export const resizeOption = (): Option =>
  new Option('--resize <how>', 'take maps of another size than their image, each pixel as the nearest one').choices([
    'nearest',
  ]);

/** The options of the reader; undefined: none was given. */
export function readerOptions({ fromOption: given, components, resize }: ReaderChoices) {
  const options = {
    ...given,
    ...(components ? { pieces: 'components' } : {}),
    ...(resize === undefined ? {} : { resize }),
  };
  return Object.keys(options).length > 0 ? options : undefined;
}

/** `old=new`, joined by commas where there are several. */
export const parseRenames = (text: string, before?: Record<string, string>) => pairsIn('old=new', text, before);

/** The same of options. */
export const parsePairs = (text: string, before?: Record<string, string>) => pairsIn('name=value', text, before);

function pairsIn(what: string, text: string, before: Record<string, string> = {}): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.split('='));
  if (pairs.some((pair) => pair.length !== 2 || pair[0].trim() === '' || pair[1].trim() === '')) {
    throw new InvalidArgumentError(`Expected ${what}; several are joined by commas.`);
  }
  return { ...before, ...Object.fromEntries(pairs.map(([name, value]) => [name.trim(), value.trim()])) };
}
