/** Work that may wait until the next frame is on screen, so that it does not delay what the user has just done. */

/** Runs `work` once after the next frame; the returned function calls it off. */
export function afterFrame(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(work);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
