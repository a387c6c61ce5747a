import { describe, expect, it } from 'vitest';
import { newWindowArguments } from '../../../src-main/app/newWindow';

const options = { userDataFolder: '/data', open: '/pictures/p.maskwright' };

describe('arguments of a new window', () => {
  it('keep switches and the app, and open the project of this window instead of what this one was started with', () => {
    const userArguments = ['--sample', '--smoke'];
    const argv = ['/bin/electron', '--no-sandbox', '/app', ...userArguments];
    expect(newWindowArguments({ ...options, argv, userArguments })).toEqual([
      '--no-sandbox',
      '/app',
      '--new-window',
      '--user-data=/data',
      '/pictures/p.maskwright',
    ]);
  });

  it('are those of the installed program', () => {
    const userArguments = ['/other'];
    expect(newWindowArguments({ ...options, argv: ['/bin/maskwright', '/other'], userArguments, open: null })).toEqual([
      '--new-window',
      '--user-data=/data',
    ]);
  });
});
