/** What the records of masks keep as their own text: the name of the file, and the value of its pixels where it is not 255. */

export interface OwnMask {
  /** In the folder of its image's masks. */
  readonly name: string;
  /** 1 to 255. */
  readonly value: number;
}

/** No name of a file has the sign between them. */
export const textOfMask = (name: string, value: number): string => (value === 255 ? name : `${value}/${name}`);

export function maskOfText(text: string): OwnMask {
  const [, value = '255', name] = /^(?:(\d{1,3})\/)?([^]*)$/.exec(text)!;
  return { name, value: Math.min(255, Math.max(1, Number(value))) };
}
