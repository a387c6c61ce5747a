/** Categories that stand for pixels nobody is asked about. */

/** A category that means "leave this out", by the names that datasets give it. */
export const isIgnored = (name: string): boolean => /^(ignored?|void|unlabell?ed)$/i.test(name.trim());
