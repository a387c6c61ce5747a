/** Device pixels a view pixel, of everything that is drawn: at least one, and no more than two, which software canvases can fill. */
export const pixelRatio = (): number => Math.min(2, Math.max(1, window.devicePixelRatio));
