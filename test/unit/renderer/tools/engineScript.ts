/** Answers the questions of tools from a script, as the engine would: the latest on each channel, when the test says so. */
import { rleToSegmentation } from '@shared/document/segmentation';
import type { ProposalResult } from '@shared/document/proposalResult';
import { area, type Rle, toBbox } from '@shared/mask';
import type { Answer, Ask, ToolAction } from '../../../../src-renderer/tools/ask';
import type { Outcome, ToolSettings, ToolState } from '../../../../src-renderer/tools/tool';
import { SIZE, ToolScript } from './script';

type Run = Extract<Ask, { method: 'vision.run' }>;

export class EngineScript<S extends ToolState> extends ToolScript<S> {
  /** Questions that wait for an answer, by channel. */
  readonly open = new Map<string, Ask>();
  /** Every question ever asked, in order. */
  readonly asked: Ask[] = [];

  protected override take(outcome: Outcome): void {
    super.take(outcome);
    for (const ask of outcome.asks ?? []) {
      this.asked.push(ask);
      if (ask.method === 'drop') this.open.delete(ask.channel);
      else this.open.set(ask.channel, ask);
    }
    if (outcome.settings) this.settings = { ...this.settings, ...outcome.settings };
  }

  /** The question that waits on a channel; fails where there is none. */
  waiting(channel: string): Ask {
    const ask = this.open.get(channel);
    if (!ask) throw new Error(`Nothing waits on '${channel}', only on ${[...this.open.keys()].join(', ') || 'none'}`);
    return ask;
  }

  run(channel: string): Run['params'] {
    const ask = this.waiting(channel);
    if (ask.method !== 'vision.run') throw new Error(`${channel} asks ${ask.method}`);
    return ask.params;
  }

  answer(answer: Answer): this {
    this.open.delete(answer.channel);
    return this.attempt(() => this.tool.answer!(this.state, answer, this.context));
  }

  /** Answers a run with masks; parameters come back in the provenance, as from the engine. */
  found(channel: string, ...masks: readonly Rle[]): this {
    const { method, params } = this.run(channel);
    return this.answer({ channel, method: 'vision.run', result: resultOf(method, params, masks) });
  }

  fail(channel: string, problem: string): this {
    this.waiting(channel);
    return this.answer({ channel, method: 'failed', problem });
  }

  act(name: string, value?: ToolAction['value']): this {
    return this.attempt(() => this.tool.act!(this.state, { name, value }, this.context));
  }

  set(settings: Partial<ToolSettings>): this {
    this.settings = { ...this.settings, ...settings };
    return this.send({ type: 'context' });
  }
}

export function resultOf(
  tool: string,
  params: Readonly<Record<string, number | string>>,
  masks: readonly Rle[],
): ProposalResult {
  const proposals = masks.map((mask) => ({
    segmentation: rleToSegmentation(mask),
    bbox: toBbox(mask),
    area: area(mask),
    score: 1,
    categoryName: null,
  }));
  return { size: SIZE, proposals, provenance: { tool, params, ms: 12, edits: 0 }, timings: {}, notes: [] };
}
