/** Time that a machine under load does not make longer: what this process has used of the processor. */

/** Starts a clock; it gives the milliseconds since. */
export function processorClock(): () => number {
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000;
  };
}
