/** What a killed process has left beside an output goes with the next write into that folder; what somebody may write stays. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeFileAtomic } from '../../../src-main/files/atomicWrite';
import { temporaryFolderBeside, temporaryIn } from '../../../src-main/files/temporaryName';

const root = mkdtempSync(join(tmpdir(), 'maskwright-left-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Of a process that ran a moment ago. */
const dead = spawnSync(process.execPath, ['-e', '']).pid;
const nameOf = (pid: number) => basename(temporaryIn(root)).replace(`-${process.pid}-`, `-${pid}-`);
const elsewhere = (name: string) => name.replace(/[0-9a-f]{8}\.tmp/, '00000000.tmp');

it('goes where its process is dead or it is a day old, the log of a project too', async () => {
  const folder = join(root, 'out');
  mkdirSync(folder);
  const left = [nameOf(dead), `${nameOf(dead)}-wal`];
  const old = [elsewhere(nameOf(dead)), nameOf(process.ppid), '.maskwright-0123456789ab.tmp'];
  const stays = [
    ...[nameOf(process.ppid), nameOf(process.pid), elsewhere(nameOf(dead)), '.maskwright-ba9876543210.tmp'],
    ...[`${nameOf(dead)}.png`, `x${nameOf(dead)}`, '.maskwright-mine-1-2.tmp', '.maskwright-export.json'],
  ];
  for (const name of [...left, ...old, ...stays]) writeFileSync(join(folder, name), 'half');
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
  for (const name of old) utimesSync(join(folder, name), twoDaysAgo, twoDaysAgo);
  mkdirSync(join(folder, nameOf(dead)));
  const folders = readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));
  await writeFileAtomic(join(folder, 'a.json'), '{}');
  expect(readdirSync(folder).sort()).toEqual([...stays, ...folders, 'a.json'].sort());
});

it('goes with all that is in it where it is a folder of a dead process, however old one of another is', async () => {
  const folder = join(root, 'unpacking');
  mkdirSync(folder);
  const folderOf = (pid: number) => basename(temporaryFolderBeside(root)).replace(`-${process.pid}-`, `-${pid}-`);
  const left = [folderOf(dead), folderOf(dead)];
  const stays = [folderOf(process.ppid), folderOf(process.pid), elsewhere(folderOf(dead)), `${folderOf(dead)}x`];
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
  for (const name of [...left, ...stays]) {
    mkdirSync(join(folder, name, 'deep'), { recursive: true });
    writeFileSync(join(folder, name, 'deep', 'half'), '');
    utimesSync(join(folder, name), twoDaysAgo, twoDaysAgo);
  }
  const file = folderOf(dead);
  writeFileSync(join(folder, file), 'a file');
  await writeFileAtomic(join(folder, 'a.json'), '{}');
  expect(readdirSync(folder).sort()).toEqual([...stays, file, 'a.json'].sort());
});

// Elsewhere nothing but its name tells a machine.
it.runIf(existsSync('/etc/machine-id'))('stays where it may be of another machine of that name', async () => {
  const folder = join(root, 'shared');
  mkdirSync(folder);
  const mark = createHash('sha256')
    .update(`${hostname()} ${readlinkSync('/proc/self/ns/pid')}`)
    .digest('hex');
  const name = nameOf(dead).replace(/[0-9a-f]{8}\.tmp/, `${mark.slice(0, 8)}.tmp`);
  writeFileSync(join(folder, name), 'half');
  await writeFileAtomic(join(folder, 'a.json'), '{}');
  expect(readdirSync(folder).sort()).toEqual([name, 'a.json'].sort());
});
