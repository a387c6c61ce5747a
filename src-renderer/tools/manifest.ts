/** What the window shows of a tool: button, tooltip, key and place in the toolbar all come from here. */
import type { ToolIconName } from '../ui/toolIcons';

/** The toolbar has a separator between groups, in this order. */
export const toolGroups = {
  select: 'Select',
  draw: 'Draw',
  change: 'Take away',
  assist: 'Outline one object with help',
  find: 'Find many objects',
} as const;

export type ToolGroup = keyof typeof toolGroups;

/** What the strip above the canvas can set: the brush, how free-hand lines are thinned out, what the bucket fills, or what is tried on shapes. */
export type ToolOptionsName = 'brush' | 'freehand' | 'fill' | 'shapes';

/** What the tool's card over the canvas holds; `parameters`: those of the method of the tool's name. */
export type ToolPanelName = 'parameters' | 'method' | 'kmeans' | 'bakeoff' | 'smart-select';

export interface ToolManifest {
  readonly id: string;
  readonly label: string;
  /** Default key, e.g. `P`, `Shift+L`; empty: none. */
  readonly key: string;
  readonly icon: ToolIconName;
  readonly group: ToolGroup;
  /** One or two short sentences for the tooltip: what it does, and the keys that change how. */
  readonly line: string;
  readonly options?: ToolOptionsName;
  /** Its outlines snap to those of other annotations. */
  readonly snaps?: true;
  /** Absent: it has no card. A tool with one has `act`. */
  readonly panel?: ToolPanelName;
}
