/** The options of a format's writer as given, checked and completed. */
import { AppError } from '../errors/appError';
import type { DatasetFormat, FormatOptions } from './format';

/** Every option of the format with a value. Throws `usage` for one that it does not have. */
export function formatOptions(format: DatasetFormat, given: FormatOptions): FormatOptions {
  for (const name of Object.keys(given)) {
    if (format.options.some((option) => option.name === name)) continue;
    const names = format.options.map((option) => option.name).join(', ');
    throw new AppError('usage', `${format.title} has no option "${name}"`, {
      hint: names === '' ? 'it has none' : `it has ${names}`,
    });
  }
  return Object.fromEntries(
    format.options.map((option) => {
      const value = given[option.name] ?? option.default;
      const values = option.choices.map((choice) => choice.value);
      if (!values.includes(value)) {
        throw new AppError('usage', `${option.name} cannot be "${value}"`, {
          hint: `it is one of ${values.join(', ')}`,
        });
      }
      return [option.name, value];
    }),
  );
}
