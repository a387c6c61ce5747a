/** One open project: its database, its lock and its folders; what is done with them lies in the modules beside. */
import type {
  ExportChanges,
  ExportPreview,
  ExportReport,
  LintReport,
  FileLoss,
  ImageRow,
  OpenedImage,
  ProjectSummary,
  RelinkReport,
  StoreDiagnostics,
} from '@shared/project/types';
import type { Finding } from '@shared/dataset/finding';
import type { CallContext } from '@shared/errors/work';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { readAnnotations } from '../records/annotations';
import { listCategories } from '../records/categories';
import { type Damage, firstFault, removeCopy } from '../database/damage';
import type { Sqlite } from '../database/database';
import { readOneState } from '../database/oneState';
import { listDrafts } from '../records/drafts';
import type { StoreRequests } from '@shared/ipc/store';
import { imageError } from '../../images';
import { previewCopy } from '../../dataset/previewCopy';
import { exportChanges } from '../../dataset/exportChanges';
import { previewDataset, writeDataset, type WriteJob } from '../../dataset/writeDataset';
import { partSizes, type Selection, selectView, splitFor } from '@shared/dataset/selectView';
import { lastExport, noteExport, writtenStamps } from '../export/exportNotes';
import { checkCopyTarget, checkExportTarget } from '../export/exportTarget';
import { lintProject } from '../operations/lintProject';
import { ProjectView } from '../export/projectView';
import { readHistory } from '../history/historyLog';
import { FileWatch } from './fileWatch';
import { copyProject } from './copyProject';
import { keepFile, lookAtImage } from '../import/imageCheck';
import { framesToLookUp, getImage, type ImageFile, imageFilesOf } from '../records/images';
import { fromStoredFolder, projectExtension, realPath } from './location';
import { acquireWriterLock, type WriterLock } from '../database/lock';
import { getNumber, getText } from '../database/meta';
import { readPlace, readSplits } from './projectSettings';
import { listProposals } from '../records/proposals';
import { relinkImages } from './relink';
import { describeSalvage, salvageProject } from './salvage';
import { checkFile, checkIsFile, damagedError, openChecked, openFrozen, openDamaged, withCopies } from './openDatabase';
import { type Obstacle, obstacleTo, readOnlyError } from './writability';

export interface OpenProjectOptions {
  /** What happens when another window or run holds the project for writing. */
  readonly whenLocked: 'read-only' | 'refuse';
  /** Where backups go; absent: none are made. */
  readonly userDataFolder?: string;
  /** Told before the file is checked, which takes seconds for a large one. */
  readonly progress?: CallContext['progress'];
  /** A lock the caller has taken already; the store releases it on close. */
  readonly lock?: WriterLock;
}

export interface ExportJob extends Pick<WriteJob, 'format' | 'options' | 'path' | 'augment'> {
  readonly selection: Selection;
  /** Absent: the images stay where they are. */
  readonly images?: 'copy' | 'link';
  /** Folders that links of its pictures may lead out to. */
  readonly linkedFolders?: readonly string[];
}

interface Found {
  readonly damage: Damage | null;
  readonly obstacle: Obstacle | null;
  /** What is read in the file's place. */
  readonly copy: string | null;
}

export class ProjectStore {
  readonly file: string;
  readonly readOnly: boolean;
  /** What is wrong with the file, which is read and never written then. */
  readonly damage: Damage | null;
  readonly db: Sqlite;
  /** Tells of the loss of the project's file. */
  readonly watch: FileWatch;
  readonly #obstacle: Obstacle | null;
  readonly #copy: string | null;
  #imagesFolder: string;
  #lock: WriterLock | null;

  private constructor(file: string, db: Sqlite, lock: WriterLock | null, { damage, obstacle, copy }: Found) {
    this.#copy = copy;
    this.#obstacle = obstacle;
    this.file = file;
    this.db = db;
    this.#lock = lock;
    this.watch = new FileWatch(() => db.loss ?? this.#keepLock());
    this.damage = damage;
    this.readOnly = lock === null || damage !== null;
    this.#imagesFolder = fromStoredFolder(getText(db, 'imagesFolder') ?? '.', file);
  }

  get imagesFolder(): string {
    return this.#imagesFolder;
  }

  /**
   * Opens an existing project file. The first to open it writes; others read, or are refused. Throws `bad-input` for a file
   * that is missing or no project, `read-only` when refused.
   */
  static open(path: string, options: OpenProjectOptions): ProjectStore {
    // One lock for a file, whatever links lead to it.
    const file = realPath(path);
    let lock = options.lock ?? null;
    try {
      checkIsFile(file);
      const obstacle = lock ? null : obstacleTo(file);
      const frozen = obstacle !== null;
      // A run that came to write is told before it has worked.
      if (obstacle && options.whenLocked === 'refuse') throw readOnlyError(file, obstacle);
      if (!lock && !frozen) {
        lock = acquireWriterLock(file);
        if (!lock && options.whenLocked === 'refuse') throw readOnlyError(file, 'open-elsewhere');
      }
      const damage = options.lock || (!lock && !frozen) ? null : checkFile(file, options);
      if (damage) {
        const db = openDamaged(file, damage);
        return new ProjectStore(file, db, lock, { damage, obstacle, copy: damage.copy });
      }
      const { db, copy } = frozen
        ? openFrozen(file)
        : { db: openChecked(file, lock ? 'write' : 'read', options.userDataFolder), copy: null };
      return new ProjectStore(file, db, lock, { damage: null, obstacle, copy });
    } catch (error) {
      lock?.release();
      throw withCopies(error, file, options.userDataFolder);
    }
  }

  /** Throws `read-only` when this window may not change the project. */
  requireWritable(): void {
    if (this.damage) throw damagedError(this.file, this.damage);
    if (this.readOnly) throw readOnlyError(this.file, this.#obstacle ?? 'open-elsewhere');
  }

  /** What is wrong with the project at first sight. */
  findings(): Finding[] {
    if (existsSync(this.imagesFolder)) return [];
    const message = `The images folder ${this.imagesFolder} does not exist`;
    return [{ severity: 'warning', message, file: this.imagesFolder }];
  }

  summary(): ProjectSummary {
    const { db } = this;
    return {
      file: this.file,
      name: getText(db, 'name') ?? basename(this.file, projectExtension),
      imagesFolder: this.imagesFolder,
      readOnly: this.readOnly,
      readOnlyReason: this.#readOnlyReason(),
      damage: this.damage?.part ?? null,
      imageCount: getNumber(db, 'imageCount'),
      annotationCount: getNumber(db, 'annotationCount'),
      categories: listCategories(db),
      importSource: getText(db, 'importSource'),
      splits: readSplits(db),
      ...lastExport(db),
      place: readPlace(db),
    };
  }

  #readOnlyReason(): ProjectSummary['readOnlyReason'] {
    if (this.damage) return 'damaged';
    if (!this.readOnly) return null;
    return this.#obstacle ?? 'open-elsewhere';
  }

  /** Asked of the connection that commits, not of another one. */
  diagnostics(checkIntegrity: boolean): StoreDiagnostics {
    return {
      journalMode: String(this.db.pragma('journal_mode')),
      synchronous: Number(this.db.pragma('synchronous')),
      integrity: checkIntegrity ? (firstFault(this.db, true) ?? 'ok') : null,
    };
  }

  /** The image with everything drawn on it. Looks at the image file when that has not been done yet. */
  async openImage(imageId: number): Promise<OpenedImage> {
    const { width, height, orientation, problem, changed, stamp } = await this.#look(imageId);
    const row = { ...getImage(this.db, imageId), width, height, orientation, problem };
    const image = changed ? { ...row, changed } : row;
    const size = [image.height, image.width] as const;
    return {
      image,
      ...(stamp && { fileStamp: stamp }),
      snapshot: { imageId, size, annotations: readAnnotations(this.db, imageId, size) },
      history: readHistory(this.db, imageId),
      proposals: listProposals(this.db, imageId),
      drafts: listDrafts(this.db, imageId),
    };
  }

  /** Takes the image's file as it is now for the one that was annotated. */
  async keepFile(imageId: number): Promise<ImageRow> {
    await keepFile(this.db, imageId, this.imagesFolder);
    return getImage(this.db, imageId);
  }

  /** Where the image's pixels are; throws `bad-input` when they cannot be shown. */
  async imageFile(imageId: number): Promise<ImageFile> {
    const file = await this.#look(imageId);
    if (file.problem === null) return file;
    throw imageError(file.path, file.problem);
  }

  /** Finds images that moved; see `relinkImages`. */
  async relink(folder: string, context: CallContext): Promise<RelinkReport> {
    const { imagesFolder, ...report } = await relinkImages(
      this.db,
      this.file,
      this.#imagesFolder,
      realPath(folder),
      context,
    );
    this.#imagesFolder = imagesFolder;
    return { project: this.summary(), ...report };
  }

  #look(imageId: number): Promise<ImageFile> {
    return lookAtImage(this.db, imageId, this.imagesFolder, this.readOnly);
  }

  /** What an export would write and could not say. */
  async previewExport(
    job: Pick<ExportJob, 'format' | 'options' | 'selection'>,
    context: CallContext,
  ): Promise<ExportPreview> {
    return this.#fromOneState(async (reader) => {
      const parts = partSizes(selectView(new ProjectView(reader), job.selection ?? {}));
      return { ...(await previewDataset(this.#selected(reader, job), job, context)), parts };
    });
  }

  /** An augmented copy of an image, as an export would make it. */
  async previewCopy(
    { augment, selection = {}, linkedFolders, ...which }: StoreRequests['project.previewCopy']['params'],
    context: CallContext,
  ): Promise<StoreRequests['project.previewCopy']['result']> {
    return this.#fromOneState((reader) => {
      const fileOf = imageFilesOf(reader, this.#imagesFolder);
      const view = selectView(new ProjectView(reader), selection);
      return previewCopy(view, augment, { how: 'copy', fileOf, linkedFolders }, which, context);
    });
  }

  /** What would break training with it, of one state of the project. */
  async lint(context: CallContext): Promise<LintReport> {
    const tally = await this.#fromOneState((reader) => lintProject(reader, this.file, this.#imagesFolder, context));
    return { kinds: tally.kinds(), images: tally.images, findings: tally.kept() };
  }

  /** What an export would change in what lies at its target. */
  async exportChanges(
    job: ExportJob & { readonly isDryRun?: boolean; readonly most?: number },
    overwrite: 'refuse' | 'export' | 'any',
    context: CallContext,
  ): Promise<ExportChanges | null> {
    const { format, path: given } = job;
    const target = await checkExportTarget(this.db, given, format, overwrite, this.#imagesFolder);
    const lastWritten = writtenStamps(this.db);
    return this.#fromOneState((reader) => {
      const { view, images, pictureOf } = this.#outgoing(reader, job);
      const { options, augment, isDryRun, most } = job;
      const here = { ...target, imagesFolder: this.#imagesFolder, lastWritten };
      return exportChanges(view, { ...here, format, options, images, pictureOf, augment, isDryRun, most }, context);
    });
  }

  /** Writes a dataset from one state of the project, while work on it may go on. */
  async export(job: ExportJob, overwrite: 'refuse' | 'export' | 'any', context: CallContext): Promise<ExportReport> {
    const { format, path: given } = job;
    const target = await checkExportTarget(this.db, given, format, overwrite, this.#imagesFolder);
    const written: string[] = [];
    const onWritten = (file: string) => void (format.target === 'file' && written.push(file));
    const report = await this.#fromOneState((reader) => {
      const { view, images, pictureOf } = this.#outgoing(reader, job);
      const { options, augment } = job;
      return writeDataset(view, { ...target, format, options, onWritten, images, pictureOf, augment }, context);
    });
    if (!this.readOnly) await noteExport(this.db, target.path, format, job, written);
    return report;
  }

  #outgoing(reader: Sqlite, job: ExportJob) {
    const fileOf = imageFilesOf(reader, this.#imagesFolder);
    return {
      view: this.#selected(reader, job),
      images: job.images && { how: job.images, fileOf, linkedFolders: job.linkedFolders },
      pictureOf: framesToLookUp(reader, this.#imagesFolder),
    };
  }

  #selected(reader: Sqlite, job: Pick<ExportJob, 'selection' | 'format' | 'augment'>) {
    const view = new ProjectView(reader);
    return selectView(view, splitFor(job, view));
  }

  #fromOneState<T>(read: (reader: Sqlite) => Promise<T>): Promise<T> {
    const frozen = this.#copy === null && (this.#obstacle !== null || this.damage !== null);
    return readOneState(this.#copy ?? this.file, frozen ? 'frozen' : 'read', read);
  }

  /**
   * Writes all of the project to another file, from what is open here, whatever lies at its path now; of a damaged one what
   * can be read, with a finding that says how much that is.
   */
  async saveElsewhere(file: string): Promise<{ readonly target: string; readonly findings: readonly Finding[] }> {
    const target = await checkCopyTarget(this.db, this.file, file, this.#imagesFolder);
    if (!this.damage) {
      copyProject(this.db, target, this.#imagesFolder);
      return { target, findings: [] };
    }
    const { name, annotationCount } = this.summary();
    const saved = await salvageProject(this.db, target, this.#imagesFolder, name);
    return {
      target,
      findings: [{ severity: 'warning', file: this.file, message: describeSalvage(saved, annotationCount) }],
    };
  }

  /** Takes the lock again where its file was deleted; another writer that was quicker changes what is open here. */
  #keepLock(): FileLoss | null {
    if (!this.#lock?.isLost()) return null;
    try {
      const lock = acquireWriterLock(this.file);
      if (!lock) return 'changed';
      this.#lock.release();
      this.#lock = lock;
    } catch {
      // The folder cannot be written for now: it is tried again at the next look.
    }
    return null;
  }

  /** Lets the file and its lock go. */
  close(): void {
    this.watch.end();
    this.db.close();
    if (this.#copy) removeCopy(this.#copy);
    this.#lock?.release();
  }
}
