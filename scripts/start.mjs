// `npm start`: installs and builds what is missing, then opens the window on a project (the sample where none is named).
import { ensureWindow } from './lib/bootstrap.mjs';
import { needsXvfb, withDisplay } from './lib/display.mjs';
import { run } from './lib/exec.mjs';
import { repoRoot, typedIn } from './lib/paths.mjs';
import { runMain } from './lib/report.mjs';

await runMain(async () => {
  const { executable, flags } = await ensureWindow();
  const typed = process.argv.slice(2);
  const namesProject = typed.some((argument) => !argument.startsWith('-'));
  // A virtual display has no GPU and no session bus; Chromium's complaints about that would only alarm.
  const quiet = needsXvfb() ? ['--log-level=3'] : [];
  const args = [...flags, ...quiet, repoRoot, ...typed, ...(namesProject ? [] : ['--sample'])];
  // The app resolves paths against its working folder, so it gets the one the user typed in.
  return withDisplay((env) => run(executable, args, { env, cwd: typedIn('start') }));
});
