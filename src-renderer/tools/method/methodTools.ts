/** The classical methods that are tools of a region: one line each of what is particular to it. */
import { createMethodTool } from './methodTool';
import type { MethodToolSpec } from './methodState';

const SPECS = {
  grabcut: {
    method: 'grabcut',
    key: 'G',
    icon: 'focus',
    group: 'assist',
    line: 'Drag a box around an object: its outline is found. Left strokes add, right strokes remove.',
    gesture: 'GrabCut',
    how: 'remake',
    strokes: { param: 'strokes', labels: 'object' },
    first: ['neighbours', 'shape'],
    hints: {
      idle: 'Drag a box around the object',
      working: 'Left stroke adds, right stroke removes, Esc steps back, Enter accepts; Shift + drag draws another box',
    },
  },
  watershed: {
    method: 'watershed',
    key: 'Shift+W',
    icon: 'waves',
    group: 'find',
    line: 'Drag a box around touching objects: each gets its own mask.',
    gesture: 'Watershed',
    how: 'split',
    strokes: { param: 'markers', labels: 'objects' },
    first: ['ratio', 'local', 'minArea'],
    hints: {
      idle: 'Drag a box around touching objects',
      working: 'Enter accepts; or scribble markers: left the object, Q the next one, right the background',
    },
  },
  threshold: {
    method: 'threshold',
    key: 'T',
    icon: 'contrast',
    group: 'find',
    line: 'Drag a box: what is brighter, or darker, than a limit becomes masks.',
    gesture: 'Threshold',
    how: 'add',
    first: ['channel', 'invert', 'blur', 'open', 'holes', 'minArea'],
    side: 'histogram',
    hints: {
      idle: 'Drag a box to threshold',
      working: 'Enter accepts, Esc drops; drag another box to change the region',
    },
  },
  components: {
    method: 'components',
    key: 'Shift+T',
    icon: 'shapes',
    group: 'find',
    line: 'Drag a box: every separate object in it gets its own mask.',
    gesture: 'Connected components',
    how: 'add',
    first: ['channel', 'invert', 'connectivity', 'minArea', 'dropBorder'],
    side: 'histogram',
    hints: {
      idle: 'Drag a box to count and outline in',
      working: 'Enter accepts, Esc drops; drag another box to change the region',
    },
  },
} as const satisfies Record<string, MethodToolSpec>;

export const grabcutTool = createMethodTool(SPECS.grabcut);
export const watershedTool = createMethodTool(SPECS.watershed);
export const thresholdTool = createMethodTool(SPECS.threshold);
export const componentsTool = createMethodTool(SPECS.components);

/** What a panel needs to know of the tool; undefined for tools that are not of this kind. */
export function methodToolSpec(id: string): MethodToolSpec | undefined {
  return (SPECS as Record<string, MethodToolSpec>)[id];
}
