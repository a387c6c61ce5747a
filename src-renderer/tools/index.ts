/** All tools, in the order of the toolbar; those of a group stand together. */
import { bakeoffTool } from './bakeoff/bakeoffTool';
import { boxTool } from './box/boxTool';
import { brushTool, eraserTool } from './brush/brushTool';
import { fillTool } from './fill/fillTool';
import { kmeansTool } from './kmeans/kmeansTool';
import { lassoAddTool, lassoCutTool } from './lasso/lassoTool';
import { componentsTool, grabcutTool, thresholdTool, watershedTool } from './method/methodTools';
import { polygonTool } from './polygon/polygonTool';
import { scissorsTool } from './scissors/scissorsTool';
import { selectTool } from './select/selectTool';
import { smartSelectTool } from './smartSelect/smartSelectTool';
import { splitTool } from './split/splitTool';
import { superpixelsTool } from './superpixels/superpixelsTool';
import type { Tool } from './tool';
import { wandTool } from './wand/wandTool';

export const toolRegistry: readonly Tool[] = [
  selectTool,
  polygonTool,
  boxTool,
  brushTool,
  lassoAddTool,
  fillTool,
  eraserTool,
  lassoCutTool,
  splitTool,
  smartSelectTool,
  grabcutTool,
  wandTool,
  scissorsTool,
  superpixelsTool,
  watershedTool,
  thresholdTool,
  componentsTool,
  kmeansTool,
  bakeoffTool,
];

export function toolById(id: string): Tool | undefined {
  return toolRegistry.find((tool) => tool.id === id);
}
