/** How picked cells look: their pixels, and the lines between all cells. */
import type { PreviewShape } from '../preview';
import type { CellPicks } from './cells';

/** What was shown last: painted anew only where cells were picked since. */
interface Shown {
  readonly revision: number;
  /** The cells picked, where some ever were: a plane is dear to draw, also an empty one. */
  readonly cells: readonly PreviewShape[];
  readonly lines: PreviewShape;
}
const shown = new WeakMap<CellPicks, Shown>();

export function cellShapes(picks: CellPicks): readonly PreviewShape[] {
  const { box, plane, borders } = picks;
  const dirty = picks.takeChanged();
  let known = shown.get(picks);
  if (!known) {
    const look = { revision: 0, tone: 'neutral', fillAlpha: 0.55 } as const;
    known = { revision: 0, cells: [], lines: { kind: 'pixels', bitmap: borders, box, data: borders, ...look } };
  }
  if (dirty) {
    const look = { revision: known.revision + 1, dirty, tone: 'accent', fillAlpha: 0.45 } as const;
    known = {
      ...known,
      revision: look.revision,
      cells: [{ kind: 'pixels', bitmap: plane, box, data: plane, ...look }],
    };
  }
  shown.set(picks, known);
  return [...known.cells, known.lines];
}
