import { expect, test } from 'vitest';
import { checkWindowParams } from '../../../src-main/app/windowParams';
import { requestOf, type SmartWorking } from '../../../src-renderer/tools/smartSelect/smartSelectState';
import { EngineScript } from '../renderer/tools/engineScript';
import { smartSelectTool } from '../../../src-renderer/tools/smartSelect/smartSelectTool';

test('what Smart select asks is let through, and nothing beside it', () => {
  const s = new EngineScript(smartSelectTool).click(6, 6);
  const request = { session: 1, ...requestOf(s.state as SmartWorking, s.context) };
  expect(checkWindowParams('inference.prompt', request)).toEqual(request);
  expect(() => checkWindowParams('inference.prompt', { ...request, finish: { rim: true, more: 1 } })).toThrow();
  expect(() => checkWindowParams('inference.prompt', { ...request, finish: { rim: 'yes' } })).toThrow();
});
