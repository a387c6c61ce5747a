/** The built command line beside the window: what it says, and the masks it gives for what the provenance of an annotation says. */
import type { Annotation } from '@shared/document/types';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { repoRoot, temporaryFolder } from './app';

export interface Found {
  readonly bbox: [number, number, number, number];
  readonly area: number;
  readonly segmentation: { readonly size: [number, number]; readonly counts: string };
}

/** What `maskwright` says on its standard output. */
export function commandLine(...args: readonly string[]): string {
  const cli = join(repoRoot, 'out', 'main', 'cli.cjs');
  return execFileSync(process.execPath, [cli, ...args], { encoding: 'utf8', stdio: 'pipe' });
}

/** What `maskwright propose` finds in one image. */
export function proposeFromCommandLine(image: string, ...args: readonly string[]): Found[] {
  const out = join(temporaryFolder('cli'), 'out.json');
  commandLine('propose', '--images', image, ...args, '--out', out);
  return (JSON.parse(readFileSync(out, 'utf8')) as { annotations: Found[] }).annotations;
}

/** What it finds by the tool, the parameters and the region of an annotation's provenance. */
export async function repeatFromCommandLine(image: string, { provenance }: Annotation): Promise<Found[]> {
  const { box, within, ...params } = provenance!.params!;
  const args = ['--method', provenance!.tool];
  if (box !== undefined) args.push('--box', String(box));
  if (within !== undefined) args.push('--within', await maskFile(image, String(within)));
  for (const [name, value] of Object.entries(params)) args.push('--param', `${name}=${value}`);
  return proposeFromCommandLine(image, ...args);
}

/** A COCO file of one annotation with the mask, as `--within` takes it. */
async function maskFile(image: string, counts: string): Promise<string> {
  const { width, height } = await sharp(image).metadata();
  const segmentation = { size: [height, width], counts };
  const file = join(temporaryFolder('within'), 'mask.json');
  const images = [{ id: 1, file_name: 'image.png', width, height }];
  const categories = [{ id: 1, name: 'object' }];
  const annotations = [{ id: 7, image_id: 1, category_id: 1, segmentation, iscrowd: 0 }];
  writeFileSync(file, JSON.stringify({ images, categories, annotations }));
  return `${file}#7`;
}

/** The mask of an annotation or a record that has one. */
export function countsOf({ segmentation }: { readonly segmentation: unknown }): string {
  return (segmentation as { counts: string }).counts;
}
