/** The panels that tools name in their manifests. */
import type { Component } from 'svelte';
import type { ToolPanelName } from '../../tools/manifest';
import BakeoffPanel from './BakeoffPanel.svelte';
import KmeansPanel from './KmeansPanel.svelte';
import MethodPanel from './MethodPanel.svelte';
import ParametersPanel from './ParametersPanel.svelte';
import SmartSelectPanel from './SmartSelectPanel.svelte';

/** What a panel is given beside the parts of the window; it takes what it needs. */
export interface ToolPanelProps {
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

/** For those that look at the window's parts alone. */
const bare = (component: Component<Record<string, never>>) => component as unknown as Component<ToolPanelProps>;

export const toolPanels: Readonly<Record<ToolPanelName, ToolPanelEntry>> = {
  parameters: { component: bare(ParametersPanel) },
  method: { component: bare(MethodPanel) },
  kmeans: { component: bare(KmeansPanel) },
  bakeoff: { component: BakeoffPanel, hasButtons: true },
  'smart-select': { component: SmartSelectPanel, hasButtons: true },
};
