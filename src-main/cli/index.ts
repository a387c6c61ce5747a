/** Entry of the command line: starts a run, handles Ctrl-C and a closed pipe, ends with the exit code. */
import { exitCodes } from './lib/exitCodes';
import { runsInElectron } from './lib/installation';
import { isForWindow, openWindow, requireFile } from './lib/openWindow';
import { createProgram, runProgram } from './program';
import { processIo, Session } from './lib/session';

/** How long an interrupted command may take to stop by itself. */
const graceMs = 2000;

const session = new Session(processIo);

function leave(code: number): void {
  session.abandon();
  process.exit(code);
}

let interruptCode: number | null = null;
function interrupt(code: number): void {
  if (interruptCode !== null) leave(code);
  interruptCode = code;
  session.signal.abort();
  setTimeout(() => leave(code), graceMs).unref();
}
process.on('SIGINT', () => interrupt(exitCodes.interrupted));
process.on('SIGTERM', () => interrupt(143));

// `maskwright info x | head` closes our output early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  leave(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.internal);
});
process.on('uncaughtException', (error) => leave(session.fail(error)));

void run(process.argv.slice(2)).then((code) => {
  const last = code === exitCodes.ok ? code : (interruptCode ?? code);
  // What is written to a pipe may still be on its way.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(last)));
});

/** From a checkout there are only commands: the window is `npm start`. */
async function run(args: readonly string[]): Promise<number> {
  const commands = new Set(createProgram(session).commands.map((command) => command.name()));
  if (!runsInElectron) return runProgram(args, session);
  try {
    requireFile(args, commands);
    if (!isForWindow(args, commands)) return await runProgram(args, session);
    return await openWindow(args);
  } catch (error) {
    return session.fail(error);
  }
}
