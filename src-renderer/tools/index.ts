/** All tools by id, in the order of the toolbar. */
import { boxTool } from './box/boxTool';
import { brushTool, eraserTool } from './brush/brushTool';
import { fillTool } from './fill/fillTool';
import { lassoAddTool, lassoCutTool } from './lasso/lassoTool';
import { polygonTool } from './polygon/polygonTool';
import { selectTool } from './select/selectTool';
import { splitTool } from './split/splitTool';
import type { Tool } from './tool';

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
];

export function toolById(id: string): Tool | undefined {
  return toolRegistry.find((tool) => tool.id === id);
}
