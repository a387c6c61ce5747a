/** What a user can send us with a report: facts about the program and the machine, and which events the log has; no names of files or people. */
import type { About } from '@shared/ipc/app';

/** Of an event of the log what says nothing about a person: the rest may hold paths. */
const harmless = ['time', 'event', 'process', 'method', 'code', 'exitCode', 'reason'] as const;
const lastEvents = 40;

export interface Facts extends Omit<About, 'licences'> {
  readonly language: string;
  /** Width, height and scale of each screen. */
  readonly screens: readonly string[];
  readonly memoryGb: number;
  readonly cores: number;
}

export function diagnosticsText(facts: Facts, log: string): string {
  const lines = [
    `Maskwright ${facts.version}`,
    facts.platform,
    facts.runtime,
    `${facts.cores} cores, ${facts.memoryGb} GB of memory, language ${facts.language}`,
    `Screens: ${facts.screens.join('; ')}`,
    'Processes:',
    ...facts.processes.map(({ name, memoryMb }) => `  ${name}: ${memoryMb} MB`),
  ];
  const events = log.split('\n').flatMap(eventOf).slice(-lastEvents);
  return [...lines, `Last events of the log (${events.length}):`, ...events.map((line) => `  ${line}`), ''].join('\n');
}

function eventOf(line: string): string[] {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return [];
  }
  if (event === null || typeof event !== 'object') return [];
  const said = harmless.flatMap((key) => {
    const value = (event as Record<string, unknown>)[key];
    const isPlain = typeof value === 'number' || (typeof value === 'string' && /^[\w.: -]{1,60}$/.test(value));
    return isPlain ? [key === 'time' || key === 'event' ? String(value) : `${key} ${value}`] : [];
  });
  return said.length > 0 ? [said.join(', ')] : [];
}
