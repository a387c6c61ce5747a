/** The colours the canvas draws its overlay in, from the page's theme. */
import type { OverlayTheme } from './overlayDraw';

/** Of the theme that is set now; the page must be styled already. */
export function readTheme(): OverlayTheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  return {
    accent: token('--accent', '#6ea8fe'),
    add: token('--success', '#7dd3a0'),
    cut: token('--danger', '#ff8a80'),
    neutral: '#ffffff',
  };
}
