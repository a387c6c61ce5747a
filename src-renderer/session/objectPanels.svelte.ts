/** What is open of the window's menus and dialogs about objects. */
import type { OpenMenu } from '../ui/menu';

export class ObjectPanels {
  /** The menu on the selection, and where. */
  menu = $state.raw<OpenMenu | null>(null);
  /** The menu where no annotation is. */
  imageMenu = $state.raw<OpenMenu | null>(null);
  editMenu = $state.raw<OpenMenu | null>(null);
  choosingCategory = $state(false);
  /** The category that everything unlabelled gets is being chosen. */
  fillingWith = $state(false);
  measuring = $state(false);
}
