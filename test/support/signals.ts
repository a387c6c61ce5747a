/** Where unit tests of the window's state run: Node, with modules as the window gets them (signals, not the server's variant). */
import type { Environment } from 'vitest/runtime';

const environment: Environment = {
  name: 'signals',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => undefined }),
};

export default environment;
