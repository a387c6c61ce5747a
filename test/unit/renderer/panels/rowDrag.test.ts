import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RowDrag } from '../../../../src-renderer/panels/annotations/rowDrag.svelte';

beforeEach(() => void vi.stubGlobal('requestAnimationFrame', () => 0));
afterEach(() => void vi.unstubAllGlobals());

const at = (clientY: number) => ({ button: 0, clientY }) as PointerEvent;

it('a row lands where it was let go, also when no frame was drawn since', () => {
  const dropped: number[] = [];
  const started: number[] = [];
  const drag = new RowDrag({
    gapAt: (clientY) => Math.round(clientY / 28),
    onstart: (id) => started.push(id),
    ondrop: (gap) => dropped.push(gap),
  });
  drag.press(at(70), 7);
  drag.move(at(72));
  expect([drag.gap, started]).toEqual([null, []]);
  drag.move(at(60));
  drag.move(at(3));
  drag.release();
  expect([dropped, started, drag.gap]).toEqual([[0], [7], null]);
});
