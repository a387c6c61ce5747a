/** The parts that a window is made of, for every panel in it: what each knows stands at its class. */
import { createContext } from 'svelte';
import type { Command } from '../keyboard/commands';
import type { KeyMap } from '../keyboard/keyMap.svelte';
import type { Batch } from '../session/batch.svelte';
import type { Dialogs } from '../session/dialogs.svelte';
import type { DrawingSettings } from '../session/drawing.svelte';
import type { Editor } from '../session/editor.svelte';
import type { Exporting } from '../session/exporting.svelte';
import type { LabelView } from '../session/labelView.svelte';
import type { ModelRuntime } from '../session/modelRuntime.svelte';
import type { ModelWizard } from '../session/modelWizard.svelte';
import type { ObjectPanels } from '../session/objectPanels.svelte';
import type { PictureRange } from '../session/pictureRange.svelte';
import type { Problems } from '../session/problems.svelte';
import type { ProjectFiles } from '../session/projectFiles.svelte';
import type { ProjectOperations } from '../session/projectOperations.svelte';
import type { Review } from '../session/review.svelte';
import type { ShapeTrial } from '../session/shapeTrial.svelte';
import type { ViewSettings } from '../session/view.svelte';
import type { Workbench } from '../session/workbench.svelte';

export interface WindowParts {
  readonly workbench: Workbench;
  readonly files: ProjectFiles;
  readonly exporting: Exporting;
  readonly editor: Editor;
  readonly review: Review;
  readonly batch: Batch;
  readonly trial: ShapeTrial;
  readonly operations: ProjectOperations;
  readonly problems: Problems;
  readonly panels: ObjectPanels;
  readonly view: ViewSettings;
  readonly labels: LabelView;
  readonly drawing: DrawingSettings;
  readonly dialogs: Dialogs;
  readonly wizard: ModelWizard;
  readonly runtime: ModelRuntime;
  readonly keyMap: KeyMap;
  readonly range: PictureRange;
  /** An action of the window by its id. */
  command(id: string): Command;
  /** `#rrggbb` of a category. */
  colorOf(categoryId: number): string;
}

/** `provideParts` is the window's, while it is set up; `windowParts` is for a panel's script. */
export const [windowParts, provideParts] = createContext<WindowParts>();
