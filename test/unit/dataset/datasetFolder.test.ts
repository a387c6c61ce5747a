/** A dataset's own files are read, and nothing that its folder only leads to. */
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DatasetFolder } from '../../../src-main/dataset/datasetFolder';
import { ExportFolder } from '../../../src-main/dataset/exportFolder';
import { InputFiles } from '../../../src-main/files/inputFiles';
import { temporaryFolder } from '../images/files';

it.runIf(process.platform !== 'win32')(
  'a link to a device without end is not listed, and not read by its name',
  async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.txt'), 'a');
    symlinkSync('/dev/zero', join(folder, 'b.txt'));
    const dataset = new DatasetFolder(folder);
    expect(await dataset.names()).toEqual(['a.txt']);
    await expect(dataset.text('b.txt')).rejects.toThrow('b.txt is a device');
    await expect(dataset.bytes('b.txt')).rejects.toThrow('b.txt is a device');
    await expect(dataset.chunks('b.txt').next()).rejects.toThrow('b.txt is a device');
  },
);

it('a name that leads out of the folder is refused', async () => {
  const dataset = new DatasetFolder(temporaryFolder());
  for (const name of ['../x', '/etc/passwd', 'a/../../x', 'a\0b']) {
    await expect(dataset.text(name)).rejects.toThrow('leads out of the folder');
  }
});

it('folders and exports of more pictures than a call can have arguments are as any others', async () => {
  const folder = temporaryFolder();
  const names = Array.from({ length: 150_000 }, (_, i) => `${i}.jpg`);
  const inputs = new InputFiles();
  await new DatasetFolder(folder, { names }).addTo(inputs);
  await inputs.checkOutputs([join(folder, 'out.json')]);
  const target = await ExportFolder.look(folder, 'yolo-seg', undefined, names);
  const placed = names.map((name) => ({ to: join(folder, name) }));
  expect(await target.clean(placed, inputs)).toMatchObject({ removed: 0, left: [] });
});
