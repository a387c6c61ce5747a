/** Proposals: masks that wait for a decision, and how they become annotations. */
import { type Fill, settleMasks, type SettledMasks } from '@shared/document/boxMasks';
import { boxOf, boxToFill } from '@shared/document/boxes';
import { nearPolygon } from '@shared/document/nearPolygon';
import { createAnnotation, withSegmentation } from '@shared/document/segmentation';
import { stuffIds } from '@shared/document/labelMap';
import type { Annotation, DocumentSnapshot, Proposal, Provenance } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import type { BoxesKept, HistoryState } from '@shared/project/types';
import type { ProposalResult } from '@shared/document/proposalResult';
import { fromCompressed, toBbox } from '@shared/mask';
import { AppError } from '@shared/errors/appError';
import { countProposals, noteAccepted } from './acceptance';
import { readAnnotations } from './annotations';
import { ensureCategory, extraOfNew, listCategories } from './categories';
import type { Sqlite } from '../database/database';
import { commitPatch } from '../history/historyLog';
import { imageSize } from './images';
import { requireMasksOf } from './maskCheck';
import { parseKept, takeIds } from '../database/meta';
import { readLabelRules } from '../projects/projectSettings';

type Row = readonly [
  id: number,
  imageId: number,
  categoryName: string,
  height: number,
  width: number,
  counts: string,
  bbox: string,
  area: number,
  score: number,
  provenance: string,
];

const columns = 'id, image_id, category_name, height, width, counts, bbox, area, score, provenance';

/** A mask for a box is of the box's category, whatever that is called now; the maker's word counts where the box is gone. */
const shown = columns.replace(
  'category_name',
  `coalesce((SELECT c.name FROM annotations a JOIN categories c ON c.id = a.category_id
    WHERE json_extract(proposals.provenance, '$.params.box') IS NOT NULL
      AND a.id = json_extract(proposals.provenance, '$.params.annotation')
      AND a.image_id = proposals.image_id AND a.deleted = 0), category_name)`,
);

/** The image's proposals, best score first. */
export function listProposals(db: Sqlite, imageId: number): Proposal[] {
  return db
    .rows<Row>(`SELECT ${shown} FROM proposals WHERE image_id = ? AND taken = 0 ORDER BY score DESC, id`, imageId)
    .map(toProposal);
}

/** How many wait on these images. */
export function countWaiting(db: Sqlite, imageIds: readonly number[]): number {
  return db.value<number>(
    'SELECT coalesce(sum(proposal_count), 0) FROM images WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(imageIds),
  )!;
}

/** Replaces the image's waiting proposals of the same tool and model. `categoryName` stands in where the maker names no class. */
export function putProposals(db: Sqlite, imageId: number, result: ProposalResult, categoryName: string): void {
  const size = imageSize(db, imageId);
  const { provenance, proposals } = result;
  const maker = makerOf(provenance);
  requireMasksOf(
    size,
    proposals.map(({ segmentation }) => segmentation),
  );
  db.transaction(() => {
    db.run('DELETE FROM proposals WHERE image_id = ? AND maker = ? AND taken = 0', imageId, maker);
    for (const { params, ...proposal } of proposals) {
      const own = params ? { ...provenance, params: { ...provenance.params, ...params } } : provenance;
      db.run(
        `INSERT INTO proposals (image_id, maker, category_name, height, width, counts, bbox, area, score, provenance)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        imageId,
        maker,
        proposal.categoryName ?? categoryName,
        size[0],
        size[1],
        proposal.segmentation.counts,
        JSON.stringify(proposal.bbox),
        proposal.area,
        proposal.score,
        JSON.stringify(own),
      );
    }
    countProposals(db, imageId);
  });
}

/** Brings back proposals under their old ids, e.g. when a rejection is taken back. */
export function restoreProposals(db: Sqlite, imageId: number, proposals: readonly Proposal[]): void {
  const size = imageSize(db, imageId);
  requireMasksOf(
    size,
    proposals.map(({ segmentation }) => segmentation),
  );
  db.transaction(() => {
    for (const { id, categoryName, segmentation, bbox, area, score, provenance } of proposals) {
      db.run(
        `INSERT OR IGNORE INTO proposals (${columns}, maker) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        imageId,
        categoryName,
        size[0],
        size[1],
        segmentation.counts,
        JSON.stringify(bbox),
        area,
        score,
        JSON.stringify(provenance),
        makerOf(provenance),
      );
    }
    countProposals(db, imageId);
  });
}

/** Drops proposals of an image; ids that are gone already are passed over. */
export function rejectProposals(db: Sqlite, imageId: number, ids: readonly number[]): void {
  db.transaction(() => removeProposals(db, imageId, ids));
}

/**
 * Turns proposals into annotations in one durable, undoable step; the best score comes on top in painter's order. Categories
 * are made where missing (undo leaves them). With one owner a pixel they take theirs from the others, but from locked ones and
 * those in `spared`; stuff takes from stuff alone, and goes into the image's annotation of it. A mask for a box becomes the box's.
 */
export function acceptProposals(
  db: Sqlite,
  imageId: number,
  ids: readonly number[],
  spared: readonly number[] = [],
): Omit<Acceptance, 'into' | 'already'> & {
  readonly history: HistoryState;
  readonly accepted: readonly number[];
  readonly into: readonly number[];
} {
  return db.transaction(() => {
    const wanted = new Set(ids);
    const accepted = listProposals(db, imageId).filter(({ id }) => wanted.has(id));
    if (accepted.length < wanted.size) {
      throw new AppError('bad-input', 'Some of these proposals are not there any more', {
        hint: 'open the image again',
      });
    }
    const made = toAnnotations(db, imageId, accepted);
    const acceptance = acceptancePatch(db, imageId, made, spared);
    const { patch, into: homes, already: _already, ...counts } = acceptance;
    const history = commitPatch(db, imageId, patch, 'accept proposals', absorbed(made, acceptance));
    const taken = noteAllAccepted(db, made, acceptance);
    countProposals(db, imageId);
    const updated = new Set(patch.updated.map(([{ id }]) => id));
    const into = [...new Set(homes.values())].filter((id) => updated.has(id));
    return { patch, ...counts, history, accepted: taken, into };
  });
}

/**
 * The annotations that proposals of an image (best score first) become, each with its proposal; the best score is on top. Ids
 * are taken and categories made; the annotations themselves are not written. Polygons where the project prefers them.
 */
export function toAnnotations(
  db: Sqlite,
  imageId: number,
  proposals: readonly Proposal[],
): (readonly [Annotation, Proposal])[] {
  const size = imageSize(db, imageId);
  const firstId = takeIds(db, 'nextAnnotationId', proposals.length);
  const top = topOfImage(db, imageId);
  const wantsPolygons = readLabelRules(db).smartShape === 'polygon';
  // In the order of the list, so that each new one gets the colour in which it was shown.
  const categoryIds = proposals.map(({ categoryName }) => ensureCategory(db, categoryName)).reverse();
  return [...proposals].reverse().map((proposal, index) => {
    const categoryId = categoryIds[index];
    const annotation = createAnnotation(
      {
        id: firstId + index,
        imageId,
        categoryId,
        segmentation: proposal.segmentation,
        zOrder: top + 1 + index,
        score: proposal.score,
        provenance: proposal.provenance,
        extra: extraOfNew(db, categoryId),
      },
      size,
    );
    return [(wantsPolygons && nearPolygon(annotation, size)?.annotation) || annotation, proposal];
  });
}

/** What accepting does to the image's document, and to how many annotations that were there. */
export type Acceptance = Omit<SettledMasks, 'kept'> &
  BoxesKept & {
    /** Masks that stay masks although the project prefers polygons. */
    readonly ragged: number;
  };

type Made = readonly (readonly [Annotation, Proposal])[];

/** `read`: the image's annotations, where the caller has them. */
export function acceptancePatch(
  db: Sqlite,
  imageId: number,
  made: Made,
  spared: readonly number[] = [],
  read?: readonly Annotation[],
): Acceptance {
  const { oneOwner, smartShape } = readLabelRules(db);
  const stuff = stuffIds(listCategories(db));
  const size = imageSize(db, imageId);
  const hidden = new Set(spared);
  const isSpared = ({ id, locked }: Annotation) => locked || hidden.has(id);
  const meetsOthers = oneOwner || made.some(([one, proposal]) => stuff.has(one.categoryId) || boxOf(proposal) !== null);
  // Of many that go beside what is there nothing else has to be read.
  const annotations = read ?? (meetsOthers ? readAnnotations(db, imageId, size) : []);
  const snapshot = { imageId, size, annotations };
  const { added, fills, filled, boxesSpared } = fillBoxes(snapshot, made, isSpared);
  const { kept, ...settled } = settleMasks(snapshot, added, fills, { oneOwner, stuff, isSpared });
  const into = new Map([...filled].filter(([, box]) => !kept.has(box)));
  const ragged =
    smartShape === 'polygon' ? made.filter(([{ segmentation }]) => segmentation?.kind === 'rle').length : 0;
  return { ...settled, into: new Map([...into, ...settled.into]), boxesCovered: kept.size, boxesSpared, ragged };
}

/** What is a mask for a box of the image becomes that box's mask, or waits where the box is spared; `filled`: the box's id by that of the new annotation it would be. */
function fillBoxes({ annotations, size }: DocumentSnapshot, made: Made, isSpared: (annotation: Annotation) => boolean) {
  const byId = new Map(annotations.map((annotation) => [annotation.id, annotation]));
  const filled = new Map<number, number>();
  const added: Annotation[] = [];
  const fills: Fill[] = [];
  const spared = new Set<number>();
  // The best first: a second mask for the box is one of its own.
  for (const [annotation, proposal] of [...made].reverse()) {
    const box = boxToFill(proposal, byId);
    if (!box) {
      added.unshift(annotation);
      continue;
    }
    if (isSpared(box)) {
      spared.add(box.id);
      continue;
    }
    byId.delete(box.id);
    filled.set(annotation.id, box.id);
    const { annotation: _id, ...params } = proposal.provenance.params ?? {};
    const provenance = { ...proposal.provenance, params };
    const segmentation = annotation.segmentation ?? proposal.segmentation;
    fills.unshift([box, { ...withSegmentation(box, segmentation, size), provenance }]);
  }
  return { added, fills, filled, boxesSpared: spared.size };
}

/** Ids of the proposals that went into annotations that were there. */
export function absorbed(
  made: Made,
  { patch, into, already }: Pick<Acceptance, 'patch' | 'into' | 'already'>,
): number[] {
  const added = new Set(patch.added.map(({ id }) => id));
  return made.flatMap(([{ id }, proposal]) => {
    const home = into.get(id);
    return home !== undefined && !added.has(home) && !already.has(id) ? [proposal.id] : [];
  });
}

/**
 * After the patch was written: its proposals are out of sight, but one that has no pixel of its own, as others cover it, waits
 * on. Ids of the former.
 */
export function noteAllAccepted(db: Sqlite, made: Made, acceptance: Acceptance): readonly number[] {
  const { patch, into, already } = acceptance;
  const added = new Set(patch.added.map(({ id }) => id));
  const accepted = made.flatMap(([{ id }, proposal]): (readonly [number, number | null])[] => {
    const became = into.get(id) ?? id;
    if (added.has(became)) return [[proposal.id, became]];
    return into.has(id) && !already.has(id) ? [[proposal.id, null]] : [];
  });
  for (const [proposalId, annotationId] of accepted) noteAccepted(db, proposalId, annotationId);
  return accepted.map(([proposalId]) => proposalId);
}

/** A new run replaces the proposals of the same maker. */
function makerOf({ tool, model }: Provenance): string {
  return `${tool}/${model?.id ?? ''}`;
}

/** The highest zOrder in an image; an untouched record's is its place in the file. */
function topOfImage(db: Sqlite, imageId: number): number {
  return (
    db.value<number | null>(
      `SELECT max(coalesce(json_extract(data, '$.zOrder'), seq)) FROM annotations WHERE image_id = ? AND deleted = 0`,
      imageId,
    ) ?? 0
  );
}

function removeProposals(db: Sqlite, imageId: number, ids: readonly number[]): void {
  for (const id of ids) db.run('DELETE FROM proposals WHERE id = ? AND image_id = ? AND taken = 0', id, imageId);
  countProposals(db, imageId);
}

function toProposal(row: Row): Proposal {
  const [id, imageId, categoryName, height, width, counts, bbox, area, score, provenance] = row;
  const kept = parseKept(bbox);
  return {
    id,
    imageId,
    categoryName,
    segmentation: { kind: 'rle', size: [height, width], counts },
    bbox:
      Array.isArray(kept) && kept.length === 4
        ? (kept as unknown as Box)
        : toBbox(fromCompressed(counts, [height, width])),
    area,
    score,
    provenance: (parseKept(provenance) ?? { tool: 'import', edits: 0 }) as Provenance,
  };
}
