/** What goes into a report says much about the program and nothing about the person. */
import { expect, it } from 'vitest';
import { diagnosticsText } from '../../../src-main/app/diagnostics';

const facts = {
  version: '1.2.3',
  platform: 'Linux 6.1, x64',
  runtime: 'Electron 45.4.1, Chrome 140',
  processes: [{ name: 'Models', memoryMb: 512 }],
  language: 'en-GB',
  screens: ['1920 x 1080 at 1'],
  memoryGb: 16,
  cores: 8,
};
const home = '/home/maria.schmidt/Patients 2025';

it('tells versions, processes and which events there were', () => {
  const log = JSON.stringify({
    time: '2026-11-26T08:00:00.000Z',
    event: 'process-ended',
    process: 'vision',
    exitCode: 9,
  });
  const text = diagnosticsText(facts, `${log}\n`);
  for (const part of ['Maskwright 1.2.3', 'Electron 45.4.1', 'Models: 512 MB', '1920 x 1080 at 1', '8 cores, 16 GB'])
    expect(text).toContain(part);
  expect(text).toContain('2026-11-26T08:00:00.000Z, process-ended, process vision, exitCode 9');
});

it('tells no path, wherever the log has one', () => {
  const events = [
    { event: 'request-failed', method: 'project.open', code: 'bad-input', message: `${home}/a.maskwright is gone` },
    { event: 'preload-error', path: `${home}/app`, stack: `Error\n at ${home}/x.js:1` },
    { event: 'request-failed', code: `${home}/b.json`, method: `C:\\Users\\maria\\x`, reason: { file: home } },
    { event: home, process: [home] },
  ];
  const log = [...events.map((event) => JSON.stringify(event)), `half a line ${home}`, '"text"', 'null', ''].join('\n');
  const text = diagnosticsText(facts, log);
  expect(text).not.toMatch(/maria|Patients|home|Users/);
  expect(text).toContain('request-failed, method project.open, code bad-input');
});

it('tells the last events only', () => {
  const log = Array.from({ length: 500 }, (_, at) => JSON.stringify({ event: 'e', exitCode: at })).join('\n');
  const text = diagnosticsText(facts, log);
  expect(text).toContain('exitCode 499');
  expect(text).toContain('exitCode 460');
  expect(text).not.toContain('exitCode 459');
});
