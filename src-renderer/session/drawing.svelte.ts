/** How drawing works, by the user's choice: none of it is part of a document. */
import { defaultSettings, type Settings } from '@shared/settings';

export class DrawingSettings {
  /** The right button erases with brush and lasso. */
  rightErases = $state(false);
  /** After drawing, a field at the object asks for its category. */
  asksCategory = $state(false);
  /** What the file says of other versions' settings, written back as it came. */
  #others = defaultSettings.drawing;

  read({ drawing }: Settings): void {
    this.#others = drawing;
    this.rightErases = drawing.rightErases;
    this.asksCategory = drawing.asksCategory;
  }

  toSettings(): Pick<Settings, 'drawing'> {
    const { rightErases, asksCategory } = this;
    return { drawing: { ...this.#others, rightErases, asksCategory } };
  }
}
