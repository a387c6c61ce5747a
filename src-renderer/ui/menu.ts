/** What a menu is made of: entries as data, so that a list, the canvas and the top bar show the same ones. */
import type { Component } from 'svelte';

export interface MenuAction {
  readonly kind: 'action';
  readonly label: string;
  /** As shown, e.g. `Ctrl+D`. */
  readonly key?: string;
  readonly icon?: Component<{ size?: number | string; strokeWidth?: number | string }>;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  readonly run: () => void;
}

export interface SubMenu {
  readonly kind: 'menu';
  readonly label: string;
  readonly entries: readonly MenuEntry[];
}

/** What is to be known of the entries below it. */
export interface MenuNote {
  readonly kind: 'note';
  readonly text: string;
}

/** What the whole menu acts on, at its head. */
export interface MenuTitle {
  readonly kind: 'title';
  readonly text: string;
}

export type MenuEntry = MenuAction | SubMenu | MenuNote | MenuTitle | { readonly kind: 'separator' };

export const separator: MenuEntry = { kind: 'separator' };

/** A menu that is open, where on the screen, in CSS pixels. */
export interface OpenMenu {
  readonly x: number;
  readonly y: number;
}

/** Below the element, left edges aligned. */
export function menuBelow(element: Element): OpenMenu {
  const { left, bottom } = element.getBoundingClientRect();
  return { x: left, y: bottom };
}
