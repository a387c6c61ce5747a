/** The formats of the product: one line each. Import, export, command line, dialogs, drop target and docs follow from it. */
import { cityscapesFormat } from './cityscapes/format';
import { cocoFormat } from './coco/format';
import { cocoPanopticFormat } from './cocoPanoptic/format';
import { csvFormat } from './csv/format';
import { cvatFormat } from './cvat/format';
import { cvatVideoFormat } from './cvatVideo/format';
import { datumaroFormat } from './datumaro/format';
import { geojsonFormat } from './geojson/format';
import { imagejFormat } from './imagej/format';
import { instanceMapFormat } from './instanceMap/format';
import { labelMapFormat } from './labelMap/format';
import { labelStudioFormat } from './labelStudio/format';
import { labelStudioMinFormat } from './labelStudioMin/format';
import { labelmeFormat } from './labelme/format';
import { objectMasksFormat } from './objectMasks/format';
import { roboflowFormat } from './roboflow/format';
import { superviselyFormat } from './supervisely/format';
import { viaFormat } from './via/format';
import { via3Format } from './via3/format';
import { viaCsvFormat } from './viaCsv/format';
import { vocFormat } from './voc/format';
import { yoloFormat, yoloSegFormat } from './yolo/format';
import type { DatasetFormat, DatasetSource } from './format';

/** In the order in which they are offered. */
const builtIn: readonly DatasetFormat[] = [
  cocoFormat,
  labelmeFormat,
  yoloSegFormat,
  yoloFormat,
  vocFormat,
  cvatFormat,
  cvatVideoFormat,
  roboflowFormat,
  labelStudioFormat,
  labelStudioMinFormat,
  viaFormat,
  viaCsvFormat,
  via3Format,
  superviselyFormat,
  datumaroFormat,
  labelMapFormat,
  instanceMapFormat,
  objectMasksFormat,
  cocoPanopticFormat,
  cityscapesFormat,
  geojsonFormat,
  imagejFormat,
  csvFormat,
];

export class FormatRegistry {
  readonly all: readonly DatasetFormat[];

  constructor(formats: readonly DatasetFormat[]) {
    this.all = formats;
  }

  get(id: string): DatasetFormat | undefined {
    return this.all.find((format) => format.id === id);
  }

  get readable(): readonly DatasetFormat[] {
    return this.all.filter(({ read }) => read !== undefined);
  }

  get writable(): readonly DatasetFormat[] {
    return this.all.filter(({ write }) => write !== undefined);
  }

  /** Every format that the files fit, each with why. */
  async recognise(source: DatasetSource): Promise<readonly Recognised[]> {
    const found: Recognised[] = [];
    for (const format of this.readable) {
      const why = await format.recognise(source);
      if (why !== null) found.push({ format, why });
    }
    return found;
  }
}

/** Their ids, for help and errors. */
export const idsOf = (list: readonly DatasetFormat[]): string => list.map(({ id }) => id).join(', ');

export interface Recognised {
  readonly format: DatasetFormat;
  readonly why: string;
}

export const formats = new FormatRegistry(builtIn);
