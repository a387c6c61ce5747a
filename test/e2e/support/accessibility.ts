/** What a screen reader or weak eyes would miss on the page: controls without a name, text too faint on its background. */
import type { Page } from '@playwright/test';

/** Contrast that WCAG 2.1 AA asks of text (1.4.3); the interface has no text large enough for less. */
const leastContrast = 4.5;

/** One sentence for each control without a name and each faint text; what is disabled may be faint. */
export function findBarriers(page: Page): Promise<string[]> {
  return page.evaluate(barriersInPage, leastContrast);
}

/** Runs in the page. */
function barriersInPage(leastContrast: number): string[] {
  type Color = readonly [r: number, g: number, b: number, alpha: number];
  const parse = (text: string): Color => {
    const [r, g, b, alpha = 1] = (text.match(/[\d.]+/g) ?? ['0', '0', '0', '0']).map(Number);
    return [r, g, b, alpha];
  };
  const over = (top: Color, below: Color): Color => {
    const mix = (i: 0 | 1 | 2) => top[i] * top[3] + below[i] * (1 - top[3]);
    return [mix(0), mix(1), mix(2), 1];
  };
  const luminance = (color: Color) => {
    const [r, g, b] = [color[0], color[1], color[2]].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const isSeen = (element: Element) =>
    (element as HTMLElement).checkVisibility?.({ checkOpacity: true, checkVisibilityCSS: true }) ?? true;
  /** Behind the element: the backgrounds of those it is in, the innermost last. */
  const backgroundOf = (element: Element | null): Color => {
    if (!element) return [255, 255, 255, 1];
    const own = parse(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, backgroundOf(element.parentElement));
  };
  const describe = (element: Element) => {
    const text = element.textContent?.trim().slice(0, 40);
    return `${element.tagName.toLowerCase()}.${element.className} “${text}”`;
  };

  const found: string[] = [];
  const modal = document.querySelector('[role="dialog"][aria-modal="true"]') ?? document.body;
  for (const control of modal.querySelectorAll('button, input, textarea, select, [role="option"], [role="slider"]')) {
    if (!isSeen(control)) continue;
    const labels = [...((control as HTMLInputElement).labels ?? [])].map((label) => label.textContent);
    const named = control.getAttribute('aria-labelledby');
    const names = [
      control.getAttribute('aria-label'),
      named && document.getElementById(named)?.textContent,
      ...labels,
      control.textContent,
    ];
    if (!names.some((name) => name?.trim())) found.push(`${describe(control)} has no name`);
  }
  const walker = document.createTreeWalker(modal, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement!;
    if (!walker.currentNode.textContent!.trim() || !isSeen(element)) continue;
    if (element.closest(':disabled, [aria-disabled="true"], [data-disabled], script, style')) continue;
    const background = backgroundOf(element);
    const color = over(parse(getComputedStyle(element).color), background);
    const [light, dark] = [luminance(color), luminance(background)].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < leastContrast) found.push(`${describe(element)} has a contrast of ${contrast.toFixed(2)}`);
  }
  return found;
}
