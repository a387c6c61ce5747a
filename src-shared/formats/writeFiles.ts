/** The files a format writes of a dataset; an annotation that no mask can be made of becomes a sentence. */
import type { DatasetView } from '../dataset/view';
import { AppError } from '../errors/appError';
import { MaskError } from '../mask';
import type { DatasetFormat, OutputFile, WriteContext } from './format';

export function* writeFiles(format: DatasetFormat, view: DatasetView, context: WriteContext): Generator<OutputFile> {
  try {
    for (const { name, content } of format.write!(view, context)) {
      if (typeof content === 'function') yield { name, content: () => tried(format, content) };
      else if (typeof content === 'string' || content instanceof Uint8Array) yield { name, content };
      else yield { name, content: guarded(format, content) };
    }
  } catch (error) {
    throw explained(format, error);
  }
}

function* guarded(format: DatasetFormat, content: Iterable<string>): Generator<string> {
  try {
    yield* content;
  } catch (error) {
    throw explained(format, error);
  }
}

function tried(format: DatasetFormat, content: () => Uint8Array): Uint8Array {
  try {
    return content();
  } catch (error) {
    throw explained(format, error);
  }
}

function explained({ title }: DatasetFormat, error: unknown): unknown {
  if (!(error instanceof MaskError)) return error;
  return new AppError('bad-input', `An annotation cannot be written as ${title}: ${error.message}`, {
    hint: 'lint tells which one; correct it, or leave it out',
    cause: error,
  });
}
