/**
 * What every gesture goes through before it is applied, whichever tool or command made it: stuff goes into the image's one
 * annotation of it, and with one owner a pixel what is painted is taken from the others.
 */
import { stuffIds } from '@shared/document/labelMap';
import { takePixels, type Taken } from '@shared/document/oneOwner';
import { isEmptyPatch } from '@shared/document/patch';
import { maxPolygonVertices } from '@shared/document/outline';
import { extendStuff } from '@shared/document/stuff';
import type { Annotation, Category, DocumentSnapshot, Patch } from '@shared/document/types';
import type { BoxesKept } from '@shared/project/types';
import { counted } from '@shared/errors/counted';

export interface GestureRules {
  readonly categories: readonly Category[];
  readonly hidden: ReadonlySet<number>;
  readonly oneOwner: boolean;
}

export interface Settled {
  /** null: nothing is left to do. */
  readonly patch: Patch | null;
  /** Of each new annotation that went into another one, the id of that one. */
  readonly into: ReadonlyMap<number, number>;
  /** What the user has to know; empty mostly. */
  readonly notice: string | undefined;
}

/** What became of accepted proposals: ids of the annotations, and what the user has to know. */
export interface Accepted {
  /** New ones, and those of stuff that took proposals in. */
  readonly added: readonly number[];
  readonly notice: string | undefined;
}

export function settleGesture(snapshot: DocumentSnapshot, patch: Patch, rules: GestureRules): Settled {
  const isSpared = ({ id, locked }: Annotation) => locked || rules.hidden.has(id);
  const stuff = stuffIds(rules.categories);
  const extended = extendStuff(snapshot, patch, { stuff, isSpared });
  const { into, masked } = extended;
  if (isEmptyPatch(extended.patch) && into.size > 0) {
    return { patch: null, into, notice: 'The annotation has these pixels already' };
  }
  if (!rules.oneOwner) return { patch: extended.patch, into, notice: takenNotice({ masked }) };
  const taken = takePixels(snapshot, extended.patch, isSpared);
  return { patch: taken.patch, into, notice: takenNotice({ ...taken, masked: taken.masked + masked }) };
}

/** What was done to other annotations, in words; undefined: nothing that has to be said. What is absent is none. */
export function takenNotice({
  covered = 0,
  spared = 0,
  masked = 0,
  waiting = 0,
  boxesCovered = 0,
  boxesSpared = 0,
  ragged = 0,
}: Partial<Pick<Taken, 'covered' | 'spared' | 'masked'> & BoxesKept> & {
  /** Proposals that found no pixel left. */
  readonly waiting?: number;
  /** Masks that stay masks where polygons are preferred. */
  readonly ragged?: number;
}): string | undefined {
  const sentences = [
    covered > 0 ? `Removed ${counted(covered, 'annotation')} that ${covered === 1 ? 'was' : 'were'} covered` : [],
    spared > 0 ? `${counted(spared, 'locked or hidden annotation')} kept ${spared === 1 ? 'its' : 'their'} pixels` : [],
    masked > 0 ? (masked === 1 ? 'A polygon became a mask' : `${masked} polygons became masks`) : [],
    waiting > 0
      ? `${counted(waiting, 'proposal')} stayed: others have all ${waiting === 1 ? 'its' : 'their'} pixels`
      : [],
    boxesCovered > 0
      ? `${counted(boxesCovered, 'box')} kept: ${boxesCovered === 1 ? 'another mask covers it' : 'other masks cover them'}`
      : [],
    ragged > 0
      ? `${counted(ragged, 'mask stays a mask', 'masks stay masks')}: ${ragged === 1 ? 'its outline has' : 'their outlines have'} more than ${maxPolygonVertices.toLocaleString('en')} vertices`
      : [],
    boxesSpared > 0 ? `Kept ${counted(boxesSpared, 'locked or hidden box')}` : [],
  ].flat();
  return sentences.length > 0 ? sentences.join('. ') : undefined;
}
