/** The panels that tools name in their manifests. */
import type { Component } from 'svelte';
import type { Editor } from '../../session/editor.svelte';
import type { Workbench } from '../../session/workbench.svelte';
import type { ToolPanelName } from '../../tools/manifest';
import BakeoffPanel from './BakeoffPanel.svelte';
import KmeansPanel from './KmeansPanel.svelte';
import MethodPanel from './MethodPanel.svelte';
import ParametersPanel from './ParametersPanel.svelte';
import SmartSelectPanel from './SmartSelectPanel.svelte';

/** What every panel is given; it takes what it needs. */
export interface ToolPanelProps {
  readonly editor: Editor;
  readonly workbench: Workbench;
  /** Address and size of the open image. */
  readonly picture: { url: string; width: number; height: number; orientation: 'exif' | 'stored' } | null;
  /** Gives the keyboard back to the canvas. */
  readonly onLeave: () => void;
}

interface ToolPanelEntry {
  readonly component: Component<ToolPanelProps>;
  /** It says itself how one goes on; otherwise the card has Accept and Step back. */
  readonly hasButtons?: true;
}

export const toolPanels: Readonly<Record<ToolPanelName, ToolPanelEntry>> = {
  parameters: { component: ParametersPanel },
  method: { component: MethodPanel },
  kmeans: { component: KmeansPanel },
  bakeoff: { component: BakeoffPanel, hasButtons: true },
  'smart-select': { component: SmartSelectPanel, hasButtons: true },
};
