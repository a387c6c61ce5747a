/** A model ready to answer: its family's predictor or prompter, and everything it holds. */
import type { Provider } from '@shared/models/providers';
import { AppError } from '@shared/errors/appError';
import { type ModelFile, modelHash, verifyModelFiles } from '../catalog/modelFile';
import type { Predictor, Prompter } from '../families/family';
import { type Graph, openGraph } from './graph';

/** It holds native memory until `release`. */
export interface LoadedModel {
  readonly model: ModelFile;
  readonly sha256: string;
  readonly engine: Predictor | Prompter;
  /** What the user should know of how it runs here. */
  readonly notes: readonly string[];
  release(): Promise<void>;
}

/** A model that another one is made of, held until it is let go. */
export interface BorrowedModel {
  readonly loaded: LoadedModel;
  letGo(): void;
}

/**
 * Verifies the model's files and opens its graphs. `borrow`: loads another model by its id, for those that are made of others.
 * Throws `bad-input` naming the file and the JSON pointer.
 */
export async function loadModel(
  model: ModelFile,
  borrow: (id: string) => Promise<BorrowedModel> = refuseParts,
  provider: Provider = 'cpu',
): Promise<LoadedModel> {
  await verifyModelFiles(model);
  const graphs: Graph[] = [];
  const notes: string[] = [];
  const borrowed: BorrowedModel[] = [];
  const release = async () => {
    for (const one of borrowed) one.letGo();
    await Promise.all(graphs.map((graph) => graph.release()));
  };
  try {
    const engine = await model.family.load(model, model.part, {
      async openGraph(plan) {
        const graph = await openGraph(model, plan, { provider, tell: (sentence) => notes.push(sentence) });
        graphs.push(graph);
        return graph;
      },
      async useModel(id) {
        const one = await borrow(id);
        borrowed.push(one);
        notes.push(...one.loaded.notes);
        return one.loaded.engine;
      },
    });
    const parts = borrowed.map(({ loaded }) => loaded.sha256);
    return { model, sha256: modelHash(model, parts), engine, notes, release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function refuseParts(id: string): Promise<never> {
  throw new AppError('internal', `The model "${id}" is part of another one, which was loaded alone`);
}
