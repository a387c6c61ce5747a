/**
 * The argument of an engine process that computes for long on every core: it gives way to what the user sees and does, and
 * is as quick as ever while the window waits for it.
 */
export const givesWay = '--gives-way';
