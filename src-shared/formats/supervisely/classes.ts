/** The classes of a Supervisely project, as its meta.json lists them. */
import type { DatasetView, ViewCategory } from '../../dataset/view';
import { categoryColors } from '../../document/palette';
import { parseJson } from '../json/text';
import { ownParts } from '../ownParts';
import { asFields, asList, asNumber, asText } from '../values';

/** The ids that classes have in the meta.json that came. */
export function categoryNumbers(view: DatasetView): ReadonlyMap<number, number> {
  const meta = ownParts(view, 'supervisely').get('meta') ?? '{}';
  const classes = asList(asFields(parseJson(meta, 'meta.json'))?.classes).map(asFields);
  const numbers = new Map(classes.map((one) => [asText(one?.title), asNumber(one?.id)] as const));
  return new Map(
    view.categories().flatMap(({ id, name }) => {
      const number = numbers.get(name) ?? null;
      return number === null ? [] : [[id, number] as const];
    }),
  );
}

export function classesOf(view: DatasetView, chosen: readonly ViewCategory[]): object[] {
  const colors = categoryColors(view.categories().map(({ id, color }, position) => ({ id, color, position })));
  return chosen.map(({ id, name, color }) => ({
    title: name,
    shape: 'any',
    color: (color ?? colors.get(id) ?? '#000000').toUpperCase(),
    geometry_config: {},
  }));
}

export const metaOf = (view: DatasetView) =>
  JSON.stringify({ classes: classesOf(view, view.categories()), tags: [], projectType: 'images' });
