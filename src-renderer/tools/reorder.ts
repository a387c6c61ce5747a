/** Painter's order: moves annotations forward and back by changing as few zOrder values as will do. */
import { comparePainters } from '@shared/document/patch';
import type { Annotation, DocumentSnapshot, Patch } from '@shared/document/types';
import { updatePatch } from './patches';

export type Reordering = 'forward' | 'back' | 'toFront' | 'toBack';

/** Moves the annotations of `ids` one step or to the end, keeping their order among themselves. May be empty. */
export function reorderPatch(snapshot: DocumentSnapshot, ids: ReadonlySet<number>, how: Reordering): Patch {
  const order = [...snapshot.annotations].sort(comparePainters);
  const wanted = reorder(order, ids, how);
  const values = how === 'toFront' || how === 'toBack' ? endValues(wanted, ids, how) : stepValues(order);
  return orderPatch(order, wanted, values);
}

/** Where annotations are put: painted directly after (`over`) or before (`under`) the one with this id. */
export type Place = { readonly over: number } | { readonly under: number };

/** Moves the annotations of `ids` to a place beside one that is not among them, keeping their order. May be empty. */
export function placePatch(snapshot: DocumentSnapshot, ids: ReadonlySet<number>, place: Place): Patch {
  const order = [...snapshot.annotations].sort(comparePainters);
  const rest = order.filter(({ id }) => !ids.has(id));
  const at = 'over' in place ? indexOf(rest, place.over) + 1 : indexOf(rest, place.under);
  const wanted = [...rest.slice(0, at), ...order.filter(({ id }) => ids.has(id)), ...rest.slice(at)];
  return orderPatch(order, wanted, stepValues(order));
}

function indexOf(order: readonly Annotation[], id: number): number {
  const at = order.findIndex((annotation) => annotation.id === id);
  if (at < 0) throw new Error(`got a place beside annotation ${id}, which moves itself or is not there`);
  return at;
}

/** Gives `wanted` the `values`, place by place; nothing where it is the `order` that there is. */
function orderPatch(order: readonly Annotation[], wanted: readonly Annotation[], values: readonly number[]): Patch {
  if (wanted.every((annotation, i) => annotation === order[i])) return updatePatch([]);
  const changed: (readonly [Annotation, Annotation])[] = [];
  wanted.forEach((annotation, i) => {
    if (annotation.zOrder !== values[i]) changed.push([annotation, { ...annotation, zOrder: values[i] }]);
  });
  return updatePatch(changed);
}

function reorder(order: readonly Annotation[], ids: ReadonlySet<number>, how: Reordering): Annotation[] {
  const isMoved = ({ id }: Annotation): boolean => ids.has(id);
  const moved = order.filter(isMoved);
  const rest = order.filter((annotation) => !isMoved(annotation));
  if (how === 'toFront') return [...rest, ...moved];
  if (how === 'toBack') return [...moved, ...rest];
  const out = [...order];
  const swap = (i: number, j: number): void => {
    [out[i], out[j]] = [out[j], out[i]];
  };
  // From the end they move towards, so that neighbours which are both moved do not swap with each other.
  if (how === 'forward') {
    for (let i = out.length - 2; i >= 0; i--) if (isMoved(out[i]) && !isMoved(out[i + 1])) swap(i, i + 1);
  } else {
    for (let i = 1; i < out.length; i++) if (isMoved(out[i]) && !isMoved(out[i - 1])) swap(i, i - 1);
  }
  return out;
}

/** The values that are there, made distinct from the first tie on. */
function stepValues(order: readonly Annotation[]): number[] {
  const values: number[] = [];
  for (const { zOrder } of order)
    values.push(values.length > 0 ? Math.max(zOrder, values[values.length - 1] + 1) : zOrder);
  return values;
}

/** Only the moved ones get new values: above the highest or below the lowest of the others. */
function endValues(wanted: readonly Annotation[], ids: ReadonlySet<number>, how: 'toFront' | 'toBack'): number[] {
  const others = wanted.filter(({ id }) => !ids.has(id)).map(({ zOrder }) => zOrder);
  if (others.length === 0) return wanted.map(({ zOrder }) => zOrder);
  const highest = others.reduce((a, b) => Math.max(a, b));
  const lowest = others.reduce((a, b) => Math.min(a, b));
  let next = how === 'toFront' ? highest + 1 : lowest - (wanted.length - others.length);
  return wanted.map(({ id, zOrder }) => (ids.has(id) ? next++ : zOrder));
}
