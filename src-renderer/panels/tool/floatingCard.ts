/** Svelte action: a card over the canvas that moves out of the object's way, can be dragged by its head, and stays put under the pointer. */
import type { Box } from '@shared/geometry/box';
import { expandBox } from '@shared/geometry/box';
import { CARD_MARGIN_PX, type CardPlace, placeCard, placeOf, type Spot, spotOf } from './placeCard';

export interface FloatingCard {
  /** A new object whenever what the card is to keep clear of may have changed. */
  readonly seen: unknown;
  /** The object at hand, view pixels; null: none. Asked when the card is placed, not before. */
  readonly object: () => Box | null;
  /** Where the user put it last. */
  readonly wanted: CardPlace;
  /** How much of it is shown; it is placed anew where that changes. */
  readonly extent?: 'title' | 'folded' | 'open';
  /** The user put it somewhere. */
  readonly onplace: (place: CardPlace) => void;
}

/** Around the object and the pointer. */
const CLEAR_PX = 12;
/** Least room that a card at the bottom leaves for what it gets to say later. */
const LEAST_HEIGHT_PX = 96;

export function floatingCard(node: HTMLElement, first: FloatingCard) {
  const area = node.offsetParent as HTMLElement;
  let options = first;
  let now: CardPlace | null = null;
  let spot: Spot = { left: 0, top: 0 };
  let pointer: { x: number; y: number } | null = null;
  let isPressed = false;
  /** The pointer lies on the card only because a drag on the picture ended there: nobody came to use it. */
  let isCarried = false;
  let frame = 0;
  let unfolding = 0;
  let held: { readonly id: number; readonly x: number; readonly y: number; readonly from: Spot } | null = null;

  const room = () => ({ width: area.clientWidth, height: area.clientHeight });
  const size = () => ({ width: node.offsetWidth, height: node.offsetHeight });

  function show(next: Spot): void {
    spot = next;
    node.style.left = `${next.left}px`;
    node.style.top = `${next.top}px`;
    // What grows does so downward, into what is left of the canvas: nothing in the card moves while it is used.
    node.style.maxHeight = `${Math.max(LEAST_HEIGHT_PX, area.clientHeight - next.top - CARD_MARGIN_PX)}px`;
  }

  /** Where the pointer is, relative to the canvas; null elsewhere. */
  function pointerBox(): Box[] {
    if (!pointer) return [];
    const { left, top } = area.getBoundingClientRect();
    return [[pointer.x - left - CLEAR_PX, pointer.y - top - CLEAR_PX, 2 * CLEAR_PX, 2 * CLEAR_PX]];
  }

  /** `hasGrown`: what lies under the pointer now was not put there by it. */
  function place(hasGrown = false): void {
    frame = 0;
    if (held || isPressed) return;
    const isHovered = node.matches(':hover') && !hasGrown && !isCarried;
    const isUsed = now !== null && (isHovered || node.contains(document.activeElement));
    if (!isUsed) {
      const object = options.object();
      const keepClear = [...(object ? [expandBox(object, CLEAR_PX)] : []), ...pointerBox()];
      const next = placeCard(room(), size(), keepClear, options.wanted, now);
      if (next !== now) show(spotOf((now = next), room(), size()));
      if (isCut()) stretch();
    }
  }

  /** It says more than there is room for below its head, and there is room above. */
  const isCut = () =>
    spot.top > CARD_MARGIN_PX && [...node.children].some((part) => part.scrollHeight > part.clientHeight + 1);

  /** As high as what it says, at the same edge of the canvas. */
  function stretch(): void {
    node.style.maxHeight = '';
    if (now) show(spotOf(now, room(), size()));
  }

  const schedule = () => void (frame ||= requestAnimationFrame(() => place()));

  /** Inside the canvas, at the same edge as before. */
  function fit(): void {
    if (now) show(spotOf(now, room(), size()));
    schedule();
  }

  /** Another size altogether: what it may need, where it lies now, then where it hides least. */
  function resize(): void {
    unfolding = 0;
    stretch();
    place(true);
  }

  function down(event: PointerEvent): void {
    isPressed = true;
    const target = event.target as HTMLElement;
    isCarried = !node.contains(target);
    const isHead = node.contains(target) && target.closest('header, h2') && !target.closest('button, input');
    if (!isHead || event.button !== 0) return;
    held = { id: event.pointerId, x: event.clientX, y: event.clientY, from: spot };
    node.setPointerCapture(event.pointerId);
  }

  function move(event: PointerEvent): void {
    pointer = { x: event.clientX, y: event.clientY };
    if (!isPressed && !node.contains(event.target as Node)) isCarried = false;
    if (!held) return;
    const wanted = { left: held.from.left + event.clientX - held.x, top: held.from.top + event.clientY - held.y };
    now = placeOf(wanted, room(), size());
    show(spotOf(now, room(), size()));
  }

  function up(): void {
    isPressed = false;
    if (held && now) options.onplace(now);
    held = null;
    schedule();
  }

  const sizes = new ResizeObserver(fit);
  sizes.observe(area);
  // Its own height is not looked at: what it says changes, its head stays.
  window.addEventListener('pointerdown', down, true);
  window.addEventListener('pointermove', move, true);
  window.addEventListener('pointerup', up, true);
  window.addEventListener('pointercancel', up, true);
  node.style.position = 'absolute';
  place();

  return {
    update(next: FloatingCard): void {
      const isMoved = next.wanted !== options.wanted && !held;
      const isResized = next.extent !== options.extent;
      options = next;
      if (isMoved) now = next.wanted;
      if (isMoved) fit();
      else schedule();
      // Its new size is there when the page has been updated, which is before the next frame.
      if (isResized) unfolding ||= requestAnimationFrame(resize);
    },
    destroy(): void {
      cancelAnimationFrame(frame);
      cancelAnimationFrame(unfolding);
      sizes.disconnect();
      window.removeEventListener('pointerdown', down, true);
      window.removeEventListener('pointermove', move, true);
      window.removeEventListener('pointerup', up, true);
      window.removeEventListener('pointercancel', up, true);
    },
  };
}
