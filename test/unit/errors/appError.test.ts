import { expect, it } from 'vitest';
import { AppError } from '@shared/errors/appError';

it('an error in other words keeps what it is about, what can be done, and what a program can offer', () => {
  const fault = { code: 'odd' };
  const place = { file: 'a.json', line: 3 };
  const first = new AppError('bad-input', 'It is odd', { place, hint: 'look', remedy: 'choose-split', fault });
  const { code, message, hint, remedy, fault: kept, place: at, cause } = first.saying({ hint: 'look again' });
  expect({ code, message, hint, remedy, kept, at, cause }).toEqual({
    ...{ code: 'bad-input', message: 'It is odd', hint: 'look again', remedy: 'choose-split' },
    ...{ kept: fault, at: place, cause: first },
  });
  expect(first.saying({ message: 'No', place: undefined })).toMatchObject({ message: 'No', place: undefined, fault });
});
