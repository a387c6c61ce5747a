/** Proposals as a COCO dataset: ids from 1, iscrowd 0, compressed RLE or polygons on pixel edges. */
import type { RawProposal } from '@shared/document/proposalResult';
import { fromCompressed, trace } from '@shared/mask';
import { jsonList } from './jsonList';

export interface DatasetImage {
  readonly fileName: string;
  readonly width: number;
  readonly height: number;
  /** Above all ids before it; the next number when absent. */
  readonly id?: number;
}

export interface DatasetOptions {
  readonly description: string;
  /** What made the proposals: method, model, parameters. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly categories: readonly string[];
  /** Whether a category is a thing (1) or stuff (0), of those where it is known. */
  readonly isthing?: ReadonlyMap<string, 0 | 1>;
  readonly polygons: boolean;
}

/** A proposal with the id and the category that it has in the dataset. */
export interface NumberedProposal {
  readonly annotationId: number;
  readonly categoryName: string;
  readonly proposal: RawProposal;
}

/** Collects records as text; nothing is kept of an image but that. */
export class ProposalDataset {
  readonly #options: DatasetOptions;
  readonly #categoryIds = new Map<string, number>();
  readonly #images: string[] = [];
  readonly #annotations: string[] = [];
  #withHoles = 0;

  constructor(options: DatasetOptions) {
    this.#options = options;
    for (const name of options.categories) this.#categoryId(name);
  }

  get imageCount(): number {
    return this.#images.length;
  }
  get annotationCount(): number {
    return this.#annotations.length;
  }
  /** Category names in the order of their ids. */
  get categories(): readonly string[] {
    return [...this.#categoryIds.keys()];
  }
  /** Annotations that stayed RLE though polygons were asked for: COCO polygons cannot express holes. */
  get withHoles(): number {
    return this.#withHoles;
  }

  addImage(image: DatasetImage, proposals: readonly (RawProposal & { categoryName: string })[]): NumberedProposal[] {
    const imageId = image.id ?? this.#images.length + 1;
    const { fileName, width, height } = image;
    this.#images.push(JSON.stringify({ id: imageId, file_name: fileName, width, height }));
    return proposals.map((proposal) => {
      const annotationId = this.#annotations.length + 1;
      this.#annotations.push(
        JSON.stringify({
          id: annotationId,
          image_id: imageId,
          category_id: this.#categoryId(proposal.categoryName),
          segmentation: this.#segmentation(proposal),
          area: proposal.area,
          bbox: proposal.bbox,
          iscrowd: 0,
          score: proposal.score,
        }),
      );
      return { annotationId, categoryName: proposal.categoryName, proposal };
    });
  }

  /** The JSON text in pieces: a large dataset does not fit into one string. */
  *toJson(): Generator<string> {
    const { description, source, isthing } = this.#options;
    yield `{\n"info": ${JSON.stringify({ description, source })},\n"images": `;
    yield* jsonList(this.#images);
    yield ',\n"annotations": ';
    yield* jsonList(this.#annotations);
    const categories = [...this.#categoryIds].map(([name, id]) =>
      JSON.stringify({ id, name, isthing: isthing?.get(name) }),
    );
    yield ',\n"categories": ';
    yield* jsonList(categories);
    yield '\n}\n';
  }

  #categoryId(name: string): number {
    let id = this.#categoryIds.get(name);
    if (id === undefined) this.#categoryIds.set(name, (id = this.#categoryIds.size + 1));
    return id;
  }

  #segmentation({ segmentation }: RawProposal): unknown {
    const { size, counts } = segmentation;
    if (this.#options.polygons) {
      const parts = trace(fromCompressed(counts, size));
      if (parts.every(({ holes }) => holes.length === 0)) return parts.map(({ outer }) => outer);
      this.#withHoles++;
    }
    return { size, counts };
  }
}
