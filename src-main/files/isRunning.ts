/** Whether the process of a number is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // One of another user: it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
