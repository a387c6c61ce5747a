/** The dialog's state while a model is added: corrections, answers that come too late, failures. */
import { expect, test } from 'vitest';
import { AppError } from '@shared/errors/appError';
import type { GivenModel } from '@shared/models/types';
import type { CallOptions, Engine } from '../../../../src-renderer/api/engine';
import { ModelWizard } from '../../../../src-renderer/session/modelWizard.svelte';

type Answer = (params: GivenModel, signal: { readonly aborted: boolean }, tell: (text: string) => void) => unknown;

function wizard(answers: Readonly<Record<string, Answer>>) {
  const asked: GivenModel[] = [];
  const client = {
    call: async (method: string, params: GivenModel, options: CallOptions) => {
      asked.push(structuredClone(params));
      const tell = (text: string) => options.onProgress?.({ done: 0, total: 1, text });
      return answers[method](params, options.signal!, tell);
    },
  } as unknown as Engine;
  return { asked, wizard: new ModelWizard(client) };
}

const draft = (wish: GivenModel['wish'], problem: unknown = null) => ({ family: wish.family ?? 'guessed', problem });

test('what is corrected is asked for together, and what was tried before counts no more', async () => {
  const { asked, wizard: one } = wizard({
    'app.inspectModel': ({ wish }) => draft(wish),
    'app.tryModel': () => ({ proposals: [] }),
  });
  await one.take(['a.onnx']);
  await one.prepare({ colour: 'BGR' });
  await one.try(3);
  expect(one.trial).not.toBeNull();
  await one.correct({ name: 'A', categories: ['cat'] });
  expect(one.trial).toBeNull();
  expect(asked.at(-1)).toEqual({
    files: ['a.onnx'],
    wish: { name: 'A', categories: ['cat'], preparation: { colour: 'BGR' } },
  });
  // Its input is another one: only the names stay.
  await one.setFamily('solo');
  expect(asked.at(-1)?.wish).toEqual({ family: 'solo', name: 'A', categories: ['cat'] });
});

test('names that another family cannot take are forgotten', async () => {
  const { asked, wizard: one } = wizard({
    'app.inspectModel': ({ wish }) => draft(wish, wish.categories && wish.family ? { message: 'no' } : null),
  });
  await one.take(['a.onnx']);
  await one.correct({ categories: ['cat', 'dog'] });
  await one.setFamily('cellpose');
  expect(asked.at(-1)?.wish).toEqual({ family: 'cellpose' });
  expect(one.draft?.problem).toBeNull();
});

test('an answer that a newer question overtook is dropped; a stopped trial says nothing', async () => {
  let answer = (_value: unknown) => {};
  const { wizard: one } = wizard({
    'app.inspectModel': ({ wish }) => draft(wish),
    'app.tryModel': (_params, signal) =>
      new Promise(
        (done, fail) => (answer = (value) => (signal.aborted ? fail(new AppError('cancelled', 'x')) : done(value))),
      ),
  });
  await one.take(['a.onnx']);
  const trying = one.try(null);
  expect(one.busy).toBe('trying');
  one.stop();
  answer({ proposals: [] });
  await trying;
  expect([one.trial, one.fault, one.busy]).toEqual([null, null, null]);
});

test('a trial waits for its turn, and then tells what it does', async () => {
  let tell = (_text: string) => {};
  let end = (_value: unknown) => {};
  const { wizard: one } = wizard({
    'app.inspectModel': ({ wish }) => draft(wish),
    'app.tryModel': (_params, _signal, told) => ((tell = told), new Promise((done) => (end = done))),
  });
  await one.take(['a.onnx']);
  const trying = one.try(null);
  await expect.poll(() => one.busy).toBe('trying');
  expect(one.step).toBeNull();
  await Promise.resolve();
  tell('running the model');
  expect(one.step).toBe('running the model');
  end({ proposals: [] });
  await trying;
  // The next one waits again.
  void one.try(null);
  expect(one.step).toBeNull();
});

test('a failure is there to read, and the next step clears it', async () => {
  let fails = true;
  const { wizard: one } = wizard({
    'app.inspectModel': ({ wish }) => draft(wish),
    'app.addModel': () => {
      if (fails) throw new AppError('bad-model', 'The graph is no good');
      return { id: 'a' };
    },
  });
  await one.take(['a.onnx']);
  expect(await one.add(1, false)).toBeNull();
  expect(one.fault?.message).toBe('The graph is no good');
  fails = false;
  expect(await one.add(1, false)).toEqual({ id: 'a' });
  expect(one.fault).toBeNull();
});
