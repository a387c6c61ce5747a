/** Svelte action: what appears, or moves, under the pointer takes no click that was meant for what was there before. */

/** Longer than a double click, and than a press that was on its way. */
const settlesAfterMs = 700;

let last: { x: number; y: number } | null = null;
if (typeof window !== 'undefined') {
  window.addEventListener('pointermove', ({ clientX, clientY }) => (last = { x: clientX, y: clientY }), true);
}

/** `turn`: anything that is new whenever the element may have moved. */
export function notUnderPointer(node: HTMLElement, _turn: unknown) {
  let place = { top: -1, left: -1 };
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function look(): void {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    const isWhereItWas = top === place.top && left === place.left;
    place = { top, left };
    if (isWhereItWas || !last || last.x < left || last.x > right || last.y < top || last.y > bottom) return;
    node.style.pointerEvents = 'none';
    clearTimeout(timer);
    timer = setTimeout(() => (node.style.pointerEvents = ''), settlesAfterMs);
  }

  const schedule = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(look);
  };
  schedule();
  return {
    update: schedule,
    destroy(): void {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    },
  };
}
