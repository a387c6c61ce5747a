/** The options of a format as given, checked and completed. */
import { AppError } from '../errors/appError';
import type { DatasetFormat, FormatOption, FormatOptions } from './format';

/** Every option of the format's writer with a value. Throws `usage` for one that it does not have. */
export function formatOptions(format: DatasetFormat, given: FormatOptions): FormatOptions {
  return checked(format.title, format.options, given);
}

/** The same of its reader. */
export function readOptions(format: DatasetFormat, given: FormatOptions = {}): FormatOptions {
  return checked(`Reading ${format.title}`, format.readOptions ?? [], given);
}

function checked(what: string, options: readonly FormatOption[], given: FormatOptions): FormatOptions {
  for (const name of Object.keys(given)) {
    if (options.some((option) => option.name === name)) continue;
    const names = options.map((option) => option.name).join(', ');
    throw new AppError('usage', `${what} has no option "${name}"`, {
      hint: names === '' ? 'it has none' : `it has ${names}`,
    });
  }
  return Object.fromEntries(
    options.map((option) => {
      const value = given[option.name] ?? option.default;
      const values = option.choices.map((choice) => choice.value);
      if (!values.includes(value) && !isNumberUpTo(option.most, value)) {
        const more = option.most === undefined ? '' : `, or a whole number up to ${option.most}`;
        throw new AppError('usage', `${option.name} cannot be "${value}"`, {
          hint: `it is one of ${values.join(', ')}${more}`,
        });
      }
      return [option.name, value];
    }),
  );
}

const isNumberUpTo = (most: number | undefined, value: string) =>
  most !== undefined && /^\d{1,10}$/.test(value) && Number(value) <= most;
