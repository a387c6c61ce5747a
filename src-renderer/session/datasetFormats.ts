/** What the window makes of a path whose format is not certain. */

/** Text files of one dataset each: nothing about them is asked, and a long one is not looked at twice. */
export const isJson = (path: string): boolean => /\.(geo)?json$/i.test(path);
