// The VGG Image Annotator's own script without its window, which is replaced by one that swallows everything.
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';

const swallow = new Proxy(function () {}, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => '' : key === Symbol.iterator ? undefined : swallow),
  set: () => true,
  apply: () => swallow,
  construct: () => swallow,
});

/** Returns how to run a text inside it; `more` are names that it finds there. */
export function loadVia(path, more = {}) {
  const window = {
    document: swallow,
    localStorage: swallow,
    navigator: swallow,
    console: { log() {} },
    setTimeout() {},
  };
  const context = createContext({
    ...window,
    window: swallow,
    FileReader: swallow,
    Image: swallow,
    URL: swallow,
    ...more,
  });
  const run = (text) => runInContext(text, context);
  run(readFileSync(path, 'utf8'));
  // What draws is left out: there is nothing to draw on.
  for (const name of [
    ...['_via_show_img', 'update_img_fn_list', 'update_attributes_update_panel', 'show_message'],
    ...['project_import_settings', '_via_buffer_remove_all', 'user_input_default_cancel_handler'],
  ])
    run(`${name} = function () {}`);
  return run;
}
