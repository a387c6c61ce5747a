/** Decides what a wheel event means: zoom at the cursor (mouse wheel, pinch), pan (trackpad scroll, Shift), or the size of a brush (Ctrl, Alt). */

/** The part of a DOM WheelEvent that matters; `wheelDeltaY` is Chrome's, 120 a notch of a mouse wheel. */
export interface WheelInput {
  readonly deltaX: number;
  readonly deltaY: number;
  readonly deltaMode: number;
  readonly wheelDeltaY: number;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly timeStamp: number;
}

export type WheelMeaning =
  | { readonly kind: 'zoom'; readonly factor: number }
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number }
  /** Up is larger. */
  | { readonly kind: 'size'; readonly steps: number };

/** Scale change per notch of a mouse wheel. */
const NOTCH_FACTOR = 1.2;
/** Scale change per pixel of a pinch, which Chrome reports as ctrl + wheel in small steps. */
const PINCH_PER_PX = 0.01;
const LINE_PX = 16;
/** So far a trackpad is scrolled for a step of the brush's size. */
const STEP_PX = 24;
const MOST_STEPS = 3;
/** A scroll is one gesture, and keeps its meaning, while its events follow each other within this time. */
const GESTURE_MS = 200;

/** Remembers the running gesture's device, so that one odd event inside it does not flip between zoom and pan. */
export function wheelInterpreter(): (event: WheelInput, hasBrush: boolean) => WheelMeaning {
  let scrolled = 0;
  let device: 'mouse' | 'trackpad' = 'mouse';
  let last = -Infinity;
  return (event, hasBrush) => {
    const unit = event.deltaMode === 0 ? 1 : LINE_PX;
    if (event.timeStamp - last > GESTURE_MS) device = deviceOf(event);
    last = event.timeStamp;
    const notched = deviceOf(event) === 'mouse' && Math.abs(event.wheelDeltaY) >= 120;
    // A pinch comes as Ctrl and a wheel in small steps: it zooms, whatever the tool is.
    if (hasBrush && (event.altKey || (event.ctrlKey && notched))) {
      scrolled += notched ? -STEP_PX * (event.wheelDeltaY / 120) : event.deltaY * unit;
      const steps = Math.max(-MOST_STEPS, Math.min(MOST_STEPS, -Math.trunc(scrolled / STEP_PX)));
      scrolled %= STEP_PX;
      return { kind: 'size', steps: steps === 0 ? 0 : steps };
    }
    if (event.ctrlKey || event.metaKey) {
      return zoom(notched ? notchFactor(event) : Math.exp(-event.deltaY * unit * PINCH_PER_PX));
    }
    if (device === 'trackpad') return { kind: 'pan', dx: -event.deltaX * unit, dy: -event.deltaY * unit };
    if (event.shiftKey) return { kind: 'pan', dx: -(event.deltaX || event.deltaY) * unit, dy: 0 };
    return zoom(notchFactor(event));
  };
}

function deviceOf(event: WheelInput): 'mouse' | 'trackpad' {
  if (event.deltaMode !== 0) return 'mouse';
  // Shift turns a mouse wheel's deltaY into deltaX on some platforms; without Shift only a trackpad moves sideways.
  if (event.deltaX !== 0 && !event.shiftKey) return 'trackpad';
  return event.wheelDeltaY % 120 === 0 ? 'mouse' : 'trackpad';
}

function notchFactor(event: WheelInput): number {
  const notches = event.wheelDeltaY !== 0 ? event.wheelDeltaY / 120 : -Math.sign(event.deltaY);
  return NOTCH_FACTOR ** Math.max(-3, Math.min(3, notches));
}

function zoom(factor: number): WheelMeaning {
  return { kind: 'zoom', factor: Math.max(0.2, Math.min(5, factor)) };
}
