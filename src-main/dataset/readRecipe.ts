/** Reads the file that says what happens to augmented copies. */
import { type AugmentRecipe, parseRecipe } from '@shared/dataset/augment/recipe';
import { parseJson } from '@shared/formats/json/text';
import { fileError } from '../files/fileErrors';
import { readPlainText } from '../files/openPlain';

/** Throws `bad-input` with the place of the first fault. */
export async function readRecipe(file: string): Promise<AugmentRecipe> {
  const text = await readPlainText(file).catch((error: unknown) => {
    throw fileError(error, file);
  });
  return parseRecipe(parseJson(text, file), file);
}
