/** The command line as a whole: its commands, how they run, and what their outcome is as an exit code. */
import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { addConvert } from './commands/convert';
import { addDiff } from './commands/diff';
import { addEvaluate } from './commands/evaluate';
import { exitCodes } from './lib/exitCodes';
import { addExport } from './commands/export';
import { addImport } from './commands/import';
import { addInfo } from './commands/info';
import { addLint } from './commands/lint';
import { addMeasure } from './commands/measure';
import { addMerge } from './commands/merge';
import { addModels } from './commands/models';
import { addPropose } from './commands/propose';
import { addRender } from './commands/render';
import { addRescale } from './commands/rescale';
import type { RunCommand, Session } from './lib/session';

/** Runs `args` (without node and script) to the end; resolves to the exit code, never rejects. */
export async function runProgram(args: readonly string[], session: Session): Promise<number> {
  const program = createProgram(session);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // Commander has written its message already; help and version end here too, with exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    return session.fail(error);
  } finally {
    await session.end();
  }
}

export function createProgram(session: Session): Command {
  const program = new Command('maskwright')
    .description(
      'Masks for image datasets: propose, evaluate, draw, convert. Datasets are COCO JSON, or any format of convert --help.',
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError('See maskwright --help, or maskwright COMMAND --help.')
    .configureOutput({
      writeOut: (text) => session.io.out(text),
      writeErr: (text) => session.io.err(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'maskwright: ')),
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 2 wrong usage, 3 input or output that cannot be used, 4 a defect in the program.',
    );
  const run: RunCommand = (work) => work(session);
  for (const add of [
    addPropose,
    addEvaluate,
    addRender,
    addRescale,
    addImport,
    addExport,
    addConvert,
    addDiff,
    addInfo,
    addLint,
    addMeasure,
    addMerge,
    addModels,
  ])
    add(program, run);
  return program;
}
