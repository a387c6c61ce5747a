/** All tools by id, in the order of the toolbar. */
import { boxTool } from './box/boxTool';
import { brushTool, eraserTool } from './brush/brushTool';
import { fillTool } from './fill/fillTool';
import { lassoAddTool, lassoCutTool } from './lasso/lassoTool';
import { componentsTool, grabcutTool, thresholdTool, watershedTool } from './method/methodTools';
import { polygonTool } from './polygon/polygonTool';
import { selectTool } from './select/selectTool';
import { splitTool } from './split/splitTool';
import type { Tool } from './tool';
import { wandTool } from './wand/wandTool';

export const toolRegistry: readonly Tool[] = [
  selectTool,
  polygonTool,
  boxTool,
  brushTool,
  eraserTool,
  lassoAddTool,
  lassoCutTool,
  fillTool,
  splitTool,
  grabcutTool,
  wandTool,
  watershedTool,
  thresholdTool,
  componentsTool,
];

export function toolById(id: string): Tool | undefined {
  return toolRegistry.find((tool) => tool.id === id);
}
