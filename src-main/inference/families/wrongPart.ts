/** What models that are made of others say where one of them is of another kind than they need. */
import { AppError } from '@shared/errors/appError';

/** `key`: of model.json, which names the other one; `what`: what it should be. */
export const wrongPart = (file: string, key: string, id: string, what: string) =>
  new AppError('bad-input', `${file} is made of “${id}”, which is no ${what}`, { place: { file, pointer: `/${key}` } });
