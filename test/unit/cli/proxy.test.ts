/** Which proxy a download goes through, by the environment as other programs read it. */
import { afterEach, expect, test, vi } from 'vitest';
import { proxyFromEnvironment } from '../../../src-main/cli/lib/modelDownloads';

afterEach(() => vi.unstubAllEnvs());
const names = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];
function by(env: Readonly<Record<string, string>>, url = 'https://huggingface.co/a') {
  for (const name of names.flatMap((one) => [one, one.toUpperCase()])) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  return proxyFromEnvironment(url);
}

test('by the scheme, with the one for all behind it', () => {
  expect(by({})).toBeNull();
  expect(by({ HTTPS_PROXY: 'http://proxy:3128' })).toBe('http://proxy:3128');
  expect(by({ HTTP_PROXY: 'http://proxy:3128' })).toBeNull();
  expect(by({ https_proxy: 'proxy:3128' })).toBe('http://proxy:3128');
  expect(by({ ALL_PROXY: 'http://all:1' }, 'http://x/a')).toBe('http://all:1');
});

test('not for hosts that are spared', () => {
  const env = { HTTPS_PROXY: 'http://proxy:3128' };
  expect(by({ ...env, NO_PROXY: 'localhost, .huggingface.co' })).toBeNull();
  expect(by({ ...env, NO_PROXY: 'face.co' })).toBe('http://proxy:3128');
  expect(by({ ...env, NO_PROXY: '*' })).toBeNull();
});
