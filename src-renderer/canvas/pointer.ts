/** DOM pointer and wheel events of the canvas, as view changes and as tool events in image space. */
import { type ImagePoint, viewPoint, type ViewPoint, viewToImage, type ViewTransform } from '@shared/geometry/coords';
import type { ToolPointerEvent } from '../tools/preview';
import type { ViewAction } from './view';
import { wheelInterpreter } from './wheel';

export interface PointerTarget {
  view(): ViewTransform;
  dispatch(action: ViewAction): void;
  /** Not called for gestures that pan. */
  onPointer(event: ToolPointerEvent): void;
  /** The pointer's place, null when it left. */
  onCursor(point: ImagePoint | null): void;
  /** The pointer went on to something else, or the user to another window, with no button held. */
  onLeave(): void;
  onPanning(panning: boolean): void;
  /** The wheel changes the size of the tool's brush; null where it has none. */
  onSize(): ((steps: number) => void) | null;
  /** True while the caller's own key for panning is held. */
  panKeyHeld(): boolean;
}

type Gesture =
  { readonly kind: 'idle' } | { readonly kind: 'tool'; readonly id: number; readonly button: number } | PanGesture;
interface PanGesture {
  readonly kind: 'pan';
  readonly id: number;
  lastX: number;
  lastY: number;
}

const IDLE: Gesture = { kind: 'idle' };
/** A button that the mouse has pressed and that has nothing open; rows of a list keep their arrow keys. */
const pressedButton =
  'button:not([role="option"], :focus-visible, [aria-expanded="true"], [role="dialog"] *, [role="menu"] *)';
/** Where Space is a letter or chooses something, wherever the pointer rests; a button that the Tab key came to, too. */
const needsSpace =
  'input, textarea, select, [role="dialog"], [role="menu"], [aria-expanded="true"], button:not([role="option"]):focus-visible, [role="slider"]:focus-visible';
const LEFT = 0;
const MIDDLE = 1;

/** Listens on `element` until the returned function is called. */
export function attachPointer(element: HTMLElement, target: PointerTarget): () => void {
  let gesture: Gesture = IDLE;
  let spaceHeld = false;
  let isOver = false;
  const interpretWheel = wheelInterpreter();
  const stop = new AbortController();
  const { signal } = stop;

  const place = (event: MouseEvent): ViewPoint => {
    const { left, top } = element.getBoundingClientRect();
    return viewPoint(event.clientX - left, event.clientY - top);
  };
  const toImage = (event: MouseEvent): ImagePoint => viewToImage(place(event), target.view());

  const emit = (type: ToolPointerEvent['type'], event: MouseEvent, button = event.button): void => {
    const pointer = event instanceof PointerEvent ? event : null;
    const point = toImage(event);
    const moves = type === 'move' && pointer ? pointer.getCoalescedEvents() : [];
    target.onPointer({
      type,
      point,
      coalesced: moves.length > 1 ? moves.map(toImage) : [point],
      button,
      buttons: event.buttons,
      modifiers: { shift: event.shiftKey, alt: event.altKey, ctrl: event.ctrlKey || event.metaKey },
      pressure: pointer?.pressure ?? 0,
      pointer: pointer?.pointerType === 'pen' || pointer?.pointerType === 'touch' ? pointer.pointerType : 'mouse',
      scale: target.view().scale,
    });
  };

  const end = (): void => {
    if (gesture.kind === 'pan') target.onPanning(false);
    gesture = IDLE;
  };

  /** Without the ring that is for those who came by key: it would frame the picture from the first shortcut on. */
  const focusByPointer = (): void => {
    element.toggleAttribute('data-pointed', true);
    element.focus({ preventScroll: true });
  };

  const onDown = (event: PointerEvent): void => {
    focusByPointer();
    // A second button inside a gesture belongs to it and starts nothing.
    if (gesture.kind !== 'idle') return;
    element.setPointerCapture(event.pointerId);
    const pans = event.button === MIDDLE || (event.button === LEFT && (spaceHeld || target.panKeyHeld()));
    if (pans) {
      // Chrome's middle-click scroll would take the pointer away.
      event.preventDefault();
      gesture = { kind: 'pan', id: event.pointerId, lastX: event.clientX, lastY: event.clientY };
      target.onPanning(true);
      return;
    }
    gesture = { kind: 'tool', id: event.pointerId, button: event.button };
    emit('down', event);
  };

  const onMove = (event: PointerEvent): void => {
    if (gesture.kind === 'pan') {
      if (event.pointerId !== gesture.id) return;
      target.dispatch({ type: 'pan', dx: event.clientX - gesture.lastX, dy: event.clientY - gesture.lastY });
      gesture.lastX = event.clientX;
      gesture.lastY = event.clientY;
    } else if (gesture.kind === 'idle' || event.pointerId === gesture.id) {
      emit('move', event);
    }
    target.onCursor(toImage(event));
  };

  const onUp = (event: PointerEvent): void => {
    if (gesture.kind === 'idle' || event.pointerId !== gesture.id || event.buttons !== 0) return;
    // Of several buttons held, the one that began the gesture ends it, whichever was released last.
    const button = gesture.kind === 'tool' ? gesture.button : null;
    end();
    if (button !== null) emit('up', event, button);
  };

  const onCancel = (event: PointerEvent): void => {
    if (gesture.kind === 'idle' || event.pointerId !== gesture.id) return;
    const wasTool = gesture.kind === 'tool';
    end();
    if (wasTool) emit('cancel', event);
  };

  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const onSize = target.onSize();
    const meaning = interpretWheel(event as WheelEvent & { wheelDeltaY: number }, onSize !== null);
    if (meaning.kind === 'size') onSize?.(meaning.steps);
    else if (meaning.kind === 'zoom') target.dispatch({ type: 'zoom', factor: meaning.factor, at: place(event) });
    else target.dispatch({ type: 'pan', dx: meaning.dx, dy: meaning.dy });
  };

  const onKey = (event: KeyboardEvent): void => {
    if (event.code !== 'Space') return;
    const place = event.target as Element;
    const isOurs = element.contains(place) || (isOver && !place.closest(needsSpace));
    if (event.type === 'keydown' ? !isOurs || event.defaultPrevented : !spaceHeld) return;
    spaceHeld = event.type === 'keydown';
    event.preventDefault();
    if (gesture.kind === 'idle') target.onPanning(spaceHeld);
  };

  /** Who pressed a button with the mouse and comes to the picture works there: its keys are the picture's again. */
  const onEnter = (): void => {
    isOver = true;
    const focused = document.activeElement;
    if (!focused || focused === document.body || focused.matches(pressedButton)) focusByPointer();
  };

  const onLeave = ({ relatedTarget, clientX, clientY }: PointerEvent): void => {
    isOver = false;
    if (gesture.kind !== 'idle') return;
    target.onCursor(null);
    const isOutside = clientX < 0 || clientY < 0 || clientX >= innerWidth || clientY >= innerHeight;
    // The browser also says so when a window is captured, with the pointer where it was.
    if (relatedTarget || isOutside) target.onLeave();
  };

  /** Another window came before this one, perhaps right over the pointer: nothing tells when that leaves. */
  const onAway = (): void => {
    if (gesture.kind === 'idle') target.onLeave();
  };

  element.addEventListener('pointerdown', onDown, { signal });
  element.addEventListener('pointermove', onMove, { signal });
  element.addEventListener('pointerup', onUp, { signal });
  element.addEventListener('pointercancel', onCancel, { signal });
  element.addEventListener('lostpointercapture', onCancel, { signal });
  element.addEventListener('pointerenter', onEnter, { signal });
  element.addEventListener('pointerleave', onLeave, { signal });
  element.addEventListener('dblclick', (event) => event.button === LEFT && emit('double', event), { signal });
  element.addEventListener('wheel', onWheel, { signal, passive: false });
  element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  window.addEventListener('keydown', onKey, { signal });
  window.addEventListener('keyup', onKey, { signal });
  window.addEventListener('blur', onAway, { signal });
  element.addEventListener(
    'blur',
    () => {
      element.toggleAttribute('data-pointed', false);
      spaceHeld = false;
      if (gesture.kind === 'idle') target.onPanning(false);
    },
    { signal },
  );
  return () => stop.abort();
}
