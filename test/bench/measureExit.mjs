// Loaded before a program: at its end, writes how long it ran and how much memory it had at most to $MASKWRIGHT_MEASURED.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const measured = { ms: performance.now(), peakMb: process.resourceUsage().maxRSS / 1024 };
  writeFileSync(process.env.MASKWRIGHT_MEASURED, JSON.stringify(measured));
});
